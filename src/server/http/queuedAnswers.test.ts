import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { finished } from "node:stream";

import type { FastifyInstance } from "fastify";
import { expect, it } from "vitest";

import { graphqlLimits } from "#server/graphql/limits.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";
import { createBase } from "./base.ts";

/** Sends requests without waiting for answers, and hangs up when all have arrived. */
async function sendAndHangUp(app: FastifyInstance, requests: readonly string[]): Promise<void> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  let arrived = 0;
  app.server.on("request", () => arrived++);
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(requests.join(""));
  await expect.poll(() => arrived).toBe(requests.length);
  socket.destroy();
  await once(socket, "close");
}

it("An answer that waits behind others closes when its connection ends, and counts as closed from then on", async () => {
  const lines: string[] = [];
  const app = await createBase({ log: { write: (line) => void lines.push(line) } });
  const closed: string[] = [];
  const late: string[] = [];
  for (const path of ["/first", "/second", "/third"]) {
    app.get(path, (_request, { raw }) => {
      raw.once("close", () => {
        closed.push(path);
        setImmediate(() => finished(raw, () => late.push(path)));
      });
      return new Promise(() => undefined);
    });
  }
  const paths = ["/first", "/second", "/third"];
  await sendAndHangUp(
    app,
    paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
  );
  await expect.poll(() => late.toSorted()).toEqual(paths);
  expect(closed.toSorted()).toEqual(paths);
  expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ status }) => status === 499)).toHaveLength(3);
  await app.close();
});

it("A caller who sends queries behind one another and hangs up has all turns back", async () => {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  server.app.get("/never", () => new Promise(() => undefined));
  const { tokenString } = await server.token();
  const authorization = `Bearer ${tokenString}`;
  const body = JSON.stringify({ query: "{ meta { version } }" });
  const query = `POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  await sendAndHangUp(server.app, [
    "GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n",
    ...Array.from({ length: graphqlLimits.queries.perCaller }, () => query),
  ]);
  const response = await server.app.inject({
    method: "POST",
    url: "/graphql",
    headers: { authorization, "content-type": "application/json" },
    payload: body,
  });
  expect(response.json()).toHaveProperty("data.meta.version");
  await server.app.close();
  await store.close();
});
