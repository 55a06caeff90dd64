import type { TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import type { PermissionRisk } from "#domain/token/permissions.ts";
import { risksOf } from "#domain/token/permissionWords.ts";
import { alikeWords, type Namesakes } from "#web/ui/namesakes.ts";

/** Something to think about before a token is made. */
export interface TokenWarning {
  readonly type:
    | PermissionRisk
    | "acts-as-owner"
    | "no-expiry"
    | "no-filter"
    | "shuts-you-out"
    | "duplicate-name"
    | "similar-name";
  readonly text: string;
}

/** What warnings are drawn from. */
export interface WarnedToken {
  readonly kind: TokenKind;
  readonly permissions: readonly string[];
  /** Ms since epoch; null for never; undefined when it is not yet chosen. */
  readonly expireAt: Long | null | undefined;
  /** Whether there is an IP filter, and whether it accepts the user's present address; undefined where that is unknown. */
  readonly filter: { readonly accepts: boolean | undefined } | null;
  /** The tokens of the kind with the same name, or a lookalike. */
  readonly namesakes: Namesakes;
  /** Of a personal token: whether its user may do everything. */
  readonly ofOwner: boolean;
}

/** What to warn of, the gravest first; empty when there is nothing. */
export function tokenWarnings({ kind, permissions, expireAt, filter, namesakes, ofOwner }: WarnedToken): TokenWarning[] {
  const risks = risksOf(kind, permissions);
  const warnings: TokenWarning[] = [];
  const add = (type: TokenWarning["type"], text: string) => warnings.push({ type, text });
  const names = (risk: PermissionRisk) =>
    risks[risk].map(({ label }) => label.charAt(0).toLowerCase() + label.slice(1)).join(", ");

  if (ofOwner) add("acts-as-owner", "It stands for a user who may do everything. Whoever has it can take over the organization.");
  if (risks.escalates.length > 0) {
    add("escalates", `Its holder can obtain more rights than these, because it may: ${names("escalates")}.`);
  }
  if (risks.destroys.length > 0) add("destroys", `It can destroy data or tokens for good, because it may: ${names("destroys")}.`);
  if (risks.leaks.length > 0) {
    add("leaks", `It can give away data or secrets, because it may: ${names("leaks")}.`);
  }
  if (expireAt === null) add("no-expiry", "It never expires. If it leaks, it works until somebody notices and deletes it.");
  if (filter === null) add("no-filter", "It has no IP filter, so it works from every address.");
  if (filter?.accepts === false) add("shuts-you-out", "Its IP filter does not accept the address you use now.");
  if (namesakes.same > 0) {
    add(
      "duplicate-name",
      namesakes.same === 1
        ? "Another token has this name. Names need not be distinct, but the two will be hard to tell apart."
        : `${namesakes.same} other tokens have this name. Names need not be distinct, but they will be hard to tell apart.`,
    );
  }
  const alike = alikeWords("token", namesakes);
  if (alike !== undefined) add("similar-name", alike);
  return warnings;
}
