import { randomUUID } from "node:crypto";

import type { Page, Request } from "@playwright/test";

import { valueLookupPath } from "#logscale/valueLookup.ts";

import { expect, expectAccessible, signIn, test, type StoryServer } from "./fixtures.ts";

/** Tokens of every sort, made for a story. */
async function leakedTokens(server: StoryServer) {
  const { searchDomains } = await server.graphql<{ searchDomains: { id: string; name: string }[] }>(
    "{ searchDomains { id name } }",
  );
  const [view] = searchDomains;
  const { token } = await server.graphql<{ token: string }>(
    `mutation ($viewIds: [String!]!) {
      token: createViewPermissionsToken(input: { name: "deploy-bot", viewIds: $viewIds, permissions: [ReadAccess, ChangeUserAccess] })
    }`,
    { viewIds: [view?.id] },
  );
  const { ingest, fleet } = await server.graphql<{ ingest: { token: string }; fleet: { token: string } }>(
    `mutation {
      ingest: addIngestTokenV3(input: { repositoryName: "sandbox", name: "nginx" }) { token }
      fleet: createFleetInstallToken(name: "laptops") { token }
    }`,
  );
  const [id = "", secret = ""] = token.split("~");
  return { id, secret, token, ingest: ingest.token, fleet: fleet.token };
}

/** What leaves the page from now on, workers included: address, headers and body of every request. */
function watchRequests(page: Page): () => { readonly request: Request; readonly all: string }[] {
  const requests: Request[] = [];
  page.context().on("request", (request) => requests.push(request));
  return () =>
    requests.map((request) => ({
      request,
      all: [request.url(), JSON.stringify(request.headers()), request.postData() ?? ""].join("\n"),
    }));
}

/** Parts of a secret, each long enough to be no accident. */
function partsOf(secret: string): string[] {
  return [0, 10, 20].map((at) => secret.slice(at, at + 12));
}

/** Drops a file on the page, made there: lines of a log of so many bytes, with others among them. */
async function dropLog(page: Page, name: string, bytes: number, lines: readonly string[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, bytes, lines }) => {
      const line = '{"level":"info","path":"/api/v1/repositories/sandbox/query","status":200,"ms":17}\n';
      const filler = line.repeat(bytes > 1_000_000_000 ? 100_000 : 1000);
      // Parts that are blobs themselves are named in the file, not copied.
      const part = new Blob([filler]);
      const half = Array.from({ length: Math.ceil(bytes / filler.length / 2) }, () => part);
      const transfer = new DataTransfer();
      transfer.items.add(new File([...half, `${lines.join("\n")}\n`, ...half], name));
      return transfer;
    },
    { name, bytes, lines },
  );
  await page.getByLabel("Paste a log").dispatchEvent("drop", { dataTransfer: transfer });
}

test("a token in a dropped log of 20 MB is found, judged and rotated, and nothing but its id leaves the page", async ({
  page,
  server,
}) => {
  const { id, secret, token, ingest, fleet } = await leakedTokens(server);
  await signIn(page, server, { to: "/leaks" });
  const sent = watchRequests(page);
  await dropLog(page, "app.log", 20_000_000, [
    `curl -H "Authorization: Bearer ${token}" https://logs.example.com`,
    `fluent-bit: ingestToken ${ingest}`,
    `installToken=${fleet}`,
    `request ${randomUUID()} done`,
  ]);

  const found = page.getByRole("article", { name: "deploy-bot" });
  await expect(found).toBeVisible({ timeout: 60_000 });
  await expect(
    page.getByRole("main").getByText(/1 file, 2\d\d,\d{3} lines, .* 1 token string, and 3 strings that may be/),
  ).toBeVisible();
  await expect(found).toContainText("Lives, and never expires");
  await expect(found).toContainText("By its id alone. The secret was not checked");
  await expect(found).toContainText(/3 permissions on 1 repository or view\. can obtain more rights/);
  await expect(found).toContainText(/Once: app\.log, line 1\d\d,\d{3}, column 32/);
  await expectAccessible(page);

  const before = sent();
  expect(before.filter(({ request, all }) => request.method() === "POST" && all.includes(id)).length).toBe(1);
  for (const { all } of before) {
    for (const part of [...partsOf(secret), ingest, fleet]) expect(all).not.toContain(part);
  }

  // Values are sent when somebody asks for it, and in the body of that one request alone.
  await page.getByRole("button", { name: /^Ask the server about 2 near a word/ }).click();
  const ingestFound = page.getByRole("article", { name: "The ingest token nginx of sandbox" });
  await expect(ingestFound).toContainText("Last usedNever");
  await expect(page.getByRole("article", { name: "The fleet token laptops" })).toBeVisible();
  await page.getByRole("button", { name: "Ask the server about 1 value" }).click();
  await expect(page.getByRole("heading", { name: "1 string is no value of a token that you may read" })).toBeVisible();
  const withValues = sent().filter(({ all }) => all.includes(ingest) || all.includes(fleet));
  expect(withValues.map(({ request }) => new URL(request.url()).pathname + new URL(request.url()).search)).toEqual([
    valueLookupPath,
  ]);

  await ingestFound.getByRole("button", { name: "Delete" }).click();
  await page.getByLabel("Type delete to confirm").fill("delete");
  await page.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByText(/The ingest token nginx of sandbox was deleted/)).toBeVisible();

  await found.getByRole("button", { name: "Rotate" }).click();
  await page.getByLabel("Type rotate to confirm").fill("rotate");
  await page.getByRole("button", { name: "Rotate it" }).click();
  await page.getByLabel(/I have kept/).check();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(
    page.getByText(/The view token deploy-bot was rotated: the string that was found is no longer accepted/),
  ).toBeVisible();
  await expect(found).toBeHidden();
  await expect(server.graphql("{ meta { version } }", {}, token)).rejects.toThrow("401");
  for (const { all } of sent()) for (const part of partsOf(secret)) expect(all).not.toContain(part);
});

test("what was pasted is found however it is written, and is gone when the page is left", async ({ page, server }) => {
  const { secret, token } = await leakedTokens(server);
  await signIn(page, server, { to: "/leaks" });
  const sent = watchRequests(page);
  const field = page.getByLabel("Paste a log");
  for (const one of [field, page.getByLabel("Value of an ingest or fleet token")]) {
    await expect(one).toHaveAttribute("spellcheck", "false");
    await expect(one).toHaveAttribute("autocomplete", "off");
  }
  await field.fill(
    `data:\n  api: ${Buffer.from(token).toString("base64")}\nGET /?token=${token.replace("~", "%7E")}\n${"x".repeat(32)}~${"s".repeat(44)}\n${"y".repeat(24)}~${secret.slice(0, 12)}`,
  );
  await page.getByRole("button", { name: "Search the text" }).click();
  const found = page.getByRole("article", { name: "deploy-bot" });
  await expect(found).toContainText("2 times: line 2, column 8; line 3, column 13 (also in base64, percent-encoded)");
  const unknown = page.getByRole("region", { name: "No such token" });
  await expect(unknown).toContainText("x".repeat(32));
  await expect(unknown).toContainText(`${"y".repeat(24)}, with the beginning of a secret alone`);

  await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await page.goBack();
  await expect(field).toHaveValue("");
  await expect(found).toBeHidden();
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state, location.href]));
  for (const part of partsOf(secret)) {
    expect(kept).not.toContain(part);
    for (const { all } of sent()) expect(all).not.toContain(part);
  }
});

test("a search that takes long says how far it is, and can be cancelled", { tag: "@long" }, async ({ page, server }) => {
  await signIn(page, server, { to: "/leaks" });
  // More than any machine searches in the time of a story.
  await dropLog(page, "huge.log", 100_000_000_000, ["nothing"]);
  await expect(page.getByText(/^Searching: \d+\.\d MB of 1\d{5}\.\d MB$/)).toBeVisible({ timeout: 30_000 });
  expect(page.workers()).toHaveLength(1);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("progressbar")).toBeHidden();
  await expect.poll(() => page.workers().length).toBe(0);
  await expect(page.getByRole("region", { name: "Not recognised" })).toBeHidden();
});

test("a chosen value is asked about by itself, exactly as it stands", async ({ page, server }) => {
  await server.graphql("mutation { enableFeature(feature: CustomIngestTokens) }");
  await server.graphql(
    `mutation { addIngestTokenV3(input: { repositoryName: "sandbox", name: "old-router", customToken: "winter-is-coming" }) { name } }`,
  );
  await signIn(page, server, { to: "/leaks" });
  const field = page.getByLabel("Value of an ingest or fleet token");
  const ask = page.getByRole("button", { name: "Ask the server about it" });
  await field.fill("winter-is-comin");
  await ask.click();
  await expect(page.getByText("No ingest or fleet token whose value you may read has exactly this value.")).toBeVisible();
  await field.fill("winter-is-coming");
  await ask.click();
  await expect(page.getByRole("article", { name: "The ingest token old-router of sandbox" })).toBeVisible();
  await expect(field).toHaveValue("");

  const sent = watchRequests(page);
  const [id, secret] = ["a".repeat(32), "b".repeat(44)];
  await field.fill(`${id}~${secret}`);
  await ask.click();
  await expect(page.getByText("This has the form of an API token, so it was not sent.")).toBeVisible();
  // The lists behind the page are read anew meanwhile, without the value.
  expect(sent().filter(({ all }) => all.includes(id) || all.includes(secret))).toEqual([]);
});

test("who may read no values is told that nothing was compared", { tag: "@long" }, async ({ page, server }) => {
  await server.graphql('mutation { addUserV2(input: { username: "newcomer" }) { __typename } }');
  const { ingest } = await leakedTokens(server);
  await signIn(page, server, { as: "newcomer", to: "/leaks" });
  await page.getByLabel("Paste a log").fill(`ingest ${ingest}`);
  await page.getByRole("button", { name: "Search the text" }).click();
  await page.getByRole("button", { name: "Ask the server about 1 value" }).click();
  await expect(
    page.getByText("You may read the ingest tokens of no repository, so nothing was compared with those."),
  ).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(0);
});

test.describe("in front of a cluster", () => {
  test.use({ backend: "gateway" });

  test("tokens are looked up by their ids, and the page says why values cannot be", async ({ page, server }) => {
    const { token, secret, ingest } = await leakedTokens(server);
    await signIn(page, server, { to: "/leaks" });
    const sent = watchRequests(page);
    await page.getByLabel("Paste a log").fill(`Bearer ${token}\ningest ${ingest}\n${"u".repeat(24)}~${"s".repeat(44)}`);
    await page.getByRole("button", { name: "Search the text" }).click();
    const found = page.getByRole("article", { name: "deploy-bot" });
    await expect(found).toContainText("Lives, and never expires");
    await expect(found.getByRole("button", { name: "Rotate" })).toBeEnabled();
    await expect(page.getByText(/LogScale has no request that finds an ingest token by its value/)).toBeVisible();
    await expect(page.getByText(/LogScale shows a personal token to its user alone/)).toBeVisible();
    await expect(page.getByText(/can be asked about|sent only when you ask/)).toHaveCount(0);
    await expect(page.getByRole("button", { name: /^Ask the server/ })).toHaveCount(0);
    for (const { all } of sent()) {
      for (const part of [...partsOf(secret), ingest]) expect(all).not.toContain(part);
    }
    expect(server.log()).not.toContain(ingest);
  });
});
