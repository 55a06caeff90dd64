import { Readable } from "node:stream";

import { expect, it } from "vitest";

import { makeAuthenticator } from "#server/auth/authenticate.ts";
import { ask } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ingestToken, received, send } from "#server/testing/ingest.ts";
import { testServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";

import { makeAuthorize } from "./authorize.ts";
import { IngestRefusal } from "./refusal.ts";

/** More than a statement can have parameters. */
const crowd = 66_000;

describeOnBothDatabases("who sends", (open) => {
  it("is nobody any more when the token is removed while the body is still on the way", async () => {
    const server = await testServer(await open());
    const token = await ingestToken(server);
    async function* slowly() {
      yield "one";
      await server.store.db.deleteFrom("ingestTokens").execute();
      server.now += 1000;
      yield "two";
    }
    const response = await server.app.inject({
      method: "POST",
      url: "/api/v1/ingest/raw",
      headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
      payload: Readable.from(slowly()),
    });
    expect([response.statusCode, response.body]).toEqual([401, "The supplied authentication is invalid"]);
    expect((await received(server)).recentEvents).toEqual([]);
    await server.app.close();
  });

  it("is found out though a crowd with wrong tokens asks at the same time", async () => {
    const server = await testServer(await open());
    const token = await ingestToken(server);
    const { db } = server.store;
    const lastUse = { record: () => undefined, settled: () => Promise.resolve() };
    const authorize = makeAuthorize({
      db,
      // The key of the test server.
      vault: createVault(new Uint8Array(32).fill(7)),
      authenticator: makeAuthenticator({ db, lastUse, localAdminHash: new Uint8Array(32) }),
    });
    const options = { hec: true, place: { address: "192.0.2.1", admitsLocalAdmin: false }, now: server.now };
    const strangers = Array.from({ length: crowd }, (_, number) => authorize(`Splunk wrong-${number}`, options));
    const refusals = Promise.allSettled(strangers);
    expect(await authorize(`Bearer ${token}`, options)).toMatchObject({ type: "ingest-token", name: "a shipper" });
    const reasons = (await refusals).map((outcome) => outcome.status === "rejected" && outcome.reason instanceof IngestRefusal);
    expect(reasons.every(Boolean)).toBe(true);
    await server.app.close();
  });

  it("is nobody any more right after the token was removed, however lately it was found", async () => {
    const server = await testServer(await open());
    const token = await ingestToken(server);
    const sent = async () => (await send(server, "/api/v1/ingest/raw", `Bearer ${token}`, "an event")).statusCode;
    expect([await sent(), await sent(), await sent()]).toEqual([200, 200, 200]);
    const removal = 'mutation { removeIngestToken(repositoryName: "sandbox", name: "a shipper") { result } }';
    expect((await ask(server, server.localAdmin, removal)).errors).toEqual([]);
    expect([await sent(), await sent()]).toEqual([401, 401]);
    await server.app.close();
  });
});
