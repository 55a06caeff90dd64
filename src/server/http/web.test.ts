import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const script = "console.log('a built script');";
const page =
  '<!doctype html><html lang="en"><meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/a.js" nonce="__CSP_NONCE__"></script>';
const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

let folder: string;
let store: TestStore;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  mkdirSync(join(folder, "assets"));
  mkdirSync(join(folder, ".vite"));
  writeFileSync(join(folder, "index.html"), page);
  writeFileSync(join(folder, "favicon.svg"), "<svg/>");
  writeFileSync(join(folder, ".vite", "manifest.json"), "{}");
  writeFileSync(join(folder, "secret.txt"), "not to be served");
  writeFileSync(join(folder, "assets", "a.js"), script);
  writeFileSync(join(folder, "assets", "a.js.gz"), gzipSync(script));
  writeFileSync(join(folder, "assets", "a.js.br"), brotliCompressSync(script));
  store = await openTestStore("pglite");
  server = await testServer(store, { webRoot: folder });
});
afterAll(async () => {
  await server.app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = html) => server.app.inject({ url, headers });

describe("pages", () => {
  it.each([
    "/",
    "/policies",
    "/tokens/view?sort=name",
    "/sign-in",
    "/index.html",
    "/no/such/page",
    "/tokens/ingest/token?repository=payments.eu&name=web.v2",
    "/tokens/ingest/in/payments.eu",
    "/tokens/ingest/in/payments.eu/a%252Fb",
    "/tokens/view/an.id",
    "/secret.txt",
    "/assets/../secret.txt",
    "/assets/%2e%2e/secret.txt",
    "/.vite/manifest.json",
    "/sessions",
    "/apis",
    "/services.html",
    "/tokens/view/100%",
    "/tokens/view/%zz?q=100%25",
    "/ip-filters/%E0%A4%A",
  ])("are the app at %s, never kept by the browser", async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.body).toContain("/assets/a.js");
    expect(response.body).not.toContain("__CSP_NONCE__");
    expect(response.body).not.toContain("not to be served");
  });

  it.each([
    ["dark", '<html data-color-scheme="dark" lang="en">'],
    ["light", '<html data-color-scheme="light" lang="en">'],
    ["", '<html lang="en">'],
    ["%22%3E%3Cscript%3E", '<html lang="en">'],
  ])("come in the colour scheme that was chosen: %s", async (chosen, begins) => {
    const { body } = await get("/", { ...html, cookie: `tokenhouse-scheme=${chosen}` });
    expect(body).toContain(begins);
    expect(body).not.toContain("><script>");
  });

  it("answer HEAD as well", async () => {
    const response = await server.app.inject({ method: "HEAD", url: "/policies", headers: html });
    expect([response.statusCode, response.body]).toEqual([200, ""]);
  });

  it("forbid everything but this server's own scripts, and text that becomes script but the address of one worker", async () => {
    const response = await get("/");
    const policy = String(response.headers["content-security-policy"]);
    const directives = Object.fromEntries(policy.split("; ").map((directive) => [directive.split(" ")[0], directive]));
    expect(directives).toMatchObject({
      "default-src": "default-src 'none'",
      "script-src": "script-src 'self'",
      "connect-src": "connect-src 'self'",
      "img-src": "img-src 'self'",
      "font-src": "font-src 'self'",
      "form-action": "form-action 'self'",
      "frame-ancestors": "frame-ancestors 'none'",
      "base-uri": "base-uri 'none'",
      "require-trusted-types-for": "require-trusted-types-for 'script'",
      "worker-src": "worker-src 'self'",
      "trusted-types": "trusted-types tokenhouse-leak-scan",
    });
    expect(policy).not.toContain("unsafe");
    expect(response.headers["x-content-type-options"]).toBe("nosniff");
    expect(response.headers["x-frame-options"]).toBe("DENY");
  });

  it("are as strict where the server runs for development", async () => {
    vi.stubEnv("NODE_ENV", "development");
    vi.stubEnv("TOKENHOUSE_DEV_SERVER", "http://127.0.0.1:9");
    const developing = await testServer(store, { webRoot: folder });
    vi.unstubAllEnvs();
    const policies = [await developing.app.inject({ url: "/", headers: html }), await get("/")].map(({ headers }) =>
      String(headers["content-security-policy"]).replace(/'nonce-[^']+'/u, ""),
    );
    await developing.app.close();
    expect(policies[0]).toBe(policies[1]);
  });

  it("may ask the browser for nothing but to write to the clipboard", async () => {
    const features = String((await get("/")).headers["permissions-policy"]).split(", ");
    expect(features).toEqual(expect.arrayContaining(["camera=()", "geolocation=()", "microphone=()", "clipboard-read=()"]));
    expect(features.filter((feature) => !feature.endsWith("=()"))).toEqual(["clipboard-write=(self)"]);
  });

  it("have a nonce of their own at each response, the same in the page and in the policy", async () => {
    const nonces = await Promise.all(
      ["/", "/", "/policies"].map(async (url) => {
        const { body, headers } = await get(url);
        const nonce = /nonce="([^"]+)"/u.exec(body)?.[1] ?? "";
        expect(body.split(`nonce="${nonce}"`)).toHaveLength(3);
        expect(headers["content-security-policy"]).toContain(`style-src 'self' 'nonce-${nonce}'`);
        expect(Buffer.from(nonce, "base64")).toHaveLength(16);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(3);
  });
});

describe("assets", () => {
  it.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const)("are sent as the build compressed them with %s, for ever", async (encoding, decompress) => {
    const response = await get("/assets/a.js", { "accept-encoding": encoding });
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-encoding"]).toBe(encoding);
    expect(response.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(response.headers["content-type"]).toMatch(/^(?:text|application)\/javascript/u);
    expect(response.headers.vary).toMatch(/accept-encoding/iu);
    expect(decompress(response.rawPayload).toString()).toBe(script);
  });

  it("are sent plain to who takes nothing else", async () => {
    const response = await get("/assets/a.js", { "accept-encoding": "identity" });
    expect([response.headers["content-encoding"], response.body]).toEqual([undefined, script]);
  });

  it("may load further scripts of this server when they run as workers, connect to nothing and make no script of a text", async () => {
    const policy = String((await get("/assets/a.js")).headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    for (const directive of ["connect-src", "worker-src", "img-src", "trusted-types"]) {
      expect(policy).toContain(`${directive} 'none'`);
    }
  });

  it("have an icon among them that may change", async () => {
    const response = await get("/favicon.svg");
    expect([response.statusCode, response.body]).toEqual([200, "<svg/>"]);
    expect(response.headers["cache-control"]).toBe("no-cache");
  });
});

describe("what is not there", () => {
  it.each([
    "/assets/b.js",
    "/assets/",
    "/api",
    "/api/v1/unknown",
    "/%61pi/v1/unknown",
    "/api/v1/%zz",
    "/graphql",
    "/graphql/x",
    "/session/x",
    "/services/collector",
    "/services/x",
    "/_bulk",
    "/_bulk/x",
    "/healthz/x",
    "/readyz/x",
    "/metrics",
  ])("is no page at %s", async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect(response.body).not.toContain("not to be served");
    expect(response.headers["content-type"]).not.toContain("html");
  });

  it("is no page for other methods, nor for who takes none", async () => {
    expect((await server.app.inject({ method: "POST", url: "/policies", headers: html })).statusCode).toBe(404);
    expect((await get("/policies", { accept: "application/json" })).statusCode).toBe(404);
  });
});

describe("status", () => {
  it("is told as LogScale tells it", async () => {
    const response = await get("/api/v1/status", {});
    expect(response.json()).toEqual({ status: "OK", version: expect.stringMatching(/^1\.\d+\.\d+--tokenhouse-\d/u) as string });
    expect(response.headers["cache-control"]).toBe("no-store");
    const check = { name: "database", status: "OK", statusMessage: "The database answers.", fields: {} };
    expect((await get("/api/v1/health-json", {})).json()).toEqual({
      status: "OK",
      statusMessage: "All checks pass.",
      uptime: expect.stringMatching(/^\d+s$/u) as string,
      version: expect.any(String) as string,
      oks: [check],
      warnings: [],
      down: [],
    });
  });

  it("is alive and ready while the database answers, and only alive when it does not", async () => {
    const other = await openTestStore("pglite");
    const { app } = await testServer(other);
    const statuses = () =>
      Promise.all(["/healthz", "/readyz", "/api/v1/health-json"].map(async (url) => (await app.inject({ url })).statusCode));
    expect(await statuses()).toEqual([200, 200, 200]);
    await other.close();
    expect(await statuses()).toEqual([200, 503, 503]);
    const statusMessage = "The database does not answer.";
    expect((await app.inject({ url: "/api/v1/health-json" })).json()).toMatchObject({
      status: "DOWN",
      statusMessage,
      oks: [],
      warnings: [],
      down: [{ name: "database", status: "DOWN", statusMessage, fields: {} }],
    });
    await app.close();
  });

  it("says on every page that the app is not built, where it is not", async () => {
    const other = await openTestStore("pglite");
    const { app } = await testServer(other);
    expect((await app.inject({ url: "/", headers: html })).statusCode).toBe(503);
    expect((await app.inject({ url: "/api/v1/status" })).statusCode).toBe(200);
    await app.close();
    await other.close();
  });
});
