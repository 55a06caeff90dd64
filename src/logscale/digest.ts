import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { planText, policiesText } from "#domain/policy/digest.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { PolicyPlan } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";

import type { PlanCheck } from "./convert.ts";

/**
 * What a request sends along so that the embedded server applies exactly what was shown: digests of the policies `base` that the draft
 * started from, and of the plan for the kinds whose tokens were all seen. Hex SHA-256, by the library: browsers offer none to a page
 * without TLS.
 */
export function planCheck(base: Policies, plan: PolicyPlan, kinds: readonly TokenKind[]): PlanCheck {
  return { base: hexDigest(policiesText(base)), kinds, plan: hexDigest(planText(plan, kinds)) };
}

/** Hex SHA-256 of a text. */
export function hexDigest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}
