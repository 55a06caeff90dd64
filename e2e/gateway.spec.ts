import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import type { Page } from "@playwright/test";

import { day } from "#domain/duration.ts";
import {
  dismiss,
  expect,
  expectAccessible,
  readTable,
  signIn,
  signInWithToken,
  startGateway,
  test as base,
  type StoryServer,
} from "./fixtures.ts";
import {
  amountField,
  apply,
  applyButton,
  confirm,
  confirmDialog,
  enforceFilter,
  readPolicies,
  readTotals,
  setMaximum,
  tokensOf,
} from "./policyPage.ts";

/** A line between a gateway and the cluster, on which requests can be looked at before they go on. */
interface Line {
  /** What the browser visits: a gateway whose cluster is at the other end of the line. */
  readonly url: string;
  /** Called with the body of each request before it is passed on; `cut` ends the connection in place of that. */
  before: (body: string) => "cut" | void | Promise<"cut" | void>;
}

const test = base.extend<{ line: Line }>({
  backend: "gateway",
  line: async ({ server }, use) => {
    const line: { url: string } & Line = { url: "", before: () => undefined };
    const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await text(request);
      const { method = "GET", url = "/" } = request;
      const { authorization = "" } = request.headers;
      const headers = { authorization, "content-type": "application/json" };
      const init = { method, headers, ...(body !== "" && { body }) };
      if ((await line.before(body)) === "cut") {
        response.destroy();
        return;
      }
      const answer = await fetch(server.cluster + url, init);
      const [type = "", date = ""] = ["content-type", "date"].map((name) => answer.headers.get(name) ?? "");
      const answered = await answer.text();
      response.writeHead(answer.status, { "content-type": type, date }).end(answered);
    };
    // At the end of a test the gateway and the cluster may be gone before the last request is.
    const wire = createServer((request, response) => void answerTo(request, response).catch(() => response.destroy()));
    wire.listen(0, "127.0.0.1");
    await once(wire, "listening");
    const address = wire.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const gateway = await startGateway(`http://127.0.0.1:${port}`);
    line.url = gateway.url;
    await use(line);
    await gateway.close();
    wire.closeAllConnections();
    wire.close();
  },
});

test("the page says what LogScale cannot tell, and keeps the token in the cookie alone", async ({ page, server }) => {
  const token = await server.tokenFor("admin");
  await page.goto(server.url);
  await expect(page.getByText(`the LogScale cluster at ${hostOf(server)}`)).toBeVisible();
  await signInWithToken(page, server, token, { to: "/policies" });
  await expect(page.getByText(`gateway · ${hostOf(server)}`)).toBeVisible();
  // What the figures cannot tell is one line, which opens.
  await expect(page.getByText(/Only some of the personal tokens are visible to you/)).toBeVisible();
  const inferred = page.getByText(/inferred from its documentation; it sees the gateway’s address, not yours.*small window/);
  await expect(inferred).toBeHidden();
  await page.getByText(/more notes$/).click();
  await expect(inferred).toBeVisible();
  await setMaximum(page, "View", "90");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toContainText("a small window remains in which others may change them unseen");

  // In no address, no storage, no script's reach, no log.
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
  expect(server.log()).not.toContain(secret);
  expect(server.log()).toContain('"path":"/graphql"');
});

test("a list says which facts LogScale does not tell", async ({ page, server }) => {
  await signIn(page, server, { to: "/tokens/personal" });
  await expect(
    page.getByText(/Only your own personal token is listed. Those of other people are not listable here/),
  ).toBeVisible();
  await expect(page.getByText("1 personal token", { exact: true })).toBeVisible();
  const before = [...(await tokensOf(server)).values()].filter(({ kind }) => kind === "view").length;
  await page.goto(`${server.url}/tokens/view`);
  await expect(page.getByText(`${before.toLocaleString("en")} view tokens`, { exact: true })).toBeVisible();
  const table = page.getByRole("grid", { name: "View tokens" });
  await expect.poll(async () => (await readTable(table))[0]?.["Last used"]).toBe("not known");
});

test("axe finds nothing on the sign-in of a gateway and on its policies page", async ({ page, server }) => {
  await page.goto(server.url);
  await expect(page.getByText(`the LogScale cluster at ${hostOf(server)}`)).toBeVisible();
  await expectAccessible(page);
  await signIn(page, server, { to: "/policies" });
  await readTotals(page);
  await expectAccessible(page);
});

test("a token without a user signs in, and its session says so", async ({ page, server }) => {
  const { token } = await server.graphql<{ token: string }>(
    `mutation { token: createOrganizationPermissionsToken(input: { name: "reader", permissions: [ViewUsage] }) }`,
  );
  await signInWithToken(page, server, token);
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  const panel = page.getByRole("dialog", { name: "Your session" });
  await expect(panel).toContainText(`By a token whose kind LogScale does not tell, id ${token.split("~")[0]}`);
  await expect(panel).toContainText("LogScale sees the gateway’s own address");
});

test("the sign-in says why a token is not accepted", async ({ page, server }) => {
  await page.goto(server.url);
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
  await signIn(page, server);
  await server.stop();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Who you are cannot be found out now" })).toBeVisible();
  await expect(page.getByText(/cluster at .* cannot be reached/)).toBeVisible();
  await server.start();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: /^Signed in as/ })).toBeVisible();
});

test("a refusal is shown in LogScale's own words, and nothing typed is lost", async ({ page, server }) => {
  const { createIPFilter } = await server.graphql<{ createIPFilter: { id: string } }>(
    `mutation { createIPFilter(input: { name: "short-lived", ipFilter: "allow all" }) { id } }`,
  );
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "2000");
  await enforceFilter(page, "System", "short-lived");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  await server.graphql(`mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }`, { id: createIPFilter.id });
  await confirm(page);
  // Read again right before sending, the filter is none that this page can judge; whoever goes on all the same is asked for more.
  await expect(confirmDialog(page).getByRole("alert")).toContainText("Since you were asked it has got worse for");
  await expect(confirmDialog(page).getByRole("textbox")).toHaveValue("");
  await confirm(page);
  await expect(confirmDialog(page).getByRole("alert")).toContainText("does not exist");
  await page.keyboard.press("Escape");
  await expect(amountField(page, "View")).toHaveValue("2000");
  expect((await readPolicies(server)).viewPermissionTokensEnforceExpirationAfterMs).toBeNull();
});

test(
  "nothing typed is lost while the cluster is away, and the page goes on when it is back",
  { tag: "@long" },
  async ({ page, server }) => {
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "View", "60");
    await readTotals(page);
    await server.stop();
    await applyButton(page).click();
    const dialog = page.getByRole("dialog", { name: "Nothing was applied" });
    await expect(dialog).toContainText("cannot be reached (ECONNREFUSED). Nothing was sent to it");
    await expect(page.getByText(`The LogScale cluster at ${hostOf(server)}, or this gateway to it`)).toBeAttached();
    await server.start();
    await dialog.getByRole("button", { name: "Read again" }).click();
    await dismiss(confirmDialog(page));
    await expect(amountField(page, "View")).toHaveValue("60");
    await apply(page);
    await expect(page.getByRole("heading", { name: /^Applied exactly as predicted/ })).toBeVisible();
  },
);

test("the page says so when something other than LogScale answers", async ({ page, server }) => {
  await signIn(page, server, { to: "/policies" });
  await setMaximum(page, "View", "61");
  await readTotals(page);
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

test.describe("with little patience", () => {
  test.use({ clusterTimeout: 5000 });

  test("the page says so when the cluster does not answer in time", { tag: "@long" }, async ({ page, server }) => {
    await signIn(page, server, { to: "/policies" });
    await setMaximum(page, "View", "61");
    await readTotals(page);
    await server.stop();
    const silence = await listenAt(server, () => {
      // Never answers.
    });
    await applyButton(page).click();
    const dialog = page.getByRole("dialog", { name: "Nothing was applied" });
    await expect(dialog).toContainText("did not answer within 5 seconds", { timeout: 30_000 });
    await silence();
    await server.start();
    await dialog.getByRole("button", { name: "Back to the draft" }).click();
    await expect(amountField(page, "View")).toHaveValue("61");
  });
});

test("a change whose answer never comes is read back, not repeated", async ({ page, server, line }) => {
  await signInWithToken(page, line, await server.tokenFor("admin"), { to: "/policies" });
  await setMaximum(page, "View", "62");
  await applyButton(page).click();
  await expect(confirmDialog(page)).toBeVisible();
  // Reads reach the cluster still; the change itself does not come back.
  let changes = 0;
  line.before = (body) => {
    if (!body.includes("mutation")) return undefined;
    changes++;
    return "cut";
  };
  await confirm(page);
  const dialog = page.getByRole("dialog", { name: "The answer was lost" });
  await expect(dialog).toContainText("It may have carried out what it was sent");
  await expect(dialog).toContainText("In force now is what was in force before");
  expect(changes).toBe(1);
  await dialog.getByRole("button", { name: "Back to the draft" }).click();
  await expect(amountField(page, "View")).toHaveValue("62");
});

test.describe("where the view tokens fill three pages", () => {
  test.use({ tokens: 6000 });

  test(
    "a list that changes while it is read is read again until it is whole",
    { tag: "@long" },
    async ({ page, server, line }) => {
      const [first, second] = await firstOfList(server);
      const begun: number[] = [];
      const changes = [
        () => deleteToken(server, first),
        // One goes at the beginning and one comes at the end, so that there are as many as before.
        async () => {
          await deleteToken(server, second);
          await createViewToken(server, "zzz");
        },
      ];
      line.before = async (body) => {
        const skip = skipOfViewPage(body);
        if (skip === 0) begun.push(changes.length);
        if (skip === 1999) await changes.shift()?.();
      };
      await signInWithToken(page, line, await server.tokenFor("admin"), { to: "/policies" });
      await setMaximum(page, "View", "90");
      const { View } = await readTotals(page);
      expect(begun, "changes still to come at each beginning").toEqual([2, 1, 0]);
      expect(await seenOf(page, "View")).toMatch(/all$/);

      const now = Date.now();
      const tokens = [...(await tokensOf(server)).values()].filter(({ kind }) => kind === "view");
      const alive = tokens.filter(({ expireAt }) => expireAt === null || expireAt > now);
      const overdue = ({ createdAt }: { createdAt: number }) => createdAt + 90 * day <= now;
      expect(View).toMatchObject({
        seen: tokens.length,
        expired: tokens.length - alive.length,
        deleted: alive.filter(overdue).length,
        shortened: alive.filter((token) => !overdue(token) && (token.expireAt ?? Infinity) > token.createdAt + 90 * day).length,
      });
    },
  );

  test(
    "a list that keeps changing is called partial, and is whole once it rests",
    { tag: "@long" },
    async ({ page, server, line }) => {
      let restless = true;
      let made = 0;
      line.before = async (body) => {
        if (restless && skipOfViewPage(body) === 1999) await createViewToken(server, `aaa ${++made}`);
      };
      await signInWithToken(page, line, await server.tokenFor("admin"), { to: "/policies" });
      await expect(
        page.getByText(/Only some of the personal and view tokens are visible to you.* The list changed while it was read/),
      ).toBeVisible();
      expect(made).toBe(3);
      // One list may be told of while another is still being read.
      await readTotals(page);
      expect(await seenOf(page, "View")).toMatch(/some$/);
      expect(await seenOf(page, "Organization")).toMatch(/all$/);

      restless = false;
      await page.getByRole("button", { name: "Read again" }).click();
      await expect(page.getByText(/The list changed while it was read/)).toHaveCount(0);
      const { View } = await readTotals(page);
      expect(await seenOf(page, "View")).toMatch(/all$/);
      expect(View?.["seen"]).toBe([...(await tokensOf(server)).values()].filter(({ kind }) => kind === "view").length);
    },
  );
});

test("a gateway's metrics count requests and refusals, name no token, and answer this machine alone", async ({
  page,
  server,
}) => {
  const gateway = await startGateway(server.cluster, { metrics: {} });
  const token = await server.tokenFor("admin");
  await page.goto(gateway.url);
  await page.getByLabel("API token").fill(`${token}x`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText(/does not accept this token/);
  await signInWithToken(page, gateway, token, { to: "/tokens/view" });
  await expect(page.getByRole("grid", { name: "View tokens" })).toBeVisible();

  const figures = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(figures).toMatch(/^tokenhouse_http_requests_total\{method="POST",route="\/graphql",status="200"\} [1-9]\d*$/m);
  expect(figures).toMatch(/^tokenhouse_http_requests_total\{method="POST",route="\/session",status="200"\} 1$/m);
  expect(figures).toMatch(/^tokenhouse_refusals_total\{reason="unauthenticated"\} 1$/m);
  // Tokens are the cluster's to count.
  expect(figures).not.toMatch(/^tokenhouse_tokens/m);
  for (const part of token.split("~")) expect(figures).not.toContain(part);
  expect((await fetch(`${gateway.url}/metrics`, { headers: { "x-forwarded-for": "192.0.2.1" } })).status).toBe(403);
  // Where nobody asked for them there are none.
  expect(await (await fetch(`${server.url}/metrics`)).text()).not.toContain("tokenhouse_http_requests_total");
  await gateway.close();
});

/** Host and port of the cluster. */
function hostOf({ cluster }: StoryServer): string {
  return new URL(cluster).host;
}

/** The offset of the page of view tokens that a request asks for; undefined when it asks for something else. */
function skipOfViewPage(body: string): number | undefined {
  if (!body.includes("ViewPermissionToken")) return undefined;
  const { variables } = JSON.parse(body) as { variables?: { skip?: number; type?: unknown } };
  return variables?.skip;
}

/** The ids of the first two view tokens, in the order in which they are listed. */
async function firstOfList(server: StoryServer): Promise<readonly string[]> {
  const { tokens } = await server.graphql<{ tokens: { results: { id: string }[] } }>(
    "{ tokens(typeFilter: [ViewPermissionToken], sortBy: Name, orderBy: ASC, limit: 2) { results { id } } }",
  );
  return tokens.results.map(({ id }) => id);
}

async function deleteToken(server: StoryServer, id = ""): Promise<void> {
  await server.graphql("mutation ($id: String!) { deleteToken(input: { id: $id }) }", { id });
}

async function createViewToken(server: StoryServer, name: string): Promise<void> {
  const { searchDomain } = await server.graphql<{ searchDomain: { id: string } }>(`{ searchDomain(name: "sandbox") { id } }`);
  await server.graphql("mutation ($input: CreateViewPermissionsTokenInput!) { createViewPermissionsToken(input: $input) }", {
    input: { name, viewIds: [searchDomain.id], permissions: ["ReadAccess"] },
  });
}

/** How many tokens of a kind were seen, and whether these are all, as the totals say it. */
async function seenOf(page: Page, kind: string): Promise<string | undefined> {
  const rows = await readTable(page.getByRole("table", { name: "Tokens by effect and kind" }));
  return rows.find((row) => row["Kind"] === kind)?.["seen"];
}

/** Answers in place of the stopped server, at its address; what is returned ends that. */
async function listenAt({ cluster }: StoryServer, listener: RequestListener): Promise<() => Promise<void>> {
  const stand = createServer(listener).listen(Number(new URL(cluster).port), "127.0.0.1");
  await once(stand, "listening");
  return async () => {
    stand.closeAllConnections();
    stand.close();
    await once(stand, "close");
  };
}
