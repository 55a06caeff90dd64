import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildGateway } from "#server/gateway/gateway.ts";
import { clientOperations, notServed, type ClientName, type Seen } from "#server/testing/clientOperations.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";

describe("humioctl and humio-operator", () => {
  it("have each operation of theirs in the table, or a reason why it is not served", () => {
    const named = [...clientOperations.flatMap(({ of }) => of), ...(Object.keys(notServed) as ClientName[])];
    expect(named.length).toBe(new Set(named).size);
    const of = (client: string) => named.filter((name) => name.startsWith(client)).length;
    // As many as the clients have about repositories, views, parsers, tokens, filters, policies, features, users, groups and roles.
    expect([of("humioctl"), of("operator")]).toEqual([48, 66]);
  });

  describe.each(["strict", "gateway"] as const)("through a server that is %s", (mode) => {
    let ask: (document: string, variables: object) => Promise<{ data: unknown; errors?: { message: string }[] }>;
    const closing: (() => Promise<unknown>)[] = [];
    let seen: Seen = {};

    beforeAll(async () => {
      const server = await testServer(await openTestStore("pglite"), { extensions: false });
      closing.push(() => server.app.close());
      const host = { host: "127.0.0.1", port: 0 };
      let origin = await server.app.listen(host);
      if (mode === "gateway") {
        const gateway = await buildGateway({ logscale: origin, key: new Uint8Array(32).fill(1), failedSignIns: 1e6 });
        closing.unshift(() => gateway.close());
        origin = await gateway.listen(host);
      }
      const { tokenString } = await server.token({ kind: "personal" });
      ask = async (query, variables) => {
        const response = await fetch(new URL("/graphql", origin), {
          method: "POST",
          headers: { authorization: `Bearer ${tokenString}`, "content-type": "application/json" },
          body: JSON.stringify({ query, variables }),
        });
        expect(response.status).toBe(200);
        return (await response.json()) as Awaited<ReturnType<typeof ask>>;
      };
    });
    afterAll(async () => {
      for (const close of closing) await close();
    });

    it.each(clientOperations.map((operation) => [operation.of.join(", "), operation] as const))(
      "get what they need of %s",
      async (_, { document, variables, expected, keep }) => {
        const { data, errors = [] } = await ask(document, variables?.(seen) ?? {});
        if ("refused" in expected) {
          expect(errors[0]?.message).toEqual(expected.refused);
          return;
        }
        expect(errors).toEqual([]);
        expect(data).toMatchObject(expected);
        seen = { ...seen, ...keep?.(data as never) };
      },
    );
  });
});
