import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { clientOperations, notServed, type ClientName, type SeenSoFar } from "#server/testing/clientOperations.ts";
import { openRemotes, type Remotes } from "#server/testing/remotes.ts";

describe("humioctl and humio-operator", () => {
  it("have each operation of theirs in the table, or a reason why it is not served", () => {
    const named = [...clientOperations.flatMap(({ of }) => of), ...(Object.keys(notServed) as ClientName[])];
    expect(named.length).toBe(new Set(named).size);
    const of = (client: string) => named.filter((name) => name.startsWith(client)).length;
    // As many as the clients have about repositories, views, parsers, tokens, filters, policies, features, users, groups and roles.
    expect([of("humioctl"), of("operator")]).toEqual([48, 66]);
  });

  describe.each(["strict", "gateway"] as const)("through a server that is %s", (mode) => {
    let remotes: Remotes;
    let seen: SeenSoFar = {};
    beforeAll(async () => {
      remotes = await openRemotes();
    });
    afterAll(() => remotes.close());

    async function ask(query: string, variables: object) {
      const response = await fetch(new URL("/graphql", remotes.origins[mode]), {
        method: "POST",
        headers: { authorization: `Bearer ${remotes.credential}`, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      expect(response.status).toBe(200);
      return (await response.json()) as { data: unknown; errors?: { message: string }[] };
    }

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
