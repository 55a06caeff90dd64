import { useCallback } from "react";

import type { Policies } from "#domain/policy/policy.ts";
import { useOrganization } from "#web/state/organization.tsx";

import type { SeenToken } from "./effects.ts";
import { ownWarnings, type OwnWarning } from "./ownCredential.ts";
import { useFilterJudge } from "./useFilterJudge.ts";

/** What a change of the policies does to the administrator's own tokens; see {@link ownWarnings}. */
export type WarnOfOwn = (
  tokens: ReadonlyMap<string, SeenToken>,
  base: Policies,
  next: Policies,
  now: number,
) => readonly OwnWarning[];

/** {@link WarnOfOwn} for who is signed in here. A new function only when that, or an IP filter, is another. */
export function useOwnWarnings(): WarnOfOwn {
  const { session, gateway } = useOrganization();
  const judge = useFilterJudge();
  return useCallback(
    (tokens, base, next, now) => {
      // Behind a gateway, filters judge the gateway's address, which nobody here knows.
      const credential = gateway ? { ...session, clientAddress: "" } : session;
      return ownWarnings(credential, tokens, base, next, judge, now);
    },
    [session, gateway, judge],
  );
}
