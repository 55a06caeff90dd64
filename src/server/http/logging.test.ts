import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";

import type { InjectOptions } from "fastify";
import { expect, it, onTestFinished, vi } from "vitest";

import { openTestStore } from "#server/testing/databases.ts";
import { cookieOf, testServer } from "#server/testing/server.ts";

import { createBase } from "./base.ts";
import { logStreamTo } from "./logging.ts";
import { registerMetrics } from "./metrics.ts";

it("the log holds one line for each request and no secret, whatever the requests hold and however they fail", async () => {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  const { app } = server;
  const json = { "content-type": "application/json", origin: "http://localhost:80" };
  const secrets: string[] = [server.localAdmin];
  let requests = 0;
  const inject = (options: InjectOptions) => {
    requests++;
    return app.inject(options);
  };

  const code = await server.code();
  const { tokenString } = await server.token({ kind: "personal" });
  secrets.push(code, tokenString);

  const byCode = await inject({ method: "POST", url: "/session", headers: json, payload: JSON.stringify({ code }) });
  const cookie = cookieOf(byCode);
  const byToken = await inject({
    method: "POST",
    url: "/session",
    headers: json,
    payload: JSON.stringify({ token: tokenString }),
  });
  secrets.push(cookie.split("=")[1] ?? "", cookieOf(byToken).split("=")[1] ?? "");

  // Used, wrong, malformed and misplaced ones.
  await inject({ method: "POST", url: "/session", headers: json, payload: JSON.stringify({ code }) });
  await inject({ method: "POST", url: "/session", headers: json, payload: `{"token": ${tokenString}` });
  await inject({ method: "POST", url: "/session", headers: json, payload: JSON.stringify({ token: server.localAdmin, x: 1 }) });
  await inject({ method: "POST", url: "/session", headers: { ...json, "content-type": "text/plain" }, payload: tokenString });
  await inject({ url: `/session?token=${tokenString}`, headers: { authorization: `Bearer ${tokenString}x` } });
  await inject({ url: `/sign-in?code=${code}`, headers: { accept: "text/html", referer: `http://localhost/?${tokenString}` } });
  // What stands in a path by mistake: a token, and the fragment of a link, which browsers keep to themselves.
  await inject({ url: `/api/v1/tokens/${tokenString}/rotate` });
  await inject({ url: `/api/v1/tokens/${tokenString.replace("~", "%7E")}` });
  await inject({ url: `/${server.localAdmin}` });
  await inject({ url: `/sign-in#code=${code}`, headers: { accept: "text/html" } });
  // Values of ingest and fleet tokens, of which one may be anybody's choice.
  const values = ["4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11", "Abcdefghijklmnopqrstuvwxyz012345", "correct-horse-battery"];
  for (const value of values) {
    for (const path of ["/api/v1/ingest/", "/api/v1/ingest/hec/", "/services/collector/", "/_bulk/", "/api/v1/"]) {
      for (const method of ["GET", "POST"] as const)
        await inject({ method, url: path + value, headers: { referer: `http://h/${value}` } });
    }
  }
  for (const value of values.slice(0, 2)) {
    for (const written of [value, `%${value.charCodeAt(0).toString(16)}${value.slice(1)}`, value.replaceAll("-", "%2D")]) {
      await inject({ url: `/${written}`, headers: { accept: "text/html" } });
      await inject({ url: `/tokens/${written}.x%zz`, headers: { accept: "text/html" } });
      const unreadable = await inject({ url: `/tokens/${written}.x%zz` });
      expect([unreadable.statusCode, unreadable.json()]).toEqual([400, { message: "The address of the request is not valid." }]);
    }
  }
  await inject({ method: "POST", url: "/session/link", headers: { authorization: `Bearer ${server.localAdmin}` } });

  const graphql = async (query: string, headers: Record<string, string>, variables = {}) =>
    (
      await inject({
        method: "POST",
        url: `/graphql?secret=${tokenString}`,
        headers: { ...json, ...headers },
        payload: JSON.stringify({ query, variables }),
      })
    ).body;
  const created = await graphql("mutation { createPersonalUserTokenV2(input: {}) { token } }", { cookie });
  const fresh = /"token":"([^"]+)"/u.exec(created)?.[1];
  expect(fresh).toBeDefined();
  secrets.push(fresh ?? "");
  await graphql("{ viewer { username } }", { authorization: `Bearer ${fresh}` });
  await graphql("{ nonsense", { authorization: `Bearer ${fresh}` }, { token: fresh });
  await graphql(`{ token(tokenId: "${fresh}") { id } }`, { authorization: `Bearer ${fresh}` });
  await inject({
    method: "POST",
    url: "/graphql",
    headers: { ...json, authorization: `Bearer ${fresh}` },
    payload: `{"query": ${fresh}}`,
  });

  // The database gone: everything fails inside.
  await store.close();
  const failed = await inject({ method: "POST", url: "/session", headers: json, payload: JSON.stringify({ code }) });
  expect([failed.statusCode, failed.json()]).toEqual([500, { message: "The server failed. Its log says why." }]);
  await graphql("{ viewer { username } }", { authorization: `Bearer ${fresh}` });
  await inject({ url: "/session", headers: { cookie } });
  await app.close();

  const log = server.log();
  for (const part of values.flatMap((value) => [value, value.slice(1), value.slice(-12)])) expect(log).not.toContain(part);
  for (const secret of secrets.flatMap((text) => [text, text.split("~")[1] ?? text])) {
    expect(secret.length).toBeGreaterThan(40);
    expect(log.includes(secret)).toBe(false);
  }
  const lines = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter((line) => line["msg"] === "request")).toHaveLength(requests);
  expect(lines.find((line) => line["path"] === "/graphql")).toMatchObject({ method: "POST", status: 200, address: "127.0.0.1" });
});

it("an error is logged with its message, its code and its causes, and nothing else that hangs on it", async () => {
  const lines: string[] = [];
  const app = await createBase({ log: { write: (line) => void lines.push(line) } });
  const value = "4d8b4f31-5a55-4c5e-9f3a-2c1f7a1f0b11";
  const more = { detail: "Failing row contains (s3cret).", data: "s3cret", parameters: ["s3cret"] };
  const inner = Object.assign(new Error("the row is refused"), { code: "23514", ...more });
  app.get("/fails", () => {
    throw Object.assign(new Error(`it failed: "${value}"`, { cause: inner }), more);
  });
  expect((await app.inject("/fails")).statusCode).toBe(500);
  await app.close();
  const { err } = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => "err" in line) ?? {};
  expect(err).toMatchObject({
    type: "Error",
    message: 'it failed: "…"',
    cause: { message: "the row is refused", code: "23514" },
  });
  expect(lines.join("")).not.toContain("s3cret");
  expect(lines.join("")).not.toContain(value);
});

it("a request whose client hangs up is logged and counted once, before the answer as 499, within it by its status", async () => {
  const lines: string[] = [];
  const app = await createBase({ log: { write: (line) => void lines.push(line) } });
  registerMetrics(app, {});
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  app.get("/silent", async () => {
    await released;
    return "too late";
  });
  app.get("/half", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-length": 10 });
    reply.raw.write("half");
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  for (const path of ["/silent", "/half"]) {
    const socket = connect(port, "127.0.0.1");
    const arrived = once(app.server, "request");
    socket.write(`GET ${path}?secret HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await arrived;
    if (path === "/half") await once(socket, "data");
    socket.destroy();
  }
  const hungUp = () =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line["path"] !== undefined);
  await expect.poll(() => hungUp().length).toBe(2);
  // What the request asked for goes on, and its end is no second line.
  release();
  const figures = (await app.inject({ url: "/metrics", headers: { host: "localhost" } })).body;
  expect(hungUp().slice(0, 2)).toMatchObject([
    { method: "GET", path: "/silent", status: 499, address: "127.0.0.1" },
    { method: "GET", path: "/half", status: 200, address: "127.0.0.1" },
  ]);
  expect(figures).toContain('tokenhouse_http_requests_total{method="GET",route="/silent",status="499"} 1\n');
  expect(figures).toContain('tokenhouse_http_requests_total{method="GET",route="/half",status="200"} 1\n');
  await app.close();
  expect(hungUp().filter(({ path }) => path !== "/metrics")).toHaveLength(2);
});

async function loggedTo(output: PassThrough & { isTTY?: boolean }): Promise<string> {
  const line = once(output, "data");
  const app = await createBase({ log: await logStreamTo(output) });
  app.get("/here", () => "something");
  await app.inject("/here?secret=1");
  await app.close();
  return String((await line)[0]);
}

it("logs JSON where the output is no terminal", async () => {
  expect(JSON.parse(await loggedTo(new PassThrough()))).toMatchObject({ msg: "request", path: "/here", status: 200 });
});

it("logs a readable line where the output is a terminal", async () => {
  const line = await loggedTo(Object.assign(new PassThrough(), { isTTY: true }));
  expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: request: GET \/here 200, \d+ ms, 127\.0\.0\.1 \([\da-f]{16}\)\n$/u);
});

it("writes the lines of plain requests behind their backs, and a warning at once with all before it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));
  const file = join(folder, "log");
  const fd = openSync(file, "a");
  const app = await createBase({ log: await logStreamTo(Object.assign(new PassThrough(), { fd })) });
  const lines = () =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as object);
  // Not by expect.poll, which moves timers on.
  const written = async (count: number) => {
    while (lines().length < count) await setImmediate();
  };
  app.get("/here", () => "something");
  await app.inject("/here");
  expect(lines()).toEqual([]);
  app.log.warn("something happened");
  await written(2);
  expect(lines()).toMatchObject([{ path: "/here" }, { msg: "something happened" }]);
  await app.inject("/here");
  vi.advanceTimersByTime(199);
  expect(lines()).toHaveLength(2);
  vi.advanceTimersByTime(1);
  await written(3);
  await app.close();
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

it("writes what waits at the end of the process, by an error too", async () => {
  const line = '{"level":30,"time":1,"msg":"request"}';
  const logged = async (end: string): Promise<string> => {
    const program = `const { logStreamTo } = await import("#server/http/logging.ts"); const log = await logStreamTo(process.stderr);
      log.write(${JSON.stringify(`${line}\n`)}); ${end}`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    for await (const piece of child.stderr) told += String(piece);
    return told;
  };
  const [ended, failed] = await Promise.all([logged(""), logged('throw new Error("over")')]);
  expect(ended).toBe(`${line}\n`);
  expect(failed).toContain(`${line}\n`);
  expect(failed).toContain("Error: over");
});
