import { expect, it } from "vitest";

import { administrator, testServer } from "#server/testing/server.ts";
import { openTestStore, waitingForLocks } from "#server/testing/databases.ts";

it("Who signs in by link while the user is removed waits for that and is refused, and neither waits for the other", async () => {
  const store = await openTestStore("postgres");
  const { db } = store;
  const server = await testServer(store);
  const id = await administrator(store);
  const code = await server.code();
  const { signingIn } = await db.transaction().execute(async (trx) => {
    await trx.selectFrom("users").select("id").where("id", "=", id).forUpdate().execute();
    const signingIn = server.signIn({ code });
    await expect.poll(() => waitingForLocks(db), { interval: 5 }).toBe(1);
    await trx.deleteFrom("users").where("id", "=", id).execute();
    return { signingIn };
  });
  expect((await signingIn).statusCode).toBe(401);
  expect(await db.selectFrom("users").select("id").where("id", "=", id).execute()).toEqual([]);
  expect(await db.selectFrom("sessions").selectAll().execute()).toEqual([]);
  await server.app.close();
  await store.close();
});
