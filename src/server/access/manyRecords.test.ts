import { openAsBlob } from "node:fs";

import { expect, inject, it } from "vitest";

import type { AuditEntry } from "#domain/audit/record.ts";

import { openStore } from "#server/store/client.ts";
import { openPglite } from "#server/store/pglite.ts";
import { mutateFor } from "#server/testing/mutate.ts";
import { readRights } from "./permissions.ts";

it("An act with many records never holds more than two of them: each is written before the next is made", async () => {
  const engine = await openPglite({ template: await openAsBlob(inject("pgliteTemplate")) });
  let written = 0;
  const store = await openStore(
    {
      engine: {
        async query(text, parameters) {
          const result = await engine.query(text, parameters);
          if (text.includes("insert into audit_records")) written++;
          return result;
        },
        close: () => engine.close(),
      },
    },
    { upToDate: true },
  );
  const entry = (number: number): AuditEntry => ({
    type: "tokenhouse.policies.tokens",
    action: "apply",
    target: { kind: "policies", id: "policies", name: null },
    details: { count: number },
  });
  const held: number[] = [];
  function* more() {
    for (let number = 2; number <= 20; number++) {
      held.push(number - 1 - written);
      yield entry(number);
    }
  }
  const mutate = mutateFor(
    store,
    async (trx) => ({ rights: await readRights(trx, { type: "local-root" }), now: 0 }),
    "updateTokenSecurityPolicies",
  );
  await mutate({}, () => Promise.resolve({ record: entry(1), more: more(), result: undefined }));
  const records = await store.db.selectFrom("auditRecords").select("record").orderBy("number").execute();
  expect(records.map(({ record }) => (JSON.parse(record) as { count: number }).count)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(Math.max(...held)).toBe(1);
  await store.close();
});
