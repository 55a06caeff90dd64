import type { QueryClient } from "@tanstack/react-query";

import { tokenKinds } from "#domain/token/kinds.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery, visibilityQuery } from "#web/api/queries.ts";
import { tokensQuery, type TokenList } from "#web/api/tokens.ts";
import { auditUseQuery } from "#web/last-use/auditUse.ts";

import { readingOf } from "#web/policies/reading.ts";
import type { Reading } from "./proposal.ts";

/**
 * Reads the policies in force and the tokens of every kind anew, past the cache and into it. A kind that the server refuses counts as
 * not seen; whoever asked is told so.
 *
 * @throws CallError when the policies cannot be read, or nobody answers, or the session ended
 */
export async function readAll(client: QueryClient): Promise<Reading> {
  await client.query({ ...visibilityQuery, staleTime: 0 });
  // Before the tokens: a policy that changes while they are read then shows, at the latest, when it is applied.
  const { policies } = await client.query({ ...policiesQuery, staleTime: 0 });
  // Whether one's own address is accepted is judged by the rules as they are now; where they can't be listed, those known must do.
  const rules = client.query({ ...ipFiltersQuery, staleTime: 0 }).catch(() => undefined);
  const lists = await Promise.all(
    tokenKinds.map(async (kind): Promise<TokenList | undefined> => {
      try {
        return await client.query({ ...tokensQuery(kind, "plan"), staleTime: 0 });
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === "refused") return undefined;
        throw error;
      }
    }),
  );
  await rules;
  // Not searched anew: it changes nothing of what is applied.
  const audit = client.getQueryData(auditUseQuery.queryKey);
  return { policies, ...readingOf(lists, audit), now: serverNow() };
}
