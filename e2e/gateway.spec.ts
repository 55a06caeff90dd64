import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { buildGateway } from "#server/gateway/gateway.ts";

import { expect, expectAccessible, readTable, signInWithToken, startServer, test as base, type TestServer } from "./fixtures.ts";
import {
  amountField,
  anyFilter,
  apply,
  applyButton,
  confirm,
  confirmDialog,
  differenceOf,
  enforceFilter,
  personalToken,
  readPolicies,
  readTotals,
  section,
  setMaximum,
  tokensOf,
} from "./policyPage.ts";

/** A gateway in front of a server that behaves as a LogScale cluster does and offers nothing more. */
interface Gateway {
  readonly url: string;
  /** Host and port of the cluster. */
  readonly host: string;
  /** Everything that the gateway logged. */
  log(): string;
}

const test = base.extend<{ gateway: Gateway }>({
  strict: true,
  gateway: async ({ server }, use) => {
    const lines: string[] = [];
    const app = await buildGateway({
      logscale: server.url,
      key: new Uint8Array(32).fill(5),
      timeout: 1000,
      webRoot: resolve("dist/web"),
      log: { write: (line) => void lines.push(line) },
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    await use({ url, host: new URL(server.url).host, log: () => lines.join("") });
    app.server.closeAllConnections();
    await app.close();
  },
});

const day = 86_400_000;

test("through a gateway, a change with every effect does exactly what its preview said", async ({ page, server, gateway }) => {
  const filter = await anyFilter(server);
  const token = await personalToken(server);
  await page.goto(gateway.url);
  await expect(page.getByText(`the LogScale cluster at ${gateway.host}`)).toBeVisible();
  await signInWithToken(page, gateway, token, { to: "/policies" });
  await expect(page.getByText(`gateway · ${gateway.host}`)).toBeVisible();
  // What a LogScale cannot tell is said.
  await expect(
    page.getByText(/inferred from its documentation; it sees the gateway’s address, not yours.*small window/),
  ).toBeVisible();
  await expect(page.getByText(/Only some of the personal tokens are visible to you/)).toBeVisible();

  await setMaximum(page, "View", "90");
  await enforceFilter(page, "Organization", filter.name);
  await section(page, "System").getByLabel("System tokens may exist").uncheck();
  const before = await tokensOf(server);
  const preview = await readTotals(page);
  for (const effect of ["deleted", "shortened"]) expect(preview["View"]?.[effect], effect).toBeGreaterThan(0);
  expect(preview["Organization"]?.["IP filter"]).toBeGreaterThan(0);
  expect(preview["System"]?.["deleted"]).toBeGreaterThan(0);
  await applyButton(page).click();
  await expect(confirmDialog(page)).toContainText("a small window remains in which others may change them unseen");
  await page.keyboard.press("Escape");
  await apply(page, preview);
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
  expect(differenceOf(before, await tokensOf(server))).toEqual({
    deleted: preview["All kinds"]?.["deleted"],
    shortened: preview["All kinds"]?.["shortened"],
    filtered: preview["All kinds"]?.["IP filter"],
  });
  expect((await readPolicies(server)).viewPermissionTokensEnforceExpirationAfterMs).toBe(90 * day);

  // The token was in the cookie alone: in no address, no storage, no script's reach, no log.
  const secret = token.split("~")[1] ?? token;
  const reachable = await page.evaluate(() =>
    JSON.stringify([
      document.cookie,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      location.href,
      document.documentElement.outerHTML,
    ]),
  );
  expect(reachable).not.toContain(secret);
  expect(gateway.log()).not.toContain(secret);
  expect(gateway.log()).toContain('"path":"/graphql"');
});

test("lists say what LogScale does not tell", async ({ page, server, gateway }) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/tokens/personal" });
  await expect(
    page.getByText(/Only your own personal token is listed. Those of other people are not listable here/),
  ).toBeVisible();
  await expect(page.getByText("1 personal token", { exact: true })).toBeVisible();
  const before = [...(await tokensOf(server)).values()].filter(({ kind }) => kind === "view").length;
  await page.goto(`${gateway.url}/tokens/view`);
  await expect(page.getByText(`${before.toLocaleString("en")} view tokens`, { exact: true })).toBeVisible();
  const [row] = await readTable(page.getByRole("grid", { name: "View tokens" }));
  expect(Object.keys(row ?? {})).not.toContain("Last used");
});

test("axe finds nothing on the sign-in of a gateway and on its policies page", async ({ page, server, gateway }) => {
  await page.goto(gateway.url);
  await expect(page.getByText(`the LogScale cluster at ${gateway.host}`)).toBeVisible();
  await expectAccessible(page);
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await readTotals(page);
  await expectAccessible(page);
});

test("a token that is nobody's signs in, and its session says so", async ({ page, server, gateway }) => {
  const { token } = await server.graphql<{ token: string }>(
    `mutation { token: createOrganizationPermissionsToken(input: { name: "reader", permissions: [ViewUsage] }) }`,
  );
  await signInWithToken(page, gateway, token);
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  const panel = page.getByRole("dialog", { name: "Your session" });
  await expect(panel).toContainText(`By a token whose kind LogScale does not tell, id ${token.split("~")[0]}`);
  await expect(panel).toContainText("LogScale sees the gateway’s own address");
});

test("what is not accepted is told at the sign-in", async ({ page, server, gateway }) => {
  await page.goto(gateway.url);
  const attempt = async (text: string) => {
    await page.getByLabel("API token").fill(text);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await attempt("0a1b2c3d-0000-4000-8000-0123456789ab");
  await expect(page.getByRole("alert")).toHaveText(/That is an ingest token/);
  await attempt(`${"x".repeat(24)}~${"y".repeat(44)}`);
  await expect(page.getByRole("alert")).toHaveText(/does not accept this token/);
  await server.stop();
  await attempt(`${"x".repeat(24)}~${"y".repeat(44)}`);
  await expect(page.getByRole("alert")).toHaveText(/cluster at .* cannot be reached .* Nothing was sent to it/);
  await server.start();
});

test("what changes between the preview and the change is noticed, and nobody's change is reverted", async ({
  page,
  server,
  gateway,
}) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await setMaximum(page, "Organization", "90");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  const before = await tokensOf(server);
  await server.graphql(`mutation { createOrganizationPermissionsToken(input: { name: "newcomer", permissions: [ViewUsage] }) }`);
  await confirm(page);
  const dialog = page.getByRole("dialog", { name: "This is no longer what was shown" });
  await expect(dialog).toContainText("newcomer");
  expect((await readPolicies(server)).organizationPermissionTokensEnforceExpirationAfterMs).toBeNull();
  expect(differenceOf(before, await tokensOf(server))).toEqual({ deleted: 0, shortened: 0, filtered: 0 });
  await dialog.getByRole("button", { name: /^Go on/ }).click();
  await confirm(page);
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
});

test("a cluster that goes away takes nothing typed along, and is there again when it is back", async ({
  page,
  server,
  gateway,
}) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await setMaximum(page, "View", "60");
  const totals = await readTotals(page);
  await server.stop();
  await applyButton(page).click();
  const dialog = page.getByRole("dialog", { name: "Nothing was applied" });
  await expect(dialog).toContainText("cannot be reached (ECONNREFUSED). Nothing was sent to it");
  await expect(page.getByText(`The LogScale cluster at ${gateway.host}, or this gateway to it`)).toBeAttached();
  await server.start();
  await dialog.getByRole("button", { name: "Read again" }).click();
  await expect(confirmDialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(amountField(page, "View")).toHaveValue("60");
  await apply(page, totals);
  await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
});

test("a page in place of LogScale is told as such", async ({ page, server, gateway }) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await setMaximum(page, "View", "61");
  await server.stop();
  const refusal = await listenAt(server, (_request, response) => {
    response.writeHead(403, { "content-type": "text/html" }).end("<h1>Please log in</h1>");
  });
  await applyButton(page).click();
  const dialog = page.getByRole("dialog", { name: "Nothing was applied" });
  await expect(dialog).toContainText("What came back is a web page (status 403), so it is not LogScale that answered");
  await refusal();
  await server.start();
  await dialog.getByRole("button", { name: "Back to the draft" }).click();
  await expect(amountField(page, "View")).toHaveValue("61");
});

test("a cluster that does not answer in time is told as such", async ({ page, server, gateway }) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await setMaximum(page, "View", "61");
  await server.stop();
  const silence = await listenAt(server, () => {
    // Never answers.
  });
  await applyButton(page).click();
  const dialog = page.getByRole("dialog", { name: "Nothing was applied" });
  await expect(dialog).toContainText("did not answer within 1 second", { timeout: 30_000 });
  await silence();
  await server.start();
  await dialog.getByRole("button", { name: "Back to the draft" }).click();
  await expect(amountField(page, "View")).toHaveValue("61");
});

test("a change whose answer never comes is told as such, and is read back instead of repeated", async ({
  page,
  server,
  gateway,
}, testInfo) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await setMaximum(page, "View", "62");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  // Reads reach the cluster still; the change itself does not come back.
  await server.stop();
  const behind = await startServer(server.store, testInfo.outputPath(), { extensions: false });
  let changes = 0;
  const cut = await listenAt(server, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      if (body.includes("mutation")) {
        changes++;
        response.destroy();
        return;
      }
      const { authorization = "" } = request.headers;
      void (async () => {
        const headers = { authorization, "content-type": "application/json" };
        const answer = await fetch(`${behind.url}/graphql`, { method: "POST", headers, body });
        response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
      })();
    });
  });
  await confirm(page);
  const dialog = page.getByRole("dialog", { name: "The answer was lost" });
  await expect(dialog).toContainText("It may have carried out what it was sent");
  await expect(dialog).toContainText("In force now is what was in force before");
  expect(changes).toBe(1);
  await cut();
  await behind.stop();
  await server.start();
  await dialog.getByRole("button", { name: "Back to the draft" }).click();
  await expect(amountField(page, "View")).toHaveValue("62");
});

test("a token that dies in the middle asks to sign in again above the page, and the draft stays", async ({
  page,
  server,
  gateway,
}) => {
  await signInWithToken(page, gateway, await personalToken(server), { to: "/policies" });
  await setMaximum(page, "View", "77");
  const next = await personalToken(server);
  await applyButton(page).click();
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await dialog.getByLabel("API token").fill(next);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(confirmDialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(amountField(page, "View")).toHaveValue("77");
});

test("whoever rotates the token in use goes on with the new one", async ({ page, server, gateway }) => {
  const token = await personalToken(server);
  await signInWithToken(page, gateway, token, { to: `/tokens/personal/${token.split("~")[0]}` });
  await page.getByRole("button", { name: /^Rotate/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate it" }).click();
  const dialog = page.getByRole("dialog", { name: /token/i });
  await expect(dialog.getByRole("button", { name: /Copy/ }).first()).toBeVisible();
  expect(await statusOf(page)).toBe(200);
  await expect(page.getByRole("dialog", { name: "You are signed out" })).toBeHidden();
});

/** The status with which the session of the page is answered at /graphql. */
async function statusOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const body = JSON.stringify({ query: "{ viewer { id } }" });
    return (await fetch("/graphql", { method: "POST", headers: { "content-type": "application/json" }, body })).status;
  });
}

/** Answers in place of the stopped server, at its address; what is returned ends that. */
async function listenAt({ url }: TestServer, listener: RequestListener): Promise<() => Promise<void>> {
  const stand = createServer(listener).listen(Number(new URL(url).port), "127.0.0.1");
  await once(stand, "listening");
  return async () => {
    stand.closeAllConnections();
    stand.close();
    await once(stand, "close");
  };
}
