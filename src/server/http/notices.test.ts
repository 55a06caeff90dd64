import { expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { noticesPath, noticesSchema } from "#logscale/notices.ts";
import { layNoticesReady } from "#server/notices/look.ts";
import { sendNotices } from "#server/notices/send.ts";
import { callerNames, makeCallers, type CallerName } from "#server/testing/callers.ts";
import { describeOnBothDatabases, openTestStore } from "#server/testing/databases.ts";
import { startReceiver } from "#server/testing/receiver.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const { signal } = new AbortController();

async function read(server: TestServer, bearer: string) {
  const { statusCode, payload } = await server.app.inject({
    url: noticesPath,
    headers: { authorization: `Bearer ${bearer}` },
  });
  return { status: statusCode, text: payload };
}

describeOnBothDatabases("What became of notices", (open) => {
  it("is told by status and time, newest first, with nothing of the webhook but its host", async () => {
    const receiver = await startReceiver();
    const { host } = new URL(receiver.url);
    const server = await testServer(await open(), { webhookHost: host });
    const { db } = server.store;
    const secret = new TextEncoder().encode("a key of at least 24 characters");
    const send = () =>
      sendNotices(db, { url: `${receiver.url}/T00/hidden?key=hidden`, secret }, { now: () => server.now, signal });
    await server.token({ name: "first", expireAt: server.now + day });
    await layNoticesReady(db, "https://tokens.example", server.now);
    const first = server.now;
    await send();
    server.now += 60_000;
    await server.token({ name: "second", expireAt: server.now + day });
    await layNoticesReady(db, "https://tokens.example", server.now);
    receiver.answers.push(503);
    await send();
    const { status, text } = await read(server, server.localAdmin);
    expect(status).toBe(200);
    expect(noticesSchema.parse(JSON.parse(text))).toEqual({
      webhook: { host },
      deliveries: [
        {
          createdAt: server.now,
          tokens: 1,
          tries: 1,
          lastTriedAt: server.now,
          lastStatus: 503,
          deliveredAt: null,
          nextAt: server.now + 60_000,
        },
        { createdAt: first, tokens: 1, tries: 1, lastTriedAt: first, lastStatus: 204, deliveredAt: first, nextAt: null },
      ],
      more: 0,
    });
    for (const hidden of ["hidden", "T00", "a key of", "what a receiver says", "first", "second"]) {
      expect(text).not.toContain(hidden);
    }
    await server.app.close();
  });

  it("is told as the latest hundred and how many there are beside them", async () => {
    const server = await testServer(await open());
    const rows = Array.from({ length: 103 }, (_, place) => ({
      id: `d${place}`,
      body: "{}",
      tokens: place,
      createdAt: server.now + place,
      nextAt: null,
    }));
    await server.store.db.insertInto("noticeDeliveries").values(rows).execute();
    const { webhook, deliveries, more } = noticesSchema.parse(JSON.parse((await read(server, server.localAdmin)).text));
    expect({ webhook, more }).toEqual({ webhook: null, more: 3 });
    expect(deliveries.map(({ tokens }) => tokens)).toEqual(Array.from({ length: 100 }, (_, place) => 102 - place));
    await server.app.close();
  });
});

it("root and owners of the organization see what became of notices, and nobody else", async () => {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  const { bearer } = await makeCallers(server);
  const statuses = await Promise.all(callerNames.map(async (name) => [name, (await read(server, bearer[name])).status] as const));
  const seeing: readonly CallerName[] = ["owner", "root", "local"];
  expect(Object.fromEntries(statuses)).toEqual(
    Object.fromEntries(callerNames.map((name) => [name, seeing.includes(name) ? 200 : 403])),
  );
  expect((await server.app.inject({ url: noticesPath })).statusCode).toBe(401);
  await server.app.close();
  await store.close();
});
