import type { Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";
import { wordPermissions } from "#domain/token/permissionWords.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { planRestoration, type KitToken } from "#domain/policy/recoveryKit.ts";
import type { Holdings } from "#domain/token/rights.ts";
import { lacks } from "#web/permissions/holdings.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { parseRequest } from "#web/tokens/request.ts";

/** What is known of the server when a token of a kit is judged; undefined where it could not be read and only the server can tell. */
export interface JudgeContext {
  readonly policies: Policies | undefined;
  readonly holdings: Holdings;
  /** Ids of the IP filters that there are. */
  readonly filters: ReadonlySet<string> | undefined;
  /** Ids of the repositories and views that the caller sees. */
  readonly views: ReadonlySet<string> | undefined;
  /** When each token that there is now expires, null for never, by its id; as far as they are known. */
  readonly present: ReadonlyMap<string, Long | null>;
  /** How many tokens of a kind and name were made since the kit was saved, and not by this replay. */
  readonly namesakes: (kind: TokenKind, name: string) => number;
  /** The server's time, ms since epoch. */
  readonly now: number;
}

/** Whether a token of a kit can be made again, as far as this page can know. */
export type KitJudgement =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true;
      readonly request: TokenRequest;
      /** Limits that are not those that the token had. */
      readonly adjusted: readonly ("expireAt" | "ipFilter")[];
      /** Permissions that this page does not know, as a newer LogScale has them; they are asked for with the others. */
      readonly unknown: readonly string[];
      /** Tokens of the same kind and name that others made since the kit was saved. */
      readonly namesakes: number;
    };

/** Holds a token of a kit against the policy in force, the rights of the caller, and what there is. */
export function judge(token: KitToken, context: JudgeContext): KitJudgement {
  const { policies, holdings, filters, views, present, now } = context;
  const reason = token.kind === "personal" ? undefined : stillThere(token, present.get(token.id), now);
  if (reason !== undefined) return { ok: false, reason };
  const open = { enabled: true, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: false };
  const plan = planRestoration(token, policies?.[token.kind] ?? open, now);
  if (!plan.ok) return plan;
  const { request, adjusted } = plan;
  const { kind, name, viewIds, permissions, ipFilter } = request;
  if (ipFilter !== null && filters?.has(ipFilter) === false) {
    return { ok: false, reason: `Its IP filter ${nameInText(token.ipFilter?.name ?? ipFilter)} no longer exists.` };
  }
  const gone = (token.views ?? []).filter(({ id }) => views?.has(id) === false);
  if (gone.length > 0) {
    return { ok: false, reason: `Gone, or not visible to you: ${gone.map((view) => nameInText(view.name)).join(", ")}.` };
  }
  const lacking = permissions.filter((permission) => lacks(holdings, kind, permission, viewIds));
  if (lacking.length > 0) {
    return { ok: false, reason: `You cannot grant what you do not hold yourself: ${lacking.join(", ")}.` };
  }
  const { unknown } = wordPermissions(kind, permissions);
  const known = permissions.filter((permission) => !unknown.includes(permission));
  if (known.length === 0) return { ok: false, reason: `This page knows none of its permissions: ${unknown.join(", ")}.` };
  const parsed = parseRequest(kind, { ...request, permissions: known }, now);
  if (!parsed.success)
    return { ok: false, reason: parsed.error.issues[0]?.message ?? "The kit says nothing that could be asked for." };
  const namesakes = context.namesakes(kind, name);
  return { ok: true, request: withPermissions(parsed.data, unknown), adjusted, unknown, namesakes };
}

/**
 * Why a token that is there need not be made again; `expireAt` is its expiry now, undefined where it is gone. One that the change lets end
 * earlier may be made again before it ends, so that nothing has to stop.
 */
function stillThere({ because, expireAt: former }: KitToken, expireAt: Long | null | undefined, now: number): string | undefined {
  if (expireAt === undefined || (expireAt !== null && expireAt <= now)) return undefined;
  if (because === "ends-soon" && expireAt !== null && (former === null || expireAt < former)) return undefined;
  return because === "locked-out"
    ? "It is still there, behind another IP filter, which a new one would get as well."
    : "It is still there: nothing has stopped it.";
}

/**
 * Whether a token is chosen before the reader chose. One of the whole cluster is not: it acts on every organization, so somebody has to
 * ask for it. Nor is one that others may have made again, nor one with rights that this page cannot explain.
 */
export function isProposed(judgement: KitJudgement): boolean {
  return judgement.ok && judgement.namesakes === 0 && judgement.unknown.length === 0 && judgement.request.kind !== "system";
}

/** A request with permissions that are in no catalogue: only the server can tell whether they are its kind's. */
function withPermissions(request: TokenRequest, names: readonly string[]): TokenRequest {
  switch (request.kind) {
    case "personal":
      return request;
    case "view":
      return { ...request, permissions: [...request.permissions, ...(names as ViewPermission[])] };
    case "organization":
      return { ...request, permissions: [...request.permissions, ...(names as OrganizationPermission[])] };
    case "system":
      return { ...request, permissions: [...request.permissions, ...(names as SystemPermission[])] };
    default:
      return request satisfies never;
  }
}
