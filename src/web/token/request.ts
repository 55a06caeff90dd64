import * as z from "zod/mini";

import { expiryChoices, proposedExpiry } from "#domain/expiry.ts";
import type { TokenKind } from "#domain/kinds.ts";
import type { KindPolicy } from "#domain/policy.ts";
import { checkAgainstPolicy, tokenRequestSchemas } from "#domain/tokenRequest.ts";
import type { Failure } from "#logscale/errors.ts";

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

/** A request for a token, as its kind demands it. */
export type TokenRequest = {
  [K in TokenKind]: { readonly kind: K } & z.output<ReturnType<(typeof tokenRequestSchemas)[K]>>;
}[TokenKind];

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
  maximum: number | null,
  now: number,
): number | null | undefined {
  if (expiry === "exact") return readLocal(exact);
  const choice = expiryChoices(maximum, now).find(({ id }) => id === expiry);
  return choice === undefined ? undefined : choice.expireAt;
}

/** An instant as a date field of the browser holds it, to the minute. */
export function writeLocal(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [String(date.getFullYear()).padStart(4, "0"), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function readLocal(text: string): number | undefined {
  // Without a zone the text is local time, as the field shows it.
  const at = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/u.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
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
      return expiry === "exact" ? "exact" : "expiry";
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
    if (expireAt === undefined) {
      refuse(form.expiry === "exact" ? "exact" : "expiry", "Enter a date and a time.");
    }
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
type Reading<T> = { readonly success: true; readonly data: T } | { readonly success: false; readonly error: z.core.$ZodError };

function ofKind<K extends TokenKind, T>(kind: K, reading: Reading<T>): Reading<{ readonly kind: K } & T> {
  return reading.success ? { success: true, data: { kind, ...reading.data } } : reading;
}

/** Reads values as a request of a kind at `now` (ms since epoch), by the domain's own bounds and messages. */
export function parseRequest(kind: TokenKind, values: unknown, now: number): Reading<TokenRequest> {
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

/** The field of the form that a server's refusal is about; undefined when it is about none. */
export function fieldOfFailure({ field }: Failure, expiry: string): TokenFormField | undefined {
  switch (field) {
    case "name":
    case "viewIds":
      return field;
    case "permissions":
    case "viewPermissions":
    case "organizationPermissions":
    case "systemPermissions":
      return "permissions";
    case "ipFilterId":
      return "ipFilter";
    case "expireAt":
      return expiry === "exact" ? "exact" : "expiry";
    default:
      return undefined;
  }
}
