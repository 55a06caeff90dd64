import { isKeepable } from "#domain/keepable.ts";
import { addLongs, leastLong, type Long } from "#domain/long.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import { defaultPolicies, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import { renewalExpiry, renewalOf, type RenewalChanges } from "#domain/renewal/renewal.ts";
import { latestProposal } from "#domain/token/expiry.ts";
import { ingestTokenNameSchema } from "#domain/token/ingestToken.ts";
import { isTokenKind, kindTraits } from "#domain/token/kinds.ts";
import type { TokenRequest } from "#domain/token/request.ts";

import type { InventoryToken, TokenRights } from "./item.ts";

/** How long many successors are to live, before the policy of each kind bounds it. */
export type RenewalLife =
  /** As long as the old one of each was made for. */
  | { readonly type: "same" }
  /** So many ms from the renewal on. */
  | { readonly type: "for"; readonly ms: number }
  /** Until an instant, ms since epoch; null for ever. */
  | { readonly type: "until"; readonly at: Long | null };

/** What is asked for when many tokens are renewed. */
export interface RenewAction {
  readonly type: "renew";
  readonly life: RenewalLife;
  /** What the successor of an ingest token is called beside the name of the old one. */
  readonly suffix: string;
  /** Policies that are about to be put in force: a successor that they end again is of no use. */
  readonly draft?: Policies;
}

/** The successor that a token gets. */
export type BulkRenewal =
  | {
      readonly type: "governed";
      readonly request: TokenRequest;
      readonly changes: RenewalChanges;
      /** What ends it earlier than was asked for. */
      readonly cutBy: "policy" | "draft" | undefined;
      /** Id of the IP filter that the draft will give it. */
      readonly draftFilter: string | undefined;
    }
  | { readonly type: "ingest"; readonly repository: string; readonly name: string; readonly parser: string | null };

/** What becomes of one token that is to be renewed, apart from the rights of who asks. */
export type RenewalVerdict =
  | { readonly ok: true; readonly renewal: BulkRenewal; readonly unsure: boolean }
  | { readonly ok: false; readonly because: "policy" | "unread" | "name" | "no-such-action"; readonly message: string };

/** What the successors of many tokens are judged by. */
export interface RenewalRules {
  readonly now: number;
  /** Those in force; undefined where the caller may not read them. */
  readonly policies: Policies | undefined;
  readonly ingestNamesOf: (repository: string) => ReadonlySet<string> | undefined;
}

/** Judges the renewal of a token by the policies and by what its repository has, and says what its successor is. */
export function renewalStep(
  token: InventoryToken,
  action: RenewAction,
  rights: TokenRights | undefined,
  context: RenewalRules,
): RenewalVerdict {
  if (token.ingest !== undefined) return ingestStep(token.ingest, token.name, action.suffix, context);
  const { kind, id } = token;
  if (!isTokenKind(kind) || id === undefined) {
    return { ok: false, because: "no-such-action", message: "It cannot be renewed." };
  }
  const { now, policies } = context;
  const [inForce, draft] = [policies?.[kind], action.draft?.[kind]];
  if (inForce?.enabled !== false && draft?.enabled === false) {
    const message = `The draft disables ${kindTraits[kind].noun} tokens, and would delete its successor as well.`;
    return { ok: false, because: "policy", message };
  }
  const expireAt = expiryOf(token, action.life, stricter(inForce, draft), now);
  const renewal = renewalOf(kind, token, rights, inForce, expireAt, now);
  if (!renewal.ok) {
    const { type, message } = renewal.violation;
    return { ok: false, because: type === "rights-unread" ? "unread" : "policy", message };
  }
  const { request, changes } = renewal;
  const successor = { id, kind, name: token.name, createdAt: now, expireAt, ipFilter: request.ipFilter };
  const [fate] = action.draft === undefined ? [] : planPolicyChange([successor], action.draft, now).changes;
  const cutBy =
    expireAt !== expiryOf(token, action.life, inForce, now)
      ? "draft"
      : expireAt !== expiryOf(token, action.life, undefined, now)
        ? "policy"
        : undefined;
  const draftFilter = fate?.type === "restrict" ? fate.ipFilter?.to : undefined;
  return { ok: true, renewal: { type: "governed", request, changes, cutBy, draftFilter }, unsure: policies === undefined };
}

function ingestStep(
  { repository, parser }: NonNullable<InventoryToken["ingest"]>,
  former: string,
  suffix: string,
  { ingestNamesOf }: RenewalRules,
): RenewalVerdict {
  const read = ingestTokenNameSchema.safeParse(former + suffix);
  if (!read.success) {
    const why = read.error.issues[0]?.message ?? "";
    return { ok: false, because: "name", message: `With the suffix its successor would have no valid name. ${why}` };
  }
  const taken = ingestNamesOf(repository);
  if (taken?.has(read.data) === true) {
    const message = "Its repository has an ingest token of the new name already. Choose another suffix.";
    return { ok: false, because: "name", message };
  }
  const renewal = { type: "ingest", repository, name: read.data, parser } as const;
  return { ok: true, renewal, unsure: taken === undefined };
}

/** When a successor is to expire where a policy bounds it, ms since epoch; null for never. */
function expiryOf(token: InventoryToken, life: RenewalLife, policy: KindPolicy | undefined, now: number): Long | null {
  if (life.type === "same") return renewalExpiry(token, policy, now);
  const asked = life.type === "for" ? addLongs(now, life.ms) : life.at;
  const maximum = policy?.maximumLifetime ?? null;
  if (!isKeepable(maximum)) return asked;
  const latest = latestProposal(maximum, now);
  return asked === null ? latest : leastLong(asked, latest);
}

/** A policy as it stands, with the shorter of its maximum and a draft's. */
function stricter(inForce: KindPolicy | undefined, draft: KindPolicy | undefined): KindPolicy | undefined {
  const [a, b] = [inForce?.maximumLifetime ?? null, draft?.maximumLifetime ?? null];
  if (!isKeepable(b)) return inForce;
  return { ...(inForce ?? unknownPolicy), maximumLifetime: isKeepable(a) ? leastLong(a, b) : b };
}

/** Stands for a policy that the caller may not read. */
const unknownPolicy: KindPolicy = defaultPolicies.view;

/** Whether two renewals make the same of a token. The clock goes on between the two, and an expiry counted from it with it. */
export function sameRenewal(a: BulkRenewal | undefined, b: BulkRenewal | undefined): boolean {
  return outcomeText(a) === outcomeText(b);
}

function outcomeText(renewal: BulkRenewal | undefined): string | undefined {
  if (renewal === undefined) return undefined;
  if (renewal.type === "ingest") return JSON.stringify(renewal);
  const { expireAt, ...request } = renewal.request;
  return JSON.stringify([request, expireAt === null, renewal.cutBy, renewal.draftFilter]);
}
