import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { laterScripts } from "#logscale/laterScripts.ts";
import { queriesOfPage } from "#logscale/pageQueries.ts";
import { answerKey, pageStartId } from "#logscale/pageStart.ts";
import { isSignedIn } from "#logscale/session.ts";
import { buildGateway } from "#server/gateway/gateway.ts";
import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { cookieOf, testServer, toldSession, type TestServer } from "#server/testing/server.ts";
import { createBase } from "./base.ts";
import { registerWeb } from "./web.ts";

const html = { accept: "text/html", "sec-fetch-site": "none" };

/** A machine that stands still for a moment takes nothing from a page here. */
const longestPageWait = 60_000;

let folder: string;
let store: TestStore;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  mkdirSync(join(folder, "assets"));
  mkdirSync(join(folder, ".vite"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><html><head><title>$&</title></head><body></body></html>");
  writeFileSync(
    join(folder, ".vite", "preloads.json"),
    JSON.stringify({
      signIn: ["assets/in.js"],
      shell: ["assets/shell.js"],
      pages: [{ path: "^/tokens/[^/]+$", scripts: ["assets/list.js"] }],
    }),
  );
  store = await openTestStore("pglite");
  server = await testServer(store, { webRoot: folder, longestPageWait });
});
afterAll(async () => {
  await server.app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}, { app } = server) =>
  app.inject({ url, headers: { ...html, ...headers } });

/** What a page was sent with, as a browser reads it. */
function startIn(body: string): { session?: unknown; answers?: Record<string, unknown> } | undefined {
  const text = new RegExp(`<script type="application/json" id="${pageStartId}">(.*?)</script>`, "su").exec(body)?.[1];
  return text === undefined ? undefined : (JSON.parse(text) as ReturnType<typeof startIn>);
}

/** The scripts that a page names: those that it asks for as soon as it is read, or those that wait for its first words. */
const scriptsIn = (body: string, { later }: { later: boolean }) =>
  [...body.matchAll(/<link (\S+) crossorigin href="([^"]+)">/gu)]
    .filter(([, mark]) => mark === (later ? laterScripts : 'rel="modulepreload"'))
    .map(([, , href]) => href);

describe("a page", () => {
  it("has names as they are, that of the place for its nonce too", async () => {
    const name = "__CSP_NONCE__ </head> $& </script>";
    const { id } = await server.token({ kind: "view", name });
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const start = startIn((await get("/tokens/view", { cookie })).body);
    expect(JSON.stringify(start?.answers)).toContain(JSON.stringify(name));
    await store.db.deleteFrom("tokens").where("id", "=", id).execute();
  });

  it("is sent with the session of its reader, and with what every page asks first", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    const { body, headers } = await get("/sessions", { cookie });
    const start = startIn(body);
    expect(start?.session).toEqual(await server.session({ cookie }));
    expect(Object.keys(start?.answers ?? {}).toSorted()).toEqual(["Organization", "PageRights", "TokenVisibility"]);
    expect(headers["cache-control"]).toBe("no-store");
    expect(String(headers["content-security-policy"])).toContain("script-src 'self';");
  });

  it("is sent with what it asks for before it shows anything, as GraphQL answers its reader, and with no refusal", async () => {
    const { tokenString } = await server.token();
    for (const credential of [{ code: await server.code() }, { token: tokenString }]) {
      const cookie = cookieOf(await server.signIn(credential));
      for (const [path, search, count] of [
        ["/policies", "", 5],
        ["/tokens/view", "", 6],
        ["/tokens", "", 6],
        // Searched or sorted otherwise, it begins with other rows.
        ["/tokens", "?q=web", 5],
        ["/tokens/view/new", "", 3],
      ] as const) {
        const queries = queriesOfPage(path, search, true);
        expect(queries, path).toHaveLength(count);
        const expected: Record<string, unknown> = {};
        for (const { document, variables } of queries) {
          const response = await server.app.inject({
            method: "POST",
            url: "/graphql",
            headers: { cookie, origin: "http://localhost:80", "content-type": "application/json" },
            payload: JSON.stringify({ query: document, variables }),
          });
          const { data, errors } = response.json<{ data: object; errors?: unknown }>();
          if (errors === undefined) expected[answerKey({ document, variables }) ?? ""] = data;
        }
        expect(startIn((await get(path + search, { cookie })).body)?.answers, path).toEqual(expected);
      }
    }
  });

  it("is sent with no secret: neither the cookie nor the token that its reader signed in with", async () => {
    const { tokenString, secret } = await server.token();
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    const { body } = await get("/", { cookie });
    expect(startIn(body)?.session).toMatchObject({ tokenName: "a token" });
    for (const secretText of [secret, tokenString, cookie.split("=")[1] ?? "?"]) expect(body).not.toContain(secretText);
  });

  it.each(["</script><script>alert(1)</script>", "<!--<script>", "]]>\u2028&lt;/script&gt;", "$& $` $'"])(
    "stays whole whatever its reader is called: %j",
    async (name) => {
      const { tokenString } = await server.token({ name });
      const cookie = cookieOf(await server.signIn({ token: tokenString }));
      const { body } = await get("/", { cookie });
      expect(startIn(body)?.session).toMatchObject({ tokenName: name });
      expect(body.match(/<\/?script/gu)).toEqual(["<script", "</script"]);
      expect(body.match(/<!/gu)).toHaveLength(1);
      expect(body).toContain("<title>$&</title>");
    },
  );

  it("says that nobody is signed in where the browser would have sent its cookie", async () => {
    for (const site of ["none", "same-origin", "same-site"]) {
      const { session } = startIn((await get("/", { "sec-fetch-site": site })).body) ?? {};
      expect(isSignedIn(toldSession(session)), site).toBe(false);
    }
  });

  it("says nothing of the session where a link on another site leads to it, whose request brings no cookie", async () => {
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "" }]) {
      expect(startIn((await get("/", headers)).body)).toBeUndefined();
    }
  });

  it("takes back the cookie of a session that is over", async () => {
    const response = await get("/", { cookie: "tokenhouse-80=nonsense" });
    expect(isSignedIn(toldSession(startIn(response.body)?.session))).toBe(false);
    expect(response.headers["set-cookie"]).toMatch(/^tokenhouse-80=; .*Expires=Thu, 01 Jan 1970/u);
  });

  it("says nothing to a header, nor to an address that the token's filter refuses: it learns why when it asks", async () => {
    const { tokenString, id } = await server.token();
    const cookie = cookieOf(await server.signIn({ token: tokenString }));
    expect(startIn((await get("/", { authorization: `Bearer ${tokenString}` })).body)).toBeUndefined();
    await store.db
      .insertInto("ipFilters")
      .values({ id: "closed", name: "closed", ipFilter: "allow 192.0.2.1", createdAt: 0 })
      .execute();
    await store.db.updateTable("tokens").set({ ipFilterId: "closed" }).where("id", "=", id).execute();
    expect((await server.app.inject({ url: "/session", headers: { cookie } })).statusCode).toBe(403);
    expect(startIn((await get("/", { cookie })).body)).toBeUndefined();
  });

  it("is sent with what LogScale's own schema has, where the server offers nothing beyond it", async () => {
    const strict = await testServer(store, { webRoot: folder, longestPageWait, extensions: false });
    const cookie = cookieOf(await strict.signIn({ code: await strict.code() }));
    const start = startIn((await get("/", { cookie }, strict)).body);
    expect(toldSession(start?.session).extensions).toEqual([]);
    expect(Object.keys(start?.answers ?? {}).toSorted()).toEqual(["Organization", "PageRights"]);
    await strict.app.close();
  });

  it("comes without waiting for a database that does not answer", async () => {
    const app = await createBase({});
    await registerWeb(app, folder, () => new Promise(() => {}), 10);
    const response = await app.inject({ url: "/", headers: html });
    expect([response.statusCode, startIn(response.body)]).toEqual([200, undefined]);
    await app.close();
  });

  it("names the scripts that its reader needs, by its path, and has them wait where it comes with words", async () => {
    const cookie = cookieOf(await server.signIn({ code: await server.code() }));
    for (const [path, headers, later, scripts] of [
      ["/tokens/view?sort=name", { cookie }, true, ["/assets/shell.js", "/assets/list.js"]],
      ["/tokens/view", {}, true, ["/assets/in.js"]],
      ["/no/such", { cookie }, false, ["/assets/shell.js"]],
    ] as const) {
      const { body } = await get(path, { ...headers });
      expect(scriptsIn(body, { later }), path).toEqual(scripts);
      expect(scriptsIn(body, { later: !later }), path).toEqual([]);
    }
  });
});

describe("a page of a gateway", () => {
  it("does not wait for the cluster: it is sent with a session where there is none, and asks otherwise", async () => {
    const app = await buildGateway({ logscale: "http://127.0.0.1:9", key: new Uint8Array(32).fill(5), webRoot: folder });
    const nobody = await app.inject({ url: "/tokens/view", headers: html });
    expect(startIn(nobody.body)).toEqual({
      session: expect.objectContaining({ backend: "gateway", host: "127.0.0.1:9" }) as object,
    });
    expect(scriptsIn(nobody.body, { later: true })).toEqual(["/assets/in.js"]);
    const somebody = await app.inject({ url: "/tokens/view", headers: { ...html, cookie: "tokenhouse-80=x" } });
    expect(startIn(somebody.body)).toBeUndefined();
    expect(scriptsIn(somebody.body, { later: false })).toEqual(["/assets/shell.js", "/assets/list.js"]);
    await app.close();
  });
});
