import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { test as base, expect, type Locator, type Page } from "@playwright/test";

import { startProgram, type RunningProgram } from "#server/testing/program.ts";

import { expectAccessible, tabTo } from "./fixtures.ts";
import { apply } from "./policyPage.ts";
import { shownSecret } from "./tokenPage.ts";

/** A program that was started on an empty folder, as README says. */
const test = base.extend<{ program: RunningProgram }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern
  program: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "tokenhouse-first-run-"));
    const program = await startProgram([process.execPath, resolve("dist/server/main.js"), "--port", "0"], { DATA_DIR: folder });
    await use(program);
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  },
});

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test(
  "from an empty folder the first steps lead to a repository, people, policies, and tokens that programs use",
  { tag: "@long" },
  async ({ page, program }) => {
    test.slow();
    await page.goto(`${program.address}/sign-in#code=${program.code}`);
    const steps = page.getByRole("region", { name: "There are no tokens yet" });
    await expect(steps).toContainText("None of the 5 first steps is done.");
    await expect(steps.getByRole("region", { name: "Sample organization" })).toContainText("npm run demo -- --port 8081");
    await expectAccessible(page);

    await steps.getByRole("link", { name: "Create a repository" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("web");
    await page.getByRole("dialog").getByRole("button", { name: "Create repository" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
    await toOverview(page);
    await expectDone(steps, ["Create a repository"]);

    await steps.getByRole("link", { name: "Create a user" }).click();
    await page.getByRole("dialog").getByLabel("Username").fill("mia");
    await page.getByRole("dialog").getByRole("button", { name: "Create user" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "mia" })).toBeVisible();
    await toOverview(page);
    await expectDone(steps, ["Create a repository", "Let people in"]);

    await steps.getByRole("link", { name: "Open the security policies" }).click();
    await page.getByRole("switch", { name: "System tokens may exist" }).click();
    await apply(page);
    await expect(page.getByRole("dialog")).toBeHidden();
    await toOverview(page);
    await expectDone(steps, ["Create a repository", "Let people in", "Set the policies"]);

    await steps.getByRole("link", { name: "Create a personal token" }).click();
    await page.getByRole("button", { name: "Create personal token" }).click();
    const secret = await shownSecret(page);
    expect(await whoAmI(program, secret)).toBe("admin");
    await page.getByRole("dialog").getByRole("checkbox").check();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await toOverview(page);
    const beside = page.getByRole("region", { name: "First steps" });
    await expectDone(beside, ["Create a repository", "Let people in", "Set the policies", "Create a token"]);
    await expectAccessible(page);

    await beside.getByRole("link", { name: "Create an ingest token" }).click();
    await page.getByLabel("Repository", { exact: true }).selectOption("web");
    await page.getByLabel("Name").fill("web-servers");
    await page.getByRole("button", { name: "Create ingest token" }).click();
    await page.getByRole("button", { name: "Show the value" }).click();
    expect(await send(program, await shownValue(page))).toBe(200);
    await expect(page.getByRole("list", { name: "Last events received" })).toContainText("from a shipper");
    await toOverview(page);
    await expect(page.getByRole("heading", { name: "What to do first" })).toBeVisible();
    await expect(beside, "they go once each is done").toHaveCount(0);
  },
);

test("from an empty folder to a token that programs use, by keyboard alone", { tag: "@long" }, async ({ page, program }) => {
  test.slow();
  await page.goto(`${program.address}/sign-in#code=${program.code}`);
  const press = async (target: Locator) => {
    await tabTo(page, target);
    await page.keyboard.press("Enter");
  };
  const steps = page.getByRole("region", { name: "There are no tokens yet" });
  await expect(steps).toBeVisible();
  // Hidden, and brought back.
  await press(steps.getByRole("button", { name: "Hide the first steps" }));
  await expect(steps).toHaveCount(0);
  await page.reload();
  await press(page.getByRole("button", { name: "Show the first steps" }));
  await press(steps.getByRole("link", { name: "Create a personal token" }));
  await expect(page.getByRole("heading", { level: 1, name: "New personal token" })).toBeFocused();
  await press(page.getByRole("button", { name: "Create personal token" }));
  expect(await whoAmI(program, await shownSecret(page))).toBe("admin");
  await tabTo(page, page.getByRole("dialog").getByRole("checkbox"));
  await page.keyboard.press("Space");
  await press(page.getByRole("dialog").getByRole("button", { name: "Done" }));
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("First steps");
  await expect(page.getByRole("combobox")).toHaveValue("First steps");
  await expect(page.getByRole("option", { name: "First steps" })).toBeVisible();
  await page.keyboard.press("Enter");
  const beside = page.getByRole("region", { name: "First steps" });
  await press(beside.getByRole("link", { name: "Create an ingest token" }));
  await expect(page.getByRole("heading", { level: 1, name: "New ingest token" })).toBeFocused();
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type("by-hand");
  await page.keyboard.press("Enter");
  await press(page.getByRole("button", { name: "Show the value" }));
  expect(await send(program, await shownValue(page))).toBe(200);
});

async function toOverview(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}

/** Fails unless just these steps are done. */
async function expectDone(steps: Locator, titles: readonly string[]): Promise<void> {
  const done = steps.getByRole("listitem").filter({ has: steps.page().getByRole("img", { name: "Done" }) });
  await expect(done.getByRole("heading")).toHaveText([...titles]);
}

/** The value of an ingest token, once its page shows it. */
async function shownValue(page: Page): Promise<string> {
  const shown = page.getByRole("group", { name: "Value of the token", exact: true });
  await expect(shown).toHaveText(/^[\da-f-]{36}$/u);
  return (await shown.textContent()) ?? "";
}

/** Who a token acts as, by the API. */
async function whoAmI(program: RunningProgram, token: string): Promise<string> {
  const response = await fetch(`${program.address}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query: "{ viewer { username } }" }),
  });
  const { data } = (await response.json()) as { data: { viewer: { username: string } } };
  return data.viewer.username;
}

async function send(program: RunningProgram, token: string): Promise<number> {
  const response = await fetch(`${program.address}/api/v1/ingest/humio-unstructured`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify([{ messages: ["from a shipper"] }]),
  });
  return response.status;
}
