import { beforeAll, expect, it } from "vitest";

import { auditRecordsPath, auditRecordsSchema } from "#logscale/audit.ts";
import { ask, makeCallers, type CallerName, type Callers } from "#server/testing/callers.ts";
import { describeOnBothDatabases } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

describeOnBothDatabases("An act that takes several requests", (open) => {
  let server: TestServer;
  let world: Callers;
  beforeAll(async () => {
    server = await testServer(await open());
    world = await makeCallers(server);
    return () => server.app.close();
  });

  const act = "0123456789abcdef".repeat(2);
  const asked = (caller: CallerName, mutation: string, tokenhouse: unknown) =>
    ask(server, world.bearer[caller], `mutation { ${mutation} }`, {}, { extensions: { tokenhouse } });
  const records = async (filter: object) => {
    const { body } = await server.app.inject({
      method: "POST",
      url: auditRecordsPath,
      headers: { "content-type": "application/json", authorization: `Bearer ${world.bearer.root}` },
      payload: JSON.stringify({ filter, limit: 100 }),
    });
    return auditRecordsSchema.parse(JSON.parse(body)).records.map(({ record }) => record);
  };

  it("has its name in each of its records, also in those of what was refused, and is found by it", async () => {
    const { view, system } = world.tokens;
    expect((await asked("root", `deleteToken(input: { id: "${view}" })`, { act })).errors).toEqual([]);
    expect((await asked("user", `deleteToken(input: { id: "${system}" })`, { act })).errors).toHaveLength(1);
    await asked("root", `revokeSession(input: { revocationType: User, id: "${world.users.root}" })`, { act });
    await asked("root", `rotateToken(input: { id: "${system}" })`, undefined);
    expect((await records({ search: act })).map((record) => [record.operation, record.outcome, record.act])).toEqual([
      ["revokeSession", "done", act],
      ["deleteToken", "refused", act],
      ["deleteToken", "done", act],
    ]);
    expect((await records({ types: ["hashedtokens.rotate"] }))[0]).not.toHaveProperty("act");
  });

  it("that is named by anything but 32 hexadecimal digits is refused, and nothing is done", async () => {
    const { organization } = world.tokens;
    const before = await records({});
    for (const wrong of [{ act: "" }, { act: act.toUpperCase() }, { act: `${act}0` }, { act: 1 }, { act, replaces: "x" }, act]) {
      const { errors } = await asked("root", `deleteToken(input: { id: "${organization}" })`, wrong);
      expect(errors?.[0]?.extensions).toEqual({ code: "BAD_INPUT", field: "extensions.tokenhouse" });
    }
    expect(await records({})).toEqual(before);
  });
});
