import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { countKit, lossesOf, recoveryKit } from "#domain/policy/recoveryKit.ts";
import { tokenKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { unknownHoldings } from "#domain/token/rights.ts";
import { creationCall } from "#logscale/createCalls.ts";
import type { ListedToken, TokenList } from "#web/api/tokens.ts";
import { readingOf } from "#web/policies/reading.ts";
import { judge, type JudgeContext } from "#web/recovery/judge.ts";
import { tokensNow } from "#web/recovery/tokensNow.ts";

/** Counts two tokens of a kind: what lists read, what the preview deletes, and what a kit of them meets later. */
export function countKind(kind: PermissionKind) {
  const now = 1_800_000_000_000;
  const permissions = ["ReadHealthCheck"];
  const tokens = ["a", "b"].map((id): ListedToken => ({
    id,
    kind,
    name: id,
    createdAt: now - 1000,
    expireAt: null,
    ipFilter: null,
    permissions,
  }));
  const whole = { visibility: "complete", listable: "complete", unknown: 0, steady: true, loadedAt: now } as const;
  const list: TokenList = { tokens, seen: 2, total: 2, ...whole };
  const lists = tokenKinds.map((each) => (each === kind ? list : undefined));
  const reading = readingOf(lists, undefined);
  const draft = { ...defaultPolicies, [kind]: { ...defaultPolicies[kind], enabled: false } };
  const plan = planPolicyChange(reading.tokens, draft, now);
  const details = new Map(tokens.map((token) => [token.id, token]));
  const kit = recoveryKit(lossesOf(plan.changes, []), { details, filterName: (id) => id, callOf: creationCall, now });
  const later = tokensNow(lists, now - 2000, []);
  const context: JudgeContext = {
    policies: undefined,
    holdings: unknownHoldings,
    filters: undefined,
    views: undefined,
    now,
    ...later,
    present: new Map(),
  };
  return {
    read: reading.tokens.length,
    complete: reading.complete,
    deleted: plan.counts[kind].deleted,
    kit: countKit(kit).restorable,
    stillThere: kit.tokens.filter(({ id }) => later.present.has(id)).length,
    namesakes: kit.tokens.map((token) => {
      const judgement = judge(token, context);
      return judgement.ok ? judgement.namesakes : judgement.reason;
    }),
  };
}
