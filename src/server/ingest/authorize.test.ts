import { expect, it } from "vitest";

import { makeAuthenticator } from "#server/auth/authenticate.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { ingestToken } from "#server/testing/ingest.ts";
import { testServer } from "#server/testing/server.ts";
import { createVault } from "#server/vault.ts";

import { makeAuthorize } from "./authorize.ts";
import { IngestRefusal } from "./refusal.ts";

/** More than a statement can have parameters. */
const crowd = 66_000;

describeOnBothDatabases("who sends", (open) => {
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
    const options = { hec: true, address: "192.0.2.1", now: server.now };
    const strangers = Array.from({ length: crowd }, (_, place) => authorize(`Splunk wrong-${place}`, options));
    const refusals = Promise.allSettled(strangers);
    expect(await authorize(`Bearer ${token}`, options)).toMatchObject({ type: "ingest-token", name: "a shipper" });
    const reasons = (await refusals).map((outcome) => outcome.status === "rejected" && outcome.reason instanceof IngestRefusal);
    expect(reasons.every(Boolean)).toBe(true);
    await server.app.close();
  });
});
