import * as z from "zod/mini";

import { expiryChoices, proposedExpiry } from "#domain/token/expiry.ts";
import { isKeepable } from "#domain/keepable.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { addLongs, type Long } from "#domain/long.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { tokenRequestSchemas, type TokenRequest } from "#domain/token/request.ts";
import { checkAgainstPolicy } from "#domain/token/policyCheck.ts";
import { readLocal, type LocalReading } from "#web/ui/localTime.ts";

/** The values of the form of a new token. A kind that lacks a part leaves it as it is. */
export interface TokenForm {
  name: string;
  viewIds: readonly string[];
  /** LogScale's names, composed ones taken apart. */
  permissions: readonly string[];
  /** Id of an `ExpiryChoice`, or `exact`. */
  expiry: string;
  /** The exact expiry as a date field holds it: local time, `2027-01-31T12:00`. */
  exact: string;
  /** Id of the IP filter; empty for none. */
  ipFilter: string;
}

/** One part of the form. */
export type TokenFormField = keyof TokenForm;

/** What a request is judged by before it is sent. */
export interface RequestContext {
  readonly kind: TokenKind;
  readonly policy: KindPolicy;
  /** The server's time, ms since epoch. */
  readonly now: number;
  /** The permissions among these that the caller may not grant on these repositories and views. */
  readonly lacking: (permissions: readonly string[], viewIds: readonly string[]) => readonly string[];
}

/** What the form starts from: the longest life that the policy allows, and the filter that it enforces. */
export function emptyForm(policy: KindPolicy, now: number): TokenForm {
  const { id } = proposedExpiry(policy.maximumLifetime, now);
  return { name: "", viewIds: [], permissions: [], expiry: id, exact: "", ipFilter: policy.ipFilter ?? "" };
}

/** The expiry that a form means at `now`, ms since epoch; null for never, undefined when the exact one is not filled in. */
export function expiryOf(
  { expiry, exact }: Pick<TokenForm, "expiry" | "exact">,
  maximum: Long | null,
  now: number,
): Long | null | undefined {
  if (expiry === "exact") return instantOf(readLocal(exact), maximum, now);
  const choice = expiryChoices(maximum, now).find(({ id }) => id === expiry);
  return choice === undefined ? undefined : choice.expireAt;
}

/**
 * The instant that an exact expiry means at `now`, ms since epoch; undefined when none can be meant. Of a time that comes twice, since the
 * clocks are set back over it, it is the first that is still to come and within the policy.
 */
function instantOf(reading: LocalReading, maximum: Long | null, now: number): number | undefined {
  if (reading.type !== "read") return undefined;
  const latest = isKeepable(maximum) ? addLongs(now, maximum) : Number.POSITIVE_INFINITY;
  return reading.instants.find((at) => at !== undefined && at > now && at <= latest) ?? reading.instants[0];
}

/** The note on an exact expiry at a change of the clocks: the local time is skipped, or comes twice and one of the two is meant. */
export function clockChangeWords(exact: string, maximum: Long | null, now: number): string | undefined {
  const reading = readLocal(exact);
  if (reading.type === "skipped") {
    const time = exact.slice(11, 16);
    return `There is no ${time} on this day: the clocks are set from ${reading.from} to ${reading.to}. Choose another time.`;
  }
  if (reading.type !== "read" || reading.instants.length === 1) return undefined;
  const which = instantOf(reading, maximum, now) === reading.instants[0] ? "first" : "second";
  return `The clocks are set back on this day, so this time comes twice. The ${which} is meant.`;
}

/** Which field of the form its expiry comes from. */
export function expiryField({ expiry }: Pick<TokenForm, "expiry">): "expiry" | "exact" {
  return expiry === "exact" ? "exact" : "expiry";
}

/** Why a form means no expiry at `now`: see {@link expiryOf}. */
export function expiryFault({ expiry, exact }: Pick<TokenForm, "expiry" | "exact">, maximum: Long | null, now: number): string {
  if (expiry !== "exact") return "Choose an expiry.";
  const missing = readLocal(exact).type === "too-far" ? "This expiry is too far in the future." : "Enter a date and a time.";
  return clockChangeWords(exact, maximum, now) ?? missing;
}

/** Which field of the form each part of a request comes from. */
function formField(part: PropertyKey | undefined, expiry: string): TokenFormField | "root" {
  switch (part) {
    case "name":
    case "viewIds":
    case "permissions":
    case "ipFilter":
      return part;
    case "expireAt":
      return expiryField({ expiry });
    default:
      return "root";
  }
}

/** The form as a schema that yields the request: the domain's own bounds and messages, the policy in force, and what may be granted. */
export function tokenFormSchema({ kind, policy, now, lacking }: RequestContext): z.ZodMiniType<TokenRequest, TokenForm> {
  const toRequest = z.transform((form: TokenForm, context): TokenRequest => {
    const refuse = (field: TokenFormField | "root", message: string) =>
      void context.issues.push({ code: "custom", path: [field], message, input: form });
    const expireAt = expiryOf(form, policy.maximumLifetime, now);
    if (expireAt === undefined) refuse(expiryField(form), expiryFault(form, policy.maximumLifetime, now));
    const values = { ...form, expireAt: expireAt ?? null, ipFilter: form.ipFilter === "" ? null : form.ipFilter };
    const request = parseRequest(kind, values, now);
    if (!request.success) {
      for (const { path, message } of request.error.issues) refuse(formField(path[0], form.expiry), message);
    }
    const verdict = checkAgainstPolicy(kind, policy, values, now);
    if (expireAt !== undefined && !verdict.ok && verdict.violation.type !== "expired") {
      refuse(formField(verdict.violation.field ?? undefined, form.expiry), verdict.violation.message);
    }
    const beyond = lacking(form.permissions, form.viewIds);
    if (beyond.length > 0) {
      refuse("permissions", `You cannot grant what you do not hold yourself: ${beyond.join(", ")}.`);
    }
    return request.success ? request.data : z.NEVER;
  });
  return z.pipe(z.custom<TokenForm>(), toRequest);
}

/** What a schema made of values, with the kind beside it. */
type RequestReading<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: z.core.$ZodError };

function ofKind<K extends TokenKind, T>(kind: K, reading: RequestReading<T>): RequestReading<{ readonly kind: K } & T> {
  return reading.success ? { success: true, data: { kind, ...reading.data } } : reading;
}

/** Reads values as a request of a kind at `now` (ms since epoch), by the domain's own bounds and messages. */
export function parseRequest(kind: TokenKind, values: unknown, now: number): RequestReading<TokenRequest> {
  switch (kind) {
    case "personal":
      return ofKind(kind, tokenRequestSchemas.personal(now).safeParse(values));
    case "view":
      return ofKind(kind, tokenRequestSchemas.view(now).safeParse(values));
    case "organization":
      return ofKind(kind, tokenRequestSchemas.organization(now).safeParse(values));
    case "system":
      return ofKind(kind, tokenRequestSchemas.system(now).safeParse(values));
    default:
      return kind satisfies never;
  }
}

/** What the server calls the permissions of a token; each kind has another name for them. */
export const permissionFields = {
  permissions: "permissions",
  viewPermissions: "permissions",
  organizationPermissions: "permissions",
  systemPermissions: "permissions",
} as const;

/** Which field of the form a refusal is about, by what the server calls it. */
export function tokenFields({ expiry }: Pick<TokenForm, "expiry">): Readonly<Record<string, TokenFormField>> {
  return {
    name: "name",
    viewIds: "viewIds",
    ...permissionFields,
    ipFilterId: "ipFilter",
    expireAt: expiryField({ expiry }),
  };
}
