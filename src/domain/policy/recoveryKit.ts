import * as z from "zod/mini";

import { latestProposal } from "#domain/token/expiry.ts";
import { isKeepable } from "#domain/keepable.ts";
import { kindTraits, tokenKinds, type PermissionKind, type TokenKind } from "#domain/token/kinds.ts";
import { isLong, type Long } from "#domain/long.ts";
import { visibleName } from "#domain/name.ts";
import { grantedToViewTokens } from "#domain/token/permissions.ts";
import type { Creator } from "#domain/token/creator.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";
import type { Disruption, Harm } from "./disruption.ts";
import type { PlannableToken, TokenChange } from "./plan.ts";
import type { KindPolicy } from "./policy.ts";
import { checkAgainstPolicy } from "#domain/token/policyCheck.ts";
import { tokenIdOf } from "#domain/token/tokenString.ts";

/** What a recovery kit calls itself, so that no other JSON file is taken for one. */
const kitFormat = "tokenhouse-recovery-kit";

/** The version of the format that this code writes, and the newest that it reads. Since 2 a kit may hold tokens that end or are locked out, since 3 those that are deleted by hand. */
export const kitVersion = 3;

/** The versions that this code reads. */
const kitVersions = [1, 2, kitVersion] as const;

/** Why a token is in a kit: a policy deletes it, lets it end within 7 days, or locks it out; or somebody deletes it by hand. */
const kitReasons = ["kind-disabled", "older-than-maximum", "ends-soon", "locked-out", "deleted"] as const;

/** One of {@link kitReasons}. */
export type KitReason = (typeof kitReasons)[number];

/** The most tokens that are read from one file; more than any organization is known to have. */
const mostTokens = 1_000_000;

const idSchema = z.string().check(z.minLength(1), z.maxLength(200));
const textSchema = z.string().check(z.maxLength(2000));
/** Any Long, since a cluster may have any: one that no date says must not make a kit useless. */
const instantSchema = z.custom<Long>(isLong);

const kitTokenSchema = z.object({
  kind: z.enum(tokenKinds),
  /** The id that the token had. A new one gets another, except for a personal token, whose id is its user's. */
  id: idSchema,
  name: textSchema,
  because: z.enum(kitReasons),
  createdAt: instantSchema,
  /** Null for never. */
  expireAt: z.nullable(instantSchema),
  /** Null for none. */
  ipFilter: z.nullable(z.object({ id: idSchema, name: textSchema })),
  /** The token's own permissions; absent for a personal token, and where they could not be read. */
  permissions: z.optional(z.array(idSchema).check(z.maxLength(1000))),
  /** What a view token was for. */
  views: z.optional(z.array(z.object({ id: idSchema, name: textSchema })).check(z.maxLength(100_000))),
  /** Null when never used; absent where the server does not tell. */
  lastUsedAt: z.optional(z.nullable(instantSchema)),
  createdBy: z.optional(z.nullable(textSchema)),
  /** Who is to act for it, where somebody wrote that down. */
  owner: z.optional(textSchema),
  /** Why nobody but others can make the token again; absent where there is nothing to say. */
  note: z.optional(textSchema),
  /** The variables of the operation that makes such a token; absent where none can. */
  variables: z.optional(z.record(z.string(), z.unknown())),
});

const kitSchema = z.object({
  format: z.literal(kitFormat),
  version: z.literal(kitVersions),
  /** When the kit was put together, ms since epoch. */
  savedAt: instantSchema,
  /** The GraphQL operation that makes a token of each kind, with the variables that stand with each token. */
  operations: z.partialRecord(z.enum(tokenKinds), textSchema),
  tokens: z.array(kitTokenSchema).check(z.maxLength(mostTokens)),
});

/** One token of a kit. Times are ms since epoch. */
export type KitToken = z.infer<typeof kitTokenSchema>;

/** What it takes to make tokens again that stop. Holds no secret: whoever makes them gets new ones. */
export type RecoveryKit = z.infer<typeof kitSchema>;

/** What a kit needs to know of a doomed token beyond the plan. */
export interface KitDetail extends UsedToken {
  readonly permissions?: readonly string[];
  readonly views?: readonly { readonly id: string; readonly name: string }[];
  readonly creator?: Creator;
}

/** A request for a token as a kit can make one. `expireAt` is ms since epoch, null for never; `ipFilter` an id, null for none. */
export interface KitRequest {
  readonly kind: PermissionKind;
  readonly name: string;
  readonly viewIds: readonly string[];
  readonly permissions: readonly string[];
  readonly expireAt: Long | null;
  readonly ipFilter: string | null;
}

/** A GraphQL call: the text of an operation and its variables. */
export interface GraphqlCall {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A token that stops, as it was before, and why. */
export interface Loss {
  readonly token: PlannableToken;
  readonly because: KitReason;
}

/** The tokens that a change stops within 7 days or locks out, in the plan's order. `ofChanges` belongs to `changes`. */
export function lossesOf(changes: readonly TokenChange[], ofChanges: readonly Disruption[]): Loss[] {
  return changes.flatMap((change, place) => lossOf(change.token, change, ofChanges[place]?.harm) ?? []);
}

/** A token as one that stops: deleted by a change, or by the harm that is done to it. Undefined where it goes on. */
export function lossOf(token: PlannableToken, change: TokenChange | undefined, harm: Harm | undefined): Loss | undefined {
  const because = change?.type === "delete" ? change.because : kitReasonOf(harm);
  return because && { token, because };
}

function kitReasonOf(harm: Harm | undefined): KitReason | undefined {
  switch (harm) {
    case "locked-out":
      return "locked-out";
    case "within-a-day":
    case "within-a-week":
      return "ends-soon";
    default:
      return undefined;
  }
}

/** What {@link recoveryKit} takes beside the losses. */
export interface KitContext {
  /** What was read of the doomed tokens, by id. One that is missing goes in with what the plan knows, and a note. */
  readonly details: ReadonlyMap<string, KitDetail>;
  /** The name of an IP filter by id. */
  readonly filterName: (id: string) => string;
  /** Who is written down to act for a token. */
  readonly writtenOwner?: (token: KitDetail) => string | undefined;
  /** The call that makes a token, in the words of the contract. */
  readonly callOf: (request: KitRequest) => GraphqlCall;
  /** Ms since epoch. */
  readonly now: number;
}

const personalNote = "Only the user whose token it was can make it again, or root by rotating it.";
const unreadNote = "Its permissions could not be read, so it cannot be made again from this kit.";

/** Puts together the kit of tokens that stop, in their order. Every value is copied by name, so that nothing else gets in. */
export function recoveryKit(
  losses: readonly Loss[],
  { details, filterName, writtenOwner, callOf, now }: KitContext,
): RecoveryKit {
  const operations: Partial<Record<TokenKind, string>> = {};
  const tokens = losses.map(({ token, because }): KitToken => {
    const detail: KitDetail = details.get(token.id) ?? token;
    const { kind, id, name, createdAt, expireAt, ipFilter, permissions, views, lastUse, creator } = detail;
    const owner = writtenOwner?.(detail);
    const entry: KitToken = {
      kind,
      id,
      name,
      because,
      createdAt,
      expireAt,
      ipFilter: ipFilter === null ? null : { id: ipFilter, name: filterName(ipFilter) },
      ...(permissions && { permissions: [...permissions] }),
      ...(views && { views: views.map((view) => ({ id: view.id, name: view.name })) }),
      // What an audit log tells is no last use.
      ...(lastUse?.source === "recorded" && { lastUsedAt: lastUse.at }),
      ...(creator && { createdBy: creator.name }),
      ...(owner !== undefined && { owner }),
    };
    const request = requestOf(entry);
    if (request === undefined) return { ...entry, note: kind === "personal" ? personalNote : unreadNote };
    const { query, variables } = callOf({ ...request, expireAt, ipFilter });
    operations[kind] = query;
    return { ...entry, variables };
  });
  return { format: kitFormat, version: kitVersion, savedAt: now, operations, tokens };
}

/** What is asked for when a token is made again, but for its limits. Undefined where the kit does not say enough. */
function requestOf(token: KitToken): Omit<KitRequest, "expireAt" | "ipFilter"> | undefined {
  const { kind, name, permissions, views } = token;
  if (kind === "personal" || permissions === undefined || (kind === "view" && views === undefined)) return undefined;
  // Every view token is given this one unasked, so that asking for it could only be refused; but a request has to name at least one.
  const asked = kind === "view" ? permissions.filter((permission) => permission !== grantedToViewTokens) : permissions;
  return { kind, name, viewIds: (views ?? []).map(({ id }) => id), permissions: asked.length > 0 ? asked : permissions };
}

/** What came of reading a kit. */
export type KitReading = { readonly ok: true; readonly kit: RecoveryKit } | { readonly ok: false; readonly message: string };

/** Reads the text of a file as a kit, or says what is wrong with it. `parse` reads JSON, with whole numbers to the last digit. */
export function readRecoveryKit(text: string, parse: (text: string) => unknown): KitReading {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return { ok: false, message: "This is no recovery kit: the file is not JSON, or was cut short." };
  }
  const head = z.object({ format: z.literal(kitFormat), version: z.int() }).safeParse(value).data;
  if (head === undefined) return { ok: false, message: "This is JSON, but no recovery kit of Tokenhouse." };
  if (!kitVersions.some((version) => version === head.version)) {
    return {
      ok: false,
      message: `This kit has version ${head.version} of the format; this Tokenhouse reads versions up to ${kitVersion}.`,
    };
  }
  const kit = kitSchema.safeParse(value);
  if (kit.success) return { ok: true, kit: kit.data };
  const issue = kit.error.issues[0];
  const [part, index, ...rest] = issue?.path ?? [];
  const where =
    part === "tokens" && typeof index === "number"
      ? `token ${index + 1}${rest.length > 0 ? `, ${rest.join(".")}` : ""}`
      : String(part);
  return { ok: false, message: `This kit was changed or damaged: ${where} cannot be read.` };
}

/** What the policy in force lets become of a token of a kit. */
export type Restoration =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      readonly request: KitRequest;
      /** Which limits are not those that the token had: the policy allows no others. */
      readonly adjusted: readonly ("expireAt" | "ipFilter")[];
    };

/**
 * Plans how a token of a kit is made again at `now` (ms since epoch) under the policy of its kind. Its expiry is kept, unless the policy
 * allows only an earlier one: then it is the latest allowed. Where the policy enforces an IP filter the token gets that one. A token
 * whose time would be over by now is not made again.
 */
export function planRestoration(token: KitToken, policy: KindPolicy, now: number): Restoration {
  const request = requestOf(token);
  if (request === undefined) return { ok: false, reason: token.note ?? (token.kind === "personal" ? personalNote : unreadNote) };
  if (token.expireAt !== null && token.expireAt <= now) {
    return { ok: false, reason: "Its expiry has passed since; create a new token if it is still needed." };
  }
  const latest = isKeepable(policy.maximumLifetime) ? latestProposal(policy.maximumLifetime, now) : Infinity;
  const expireAt = (token.expireAt ?? Infinity) <= latest ? token.expireAt : latest;
  const ipFilter = policy.ipFilter ?? token.ipFilter?.id ?? null;
  const verdict = checkAgainstPolicy(token.kind, policy, { expireAt, ipFilter }, now);
  if (!verdict.ok) return { ok: false, reason: verdict.violation.message };
  const adjusted: ("expireAt" | "ipFilter")[] = [];
  if (expireAt !== token.expireAt) adjusted.push("expireAt");
  if (ipFilter !== (token.ipFilter?.id ?? null)) adjusted.push("ipFilter");
  return { ok: true, request: { ...request, expireAt, ipFilter }, adjusted };
}

/** Which new token takes the place of which. Holds the new secret. */
export interface Succession {
  readonly kind: TokenKind;
  readonly name: string;
  readonly formerId: string;
  /** The new token's id; empty where its string is of an unknown form. */
  readonly id: string;
  readonly token: string;
}

/** Says that `made`, a new token string, takes the place of a token of a kit. Names may repeat; the former id tells which one it was. */
export function succession({ kind, name, id }: KitToken, made: string): Succession {
  return { kind, name, formerId: id, id: tokenIdOf(made) ?? "", token: made };
}

/** The heads of the columns of {@link successionLine}, as a line. */
export const successionHead = "kind\tname\tformer id\tnew id\ttoken";

/** A succession as one line of columns with tabs between them, whatever is in the name. */
export function successionLine({ kind, name, formerId, id, token }: Succession): string {
  return [kind, visibleName(name), formerId, id, token].map(oneLine).join("\t");
}

/** A text without the characters that would end a line or a column. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ");
}

/** How many tokens of a kit can be made again, given the rights, and how many of the others are personal. */
export function countKit({ tokens }: RecoveryKit): {
  readonly restorable: number;
  readonly personal: number;
  readonly unread: number;
} {
  let restorable = 0;
  let personal = 0;
  for (const token of tokens) {
    if (!kindTraits[token.kind].hasPermissions) personal++;
    else if (requestOf(token) !== undefined) restorable++;
  }
  return { restorable, personal, unread: tokens.length - restorable - personal };
}
