import type { InjectOptions } from "fastify";
import { expect, it } from "vitest";

import { openTestStore } from "#server/testing/databases.ts";
import { cookieOf, testServer } from "#server/testing/server.ts";

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
