import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";

import { day, minute } from "#domain/duration.ts";
import { somePolicies } from "#domain/testing.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { findEnding } from "#server/cli/expiring/find.ts";
import { openStore } from "#server/store/client.ts";
import { ask, askNotes } from "#server/testing/callers.ts";
import { describeOnBothDatabases, openTestStore, type TestStore } from "#server/testing/databases.ts";
import { startReceiver, type Receiver } from "#server/testing/receiver.ts";
import { testServer } from "#server/testing/server.ts";

import { layNoticesReady } from "./look.ts";
import { reportSchema } from "./report.ts";
import { sendNotices, type FailedTry } from "./send.ts";

const secret = new TextEncoder().encode("a key of at least 24 characters");
const { signal } = new AbortController();

async function start(store: TestStore) {
  const server = await testServer(store);
  const receiver = await startReceiver();
  const failures: FailedTry[] = [];
  const failed = (failure: FailedTry) => void failures.push(failure);
  const send = (db = store.db) => sendNotices(db, { url: receiver.url, secret }, { now: () => server.now, signal, failed });
  const lay = (db = store.db) => layNoticesReady(db, "https://tokens.example", server.now);
  /** What a process does again and again. */
  const round = async () => {
    await lay();
    await send();
  };
  return { server, receiver, failures, lay, send, round, db: store.db };
}

const namesIn = ({ body }: Receiver["posts"][number]) => reportSchema.parse(JSON.parse(body)).tokens.map(({ name }) => name);
const idsOf = ({ posts }: Receiver) => posts.map(({ headers }) => headers["webhook-id"]);

describeOnBothDatabases("the webhook", (open) => {
  it("is told of each token once for each threshold that it passes, and anew when its expiry changes", async () => {
    const { server, receiver, round, db } = await start(await open());
    const { id } = await server.token({ name: "soon", expireAt: server.now + 8 * day });
    await server.token({ name: "never" });
    await server.token({ name: "far", expireAt: server.now + 31 * day });
    await round();
    // Its 30 days were passed too long ago when the server started.
    expect(receiver.posts.map(namesIn)).toEqual([]);
    server.now += day;
    await round();
    await round();
    expect(receiver.posts.map(namesIn)).toEqual([["soon", "far"]]);
    server.now += 6 * day;
    await round();
    expect(receiver.posts.map(namesIn).at(-1)).toEqual(["soon"]);
    // As a policy shortens it.
    await db
      .updateTable("tokens")
      .set({ expireAt: server.now + 12 * 60 * minute })
      .where("id", "=", id)
      .execute();
    await round();
    await round();
    expect(receiver.posts.map(namesIn)).toEqual([["soon", "far"], ["soon"], ["soon"]]);
    await server.app.close();
  });

  it("is told of a token that a policy makes end in between two thresholds", async () => {
    const { server, receiver, round, db } = await start(await open());
    const { id } = await server.token({ name: "shortened", expireAt: server.now + 400 * day });
    await round();
    server.now += minute;
    await db
      .updateTable("tokens")
      .set({ expireAt: server.now + 15 * day })
      .where("id", "=", id)
      .execute();
    await round();
    expect(receiver.posts.map(namesIn)).toEqual([["shortened"]]);
    await server.app.close();
  });

  it("is told of a token that a policy ends sooner from the moment the policy is applied, and not while it is a draft", async () => {
    const { server, receiver, round } = await start(await open());
    await server.token({ kind: "view", name: "shortened", createdAt: server.now - day, expireAt: server.now + 400 * day });
    await round();
    expect(receiver.posts).toEqual([]);
    server.now += minute;
    const policies = somePolicies({ view: { maximumLifetime: 20 * day } });
    const { errors } = await ask(
      server,
      server.localAdmin,
      "mutation ($input: TokenSecurityPoliciesInput!) { updateTokenSecurityPolicies(input: $input) { id } }",
      { input: policiesToInput(policies, { withSystem: true }) },
    );
    expect(errors).toEqual([]);
    await round();
    expect(receiver.posts.map(namesIn)).toEqual([["shortened"]]);
    const found = await findEnding({
      server: { origin: await server.app.listen({ host: "127.0.0.1", port: 0 }), credential: server.localAdmin },
      kinds: ["view"],
      within: 30 * day,
      now: () => server.now,
      signal,
    });
    expect(found.tokens.map(({ name, expireAt }) => [name, expireAt])).toEqual([["shortened", server.now - minute + 19 * day]]);
    await server.app.close();
  });

  it("names the owner that somebody wrote down for a token, and the creator of any other", async () => {
    const { server, receiver, round } = await start(await open());
    const made = { creatorKind: "user", creatorId: "u", createdBy: "ada" } as const;
    const { id } = await server.token({ kind: "view", name: "owned", expireAt: server.now + day, ...made });
    await server.token({ kind: "view", name: "other", expireAt: server.now + day, ...made });
    const { createdAt } = await server.store.db
      .selectFrom("tokens")
      .select("createdAt")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const headers = { authorization: `Bearer ${server.localAdmin}` };
    const token = { kind: "view", id, createdAt } as const;
    expect((await askNotes(server, headers, { type: "own", token, owner: "Team Blue", seen: null })).status).toBe(200);
    await round();
    const [post] = receiver.posts;
    const { tokens } = reportSchema.parse(JSON.parse(post?.body ?? ""));
    expect(Object.fromEntries(tokens.map(({ name, owner }) => [name, owner]))).toEqual({
      owned: { kind: "written", id: null, name: "Team Blue", by: expect.any(String) as string },
      other: { kind: "user", id: "u", name: "ada" },
    });
    await server.app.close();
  });

  it("is not told more than seven days late", async () => {
    const { server, receiver, round } = await start(await open());
    await server.token({ name: "on time", expireAt: server.now + 23 * day });
    await server.token({ name: "late", expireAt: server.now + 23 * day - 1 });
    await round();
    expect(receiver.posts.map(namesIn)).toEqual([["on time"]]);
    await server.app.close();
  });

  it("is told of very many tokens in parts, of which none makes what is late count as in time", async () => {
    const { server, receiver, send, db } = await start(await open());
    for (const later of [0, 1, 2]) await server.token({ name: `t${later}`, expireAt: server.now + 5 * day + later });
    await server.token({ name: "late", expireAt: server.now + 20 * day });
    const lay = () => layNoticesReady(db, "https://tokens.example", server.now, 2);
    expect(await lay()).toBe(2);
    expect(await lay()).toBe(0);
    await send();
    const told = receiver.posts.map((post) => namesIn(post).join(" "));
    expect(told.toSorted()).toEqual(["t0 t1", "t2"]);
    await server.app.close();
  });

  it("gets a signed body that another library takes for genuine, and no secret in it", async () => {
    const { server, receiver, round } = await start(await open());
    const token = await server.token({ name: "signed", expireAt: server.now + day, creatorKind: "user", createdBy: "ada" });
    server.now = Date.now();
    await server.store.db
      .updateTable("tokens")
      .set({ expireAt: server.now + day })
      .execute();
    await round();
    const [post] = receiver.posts;
    if (post === undefined) throw new Error("Nothing came.");
    const headers = {
      "webhook-id": String(post.headers["webhook-id"]),
      "webhook-timestamp": String(post.headers["webhook-timestamp"]),
      "webhook-signature": String(post.headers["webhook-signature"]),
    };
    const webhook = new Webhook(secret, { format: "raw" });
    expect(webhook.verify(post.body, headers)).toMatchObject({ tokens: [{ name: "signed", owner: { name: "ada" } }] });
    expect(() => webhook.verify(`${post.body} `, headers)).toThrow(/signature/iu);
    expect(post.body).not.toContain(token.secret);
    await server.app.close();
  });

  it("is tried again under the same id until it takes the notices, and follows no redirect", async () => {
    const { server, receiver, failures, round, send, db } = await start(await open());
    await server.token({ name: "again", expireAt: server.now + day });
    receiver.answers.push(500, 302);
    await round();
    await send();
    expect(receiver.posts).toHaveLength(1);
    server.now += minute;
    await send();
    server.now += 5 * minute;
    await send();
    server.now += day / 2;
    await round();
    expect(new Set(idsOf(receiver)).size).toBe(1);
    expect(receiver.posts).toHaveLength(3);
    const [request] = idsOf(receiver);
    expect(failures).toEqual([
      { request, status: 500, tries: 1, givenUp: false },
      { request, status: 302, tries: 2, givenUp: false },
    ]);
    expect(await db.selectFrom("noticeDeliveries").select(["tries", "lastStatus", "nextAt"]).executeTakeFirstOrThrow()).toEqual({
      tries: 3,
      lastStatus: 204,
      nextAt: null,
    });
    await server.app.close();
  });

  it("is given up after seven days, and of what it answered nothing but the status is kept", async () => {
    const { server, receiver, failures, round, send, db } = await start(await open());
    await server.token({ name: "never taken", expireAt: server.now + 20 * day + 5 * day });
    receiver.answers.push(...Array.from({ length: 100 }, () => 503));
    await round();
    for (let hours = 0; hours < 24 * 8; hours += 6) {
      server.now += day / 4;
      await send();
    }
    const [row] = await db.selectFrom("noticeDeliveries").selectAll().execute();
    expect(row).toMatchObject({ nextAt: null, deliveredAt: null, lastStatus: 503 });
    expect(failures.filter(({ givenUp }) => givenUp)).toEqual([failures.at(-1)]);
    for (const kept of [row, failures]) expect(JSON.stringify(kept)).not.toContain("what a receiver says");
    await server.app.close();
  });

  it("gets what was put off by a clock that ran ahead, once the clock is put right", async () => {
    const { server, receiver, round, send } = await start(await open());
    const { now } = server;
    await server.token({ name: "put off", expireAt: now + 40 * day });
    receiver.answers.push(500);
    server.now = now + 35 * day;
    await round();
    server.now = now;
    await send();
    expect(receiver.posts.map(namesIn)).toEqual([["put off"], ["put off"]]);
    await server.app.close();
  });

  it("gets again what a process had taken that died", async () => {
    const { server, receiver, lay, send, db } = await start(await open());
    await server.token({ name: "taken", expireAt: server.now + day });
    await lay();
    // As taking does, before the process dies.
    await db
      .updateTable("noticeDeliveries")
      .set({ nextAt: server.now + 2 * minute })
      .execute();
    await send();
    expect(receiver.posts).toEqual([]);
    server.now += 2 * minute;
    await send();
    expect(receiver.posts.map(namesIn)).toEqual([["taken"]]);
    await server.app.close();
  });
});

it("two processes tell the webhook once", async () => {
  const store = await openTestStore("postgres");
  const { server, receiver, lay, send } = await start(store);
  const other = await openStore({ databaseUrl: store.databaseUrl ?? "" });
  for (let number = 0; number < 20; number++) await server.token({ name: `t${number}`, expireAt: server.now + day });
  for (let round = 0; round < 5; round++) await Promise.all([lay(), lay(other.db)]);
  await Promise.all([send(), send(other.db)]);
  expect(receiver.posts.flatMap(namesIn).toSorted()).toEqual(Array.from({ length: 20 }, (_, number) => `t${number}`).toSorted());
  await other.close();
  await server.app.close();
  await store.close();
});
