import type { QueryClient } from "@tanstack/react-query";

import { policiesToInput } from "#logscale/convert.ts";
import { planCheck } from "#logscale/digest.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { call } from "#web/api/client.ts";
import { visibilityQuery } from "#web/api/queries.ts";

import { checksPlan } from "./checksPlan.ts";
import type { Proposal } from "./proposal.ts";

/** Sends a change; with the plan that was shown, where the backend checks it. */
export async function sendChange(client: QueryClient, { draft, reading, plan }: Proposal): Promise<void> {
  // As known now: somebody who signed in again may have other rights.
  const { system } = await client.query({ ...visibilityQuery, staleTime: "static" });
  const input = policiesToInput(draft, { withSystem: system === "complete" });
  const check = checksPlan(client) ? { extensions: { tokenhouse: planCheck(reading.policies, plan, reading.complete) } } : {};
  await call(UpdateTokenSecurityPoliciesDocument, { input }, check);
}
