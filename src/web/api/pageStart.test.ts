import { describe, expect, it } from "vitest";

import { tokenKinds } from "#domain/token/kinds.ts";
import { TokenKeysetPageDocument } from "#logscale/generated/tokensExtension.ts";
import { answerKey } from "#logscale/pageStart.ts";
import { queriesOfPage } from "#logscale/pageQueries.ts";
import { readTokenPage, firstRows, type TokenPageWanted } from "#logscale/readTokenPage.ts";
import { inventoryDialect } from "#web/inventory/view.ts";
import { readView } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";

/** What a list of kinds asks for first when its address says nothing else. */
async function firstAsked(kinds: TokenPageWanted["kinds"]): Promise<string | undefined> {
  const { sorting, search } = readView(inventoryDialect, new URLSearchParams());
  expect(sorting.column).toBe("name");
  const wanted = { kinds, search, sortBy: "name", descending: sorting.descending } as const;
  let asked: string | undefined;
  await readTokenPage(wanted, null, firstRows, {
    ask: (document, variables) => {
      asked = answerKey({ document, variables });
      return Promise.reject(new Error("That is all there is to know."));
    },
    visibility: undefined,
    signal: new AbortController().signal,
  }).catch(() => undefined);
  return asked;
}

describe("what a list is sent with", () => {
  it.each([[paths.tokens, tokenKinds] as const, ...tokenKinds.map((kind) => [paths.tokensOf(kind), [kind]] as const)])(
    "is what it asks for: %s",
    async (path, kinds) => {
      const sent = queriesOfPage(path, "", true).filter(({ document }) => document === TokenKeysetPageDocument);
      expect(sent.map(answerKey)).toEqual([await firstAsked(kinds)]);
      expect(queriesOfPage(path, "", false).some(({ document }) => document === TokenKeysetPageDocument)).toBe(false);
    },
  );

  it("is what the page of the policies asks for, too", () => {
    const names = queriesOfPage(paths.policies, "", true).map(answerKey);
    expect(names).toContain("TokenSecurityPolicies");
    expect(names).toContain("IpFilters");
  });
});
