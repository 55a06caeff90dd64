import type { InventoryToken } from "#domain/inventory/item.ts";
import { governedKinds, kindsWithRights, type RuleAnswer } from "./concerns.ts";
import { listWords } from "./listWords.ts";
import { nameInText } from "#domain/name.ts";
import { leavesAll } from "#domain/policy/policy.ts";
import type { PermissionRisk } from "#domain/token/permissions.ts";
import { checkAgainstPolicy, type PolicyVerdict } from "#domain/token/policyCheck.ts";

import type { FindingFacts } from "./facts.ts";
import { renewWords, replaceWords, successor, type RuleRow } from "./rule.ts";

/** The rules on what a token may do, from where, and whether the policy would let it be made. */
export const reachRules = {
  "can-escalate": risk("escalates", {
    title: "Can give itself or others more rights",
    severity: "high",
    reason: (held) => `It holds ${held}. Whoever has its secret can get further rights, or act as somebody else.`,
    mark: "can obtain more rights",
  }),
  "can-destroy": risk("destroys", {
    title: "Can destroy data",
    severity: "high",
    reason: (held) => `It holds ${held}. Whoever has its secret can destroy data or settings for good.`,
    mark: "can destroy data or tokens",
  }),
  "can-leak": risk("leaks", {
    title: "Can read live secrets or let data out",
    severity: "medium",
    reason: (held) =>
      `It holds ${held}. Whoever has its secret can take secrets or data out of the place where they are guarded.`,
    mark: "can give away data or secrets",
  }),
  "filter-accepts-all": {
    title: "IP filter accepts everything",
    severity: "medium",
    concerns: governedKinds,
    judge: ({ ipFilter }, facts) => {
      if (ipFilter === null) return "no";
      const reach = facts.filterReach(ipFilter);
      return reach === "unknown" ? "unknown" : reach === "everything" ? "found" : "no";
    },
    reason: (token, facts) => `Its IP filter ${filterWords(token, facts)} lets every address in, as if there were none.`,
    judged: () => "By the rules of its IP filter: together they allow every IPv4 and IPv6 address.",
    cannot: "The rules of its IP filter could not be read.",
    todo: () =>
      "Edit the filter so that it allows only the addresses that the token is used from. Every token with the filter changes.",
    actions: () => ["filter"],
  },
  "filter-refuses-last-use": {
    title: "IP filter refuses its own last address",
    severity: "medium",
    concerns: governedKinds,
    judge: ({ ipFilter, lastUse }, { context: { judge } }) => {
      if (ipFilter === null || lastUse?.at === null) return "no";
      const verdict = judge(ipFilter, lastUse?.from ?? null);
      return verdict === "refuses" ? "found" : verdict === "accepts" ? "no" : "unknown";
    },
    reason: (token, facts) => {
      const filter = filterWords(token, facts);
      const from = token.lastUse?.from ?? null;
      return from === null
        ? `Its IP filter ${filter} refuses every address, so nobody can use it.`
        : `It was last used from ${from}, which its IP filter ${filter} refuses. Whoever used it from there is locked out.`;
    },
    judged: () => "By the rules of its IP filter and the address of its last use. It may be used from other addresses as well.",
    cannot: "The address of its last use is not known, or the rules of its IP filter could not be read.",
    todo: () =>
      "Where the address is one of yours, let the filter allow it. Where it is not, find out who has the secret, and rotate the token.",
    actions: () => ["filter", "rotate", "delete"],
  },
  "no-ip-filter": {
    title: "No IP filter",
    severity: "low",
    concerns: governedKinds,
    judge: ({ ipFilter }) => (ipFilter === null ? "found" : "no"),
    reason: () => "No IP filter guards it: its secret works from any address that reaches the server.",
    judged: () => "By the IP filter that the token has.",
    cannot: undefined,
    todo: (kind) =>
      `A filter cannot be put on a token later. ${replaceWords(kind, "with a filter")} A filter in the security policy puts every token of the kind behind it at once.`,
    actions: () => ["replace", "policies"],
  },
  "breaks-policy": {
    title: "Would break the policy if it were made today",
    severity: "medium",
    concerns: governedKinds,
    judge: (token, facts) => {
      const verdict = policyVerdict(token, facts);
      return verdict === undefined ? "unknown" : verdict.ok ? "no" : "found";
    },
    reason: (token, facts) => {
      const verdict = policyVerdict(token, facts);
      return `Asked for today, it would be refused. ${verdict === undefined || verdict.ok ? "" : verdict.violation.message}`;
    },
    judged: () => "By the rules that a new token is held against, with this one's expiry and IP filter.",
    cannot: "The security policies could not be read, or the server does not tell the token's expiry.",
    todo: (kind) =>
      `${renewWords(kind, "within the policy")} It cannot be rotated; applying the policy again would delete or restrict it.`,
    actions: (kind) => [...successor(kind), "policies"],
  },
} as const satisfies Record<string, RuleRow>;

interface RiskWords extends Pick<RuleRow, "title" | "severity"> {
  /** Says of the permissions what they come to. */
  readonly reason: (held: string) => string;
  /** What is said of those permissions where they are chosen. */
  readonly mark: string;
}

/** The rule that a kind of risk stands in the rights of a token. */
function risk(of: PermissionRisk, { title, severity, reason, mark }: RiskWords): RuleRow {
  return {
    title,
    severity,
    concerns: kindsWithRights,
    judge: (token, facts): RuleAnswer => {
      const rights = facts.rights(token);
      if (rights === undefined) return "unknown";
      if (rights.risks[of].length > 0) return "found";
      return rights.strange ? "unknown" : "no";
    },
    reason: (token, facts) =>
      reason(listWords((facts.rights(token)?.risks[of] ?? []).map(({ name, label }) => `“${label}” (${name})`))),
    judged: () =>
      `By its permissions: of at least one the choice of permissions says that it ${mark}. A personal token has its user's rights and none of its own.`,
    cannot: "Its permissions were not read, or some are of a newer LogScale and unknown here.",
    todo: () =>
      "Take the permission away where the token does not need it. Where it does, have a token of its own for it, with an IP filter and a short life.",
    actions: () => ["permissions", "rotate", "delete"],
  };
}

function policyVerdict({ kind, expireAt, ipFilter }: InventoryToken, { context }: FindingFacts): PolicyVerdict | undefined {
  const { policies, now } = context;
  if (kind === "ingest" || kind === "fleet" || policies === undefined || expireAt === undefined) return undefined;
  const policy = policies[kind];
  return leavesAll(policy) ? { ok: true, expireAt, ipFilter } : checkAgainstPolicy(kind, policy, { expireAt, ipFilter }, now);
}

function filterWords({ ipFilter }: InventoryToken, { context }: FindingFacts): string {
  const filter = ipFilter === null ? undefined : context.filters.get(ipFilter);
  return `“${nameInText(filter?.name ?? ipFilter ?? "")}”`;
}
