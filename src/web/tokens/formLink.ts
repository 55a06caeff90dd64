import { formatDuration, day } from "#domain/duration.ts";
import { addLongs, subtractLongs } from "#domain/long.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { readSpan } from "#domain/span.ts";
import { expiryChoices } from "#domain/token/expiry.ts";
import { carriesPermissions, kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { expandPermissions, permissionCatalogues } from "#domain/token/permissionWords.ts";
import { grantedToViewTokens } from "#domain/token/permissions.ts";
import type { ListedToken } from "#web/api/tokens.ts";
import { writeLocal } from "#web/ui/localTime.ts";

import type { TokenForm } from "./request.ts";

/** What values of a link are read by. */
export interface FormLinkContext {
  readonly kind: TokenKind;
  readonly policy: KindPolicy;
  /** The repositories and views that the caller sees; undefined where they could not be read. */
  readonly domains: readonly Named[] | undefined;
  readonly filters: readonly Named[];
  /** The server's time, ms since epoch. */
  readonly now: number;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A value of a link that the form does not hold, and why. */
export interface LeftOutValue {
  readonly text: string;
  readonly why: string;
}

/** What a link fills into the form of a new token. */
export interface LinkedForm {
  readonly values: Partial<TokenForm>;
  readonly leftOut: readonly LeftOutValue[];
}

/** The parameters of a link that fills in the form; others are none of its business. */
const parameters = ["name", "permissions", "views", "expires", "filter"] as const;

/**
 * Reads what a link fills into the form; undefined where it fills in nothing. What is unknown, or what the policy does not allow, is left out
 * and said. Lists are several parameters of one name, or have commas between their members.
 */
export function readFormLink(params: URLSearchParams, context: FormLinkContext): LinkedForm | undefined {
  if (!parameters.some((name) => params.has(name))) return undefined;
  const { kind, domains, filters } = context;
  const leftOut: LeftOutValue[] = [];
  const values: Partial<TokenForm> = {};
  const { noun } = kindTraits[kind];
  const none = (parameter: string, why: string) => {
    if (params.has(parameter)) leftOut.push({ text: parameter, why });
  };
  const one = (parameter: string) => params.get(parameter) ?? "";

  if (kind === "personal") none("name", "a personal token has its user's name.");
  else if (one("name") !== "") values.name = one("name");

  if (carriesPermissions(kind)) {
    const known = new Set<string>(permissionCatalogues[kind].flatMap(({ name }) => expandPermissions(kind, [name])));
    const wanted = members(params, "permissions", () => false).flatMap((text) => {
      const parts = expandPermissions(kind, [text]);
      if (parts.every((part) => known.has(part))) return parts;
      leftOut.push({ text, why: `${noun} tokens have no permission of this name.` });
      return [];
    });
    if (wanted.length > 0) values.permissions = expandPermissions(kind, wanted);
  } else none("permissions", "a personal token has its user's permissions.");

  if (kind === "view") {
    const found = members(params, "views", (text) => find(domains, text) !== undefined).flatMap((text) => {
      const domain = find(domains, text);
      if (domain !== undefined) return [domain.id];
      leftOut.push({
        text,
        why:
          domains === undefined ? "the repositories and views could not be read." : "you see no repository or view of this name.",
      });
      return [];
    });
    if (found.length > 0) values.viewIds = [...new Set(found)];
  } else none("views", `${noun} tokens are not for single views.`);

  readExpiry(one("expires"), context, values, leftOut);

  const filter = one("filter");
  if (filter !== "") {
    const found = find(filters, filter);
    if (found === undefined) leftOut.push({ text: filter, why: "you see no IP filter of this name, or several." });
    else if (context.policy.ipFilter !== null && context.policy.ipFilter !== found.id)
      leftOut.push({ text: filter, why: "the security policy sets another IP filter." });
    else values.ipFilter = found.id;
  }
  return { values, leftOut };
}

/** The members of a list in a link, each once. A text that is a member as it stands is not taken apart. */
function members(params: URLSearchParams, parameter: string, isMember: (text: string) => boolean): string[] {
  const texts = params.getAll(parameter).flatMap((text) => (isMember(text) ? [text] : text.split(",")));
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => text !== "");
}

/** By id, else by a name that only one has. */
function find(all: readonly Named[] | undefined, text: string): Named | undefined {
  const byId = all?.find(({ id }) => id === text);
  if (byId !== undefined) return byId;
  const named = all?.filter(({ name }) => name === text) ?? [];
  return named.length === 1 ? named[0] : undefined;
}

function readExpiry(text: string, { policy, now }: FormLinkContext, values: Partial<TokenForm>, leftOut: LeftOutValue[]): void {
  if (text === "") return;
  const { maximumLifetime } = policy;
  const choices = expiryChoices(maximumLifetime, now);
  const longest = choices.at(-1)?.expireAt ?? null;
  const tooLong = {
    text,
    why: `the security policy allows at most ${maximumLifetime === null ? "" : formatDuration(maximumLifetime)}.`,
  };
  if (text === "never") {
    if (longest === null) values.expiry = "never";
    else leftOut.push(tooLong);
    return;
  }
  const span = readSpan(text);
  const at = span.ok ? Number(addLongs(now, span.ms)) : Date.parse(text);
  if (Number.isNaN(at)) {
    leftOut.push({ text, why: "write a time such as 90d, 36h, never, or 2027-01-31T12:00:00Z." });
    return;
  }
  if (at <= now) leftOut.push({ text, why: "this is not in the future." });
  else if (longest !== null && at > longest) {
    // A link that asks for just what the policy allows is not told off for the margin that the form keeps.
    if (span.ok && maximumLifetime !== null && span.ms <= maximumLifetime) values.expiry = "maximum";
    else leftOut.push(tooLong);
  } else {
    const choice = span.ok ? choices.find(({ id }) => id === String(span.ms)) : undefined;
    if (choice !== undefined) values.expiry = choice.id;
    else {
      values.expiry = "exact";
      values.exact = writeLocal(at);
    }
  }
}

/** The parameters of a link to the form of a new token like another: all but its name, which tells the two apart. */
export function likeToken({ kind, permissions, views, createdAt, expireAt, ipFilter }: ListedToken): string {
  const params = new URLSearchParams();
  // What every view token gets unasked is not asked for.
  const asked = (permissions ?? []).filter((name) => kind !== "view" || name !== grantedToViewTokens);
  if (asked.length > 0) params.set("permissions", asked.join(","));
  for (const { id } of views ?? []) params.append("views", id);
  const days = expireAt === null ? undefined : Math.max(1, Math.round(Number(subtractLongs(expireAt, createdAt)) / day));
  params.set("expires", days === undefined ? "never" : `${days}d`);
  if (ipFilter !== null) params.set("filter", ipFilter);
  return params.toString();
}
