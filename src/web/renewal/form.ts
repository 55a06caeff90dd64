import * as z from "zod/mini";

import { minute } from "#domain/duration.ts";
import type { Long } from "#domain/long.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { renewalExpiry, renewalOf, type Renewal } from "#domain/renewal/renewal.ts";
import type { TokenRights } from "#domain/inventory/item.ts";
import { expiryChoices, proposedExpiry } from "#domain/token/expiry.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { expiryFault, expiryField, expiryOf, type TokenForm } from "#web/tokens/request.ts";
import type { ListedToken } from "#web/api/tokens.ts";
import { readLocal, writeLocal } from "#web/ui/localTime.ts";

/** What a token is renewed with, beside the expiry that is asked for. */
export interface RenewalContext {
  readonly token: ListedToken;
  /** Of its kind; undefined where the caller may not read it. */
  readonly policy: KindPolicy | undefined;
}

/** What a token may do; undefined where that was not read, and of a personal token. */
function rightsOf({ permissions, views }: ListedToken): TokenRights | undefined {
  return permissions && { permissions, views: (views ?? []).map(({ id }) => id) };
}

/**
 * What the form starts from at `now`, ms since epoch: as long a life as the old token had, within the policy. For one that never expires it
 * is what a new token starts from: another without an end is one choice away, and never made by accident.
 */
export function renewalStart({ token, policy }: RenewalContext, now: number): TokenForm {
  // Of all that a token's form holds, a renewal asks for its expiry alone.
  return { name: "", viewIds: [], permissions: [], ipFilter: "", ...expiryStart(token, policy, now) };
}

function expiryStart(token: ListedToken, policy: KindPolicy | undefined, now: number): Pick<TokenForm, "expiry" | "exact"> {
  const maximum = policy?.maximumLifetime ?? null;
  const proposed = renewalExpiry(token, policy, now);
  if (proposed === null) return { expiry: proposedExpiry(maximum, now).id, exact: "" };
  const choice = expiryChoices(maximum, now).find(({ expireAt }) => expireAt === proposed);
  if (choice !== undefined) return { expiry: choice.id, exact: "" };
  const exact = exactly(proposed, now);
  return exact === "" ? { expiry: proposedExpiry(maximum, now).id, exact } : { expiry: "exact", exact };
}

/** An instant as a date field holds it; empty where it holds none that is still to come. */
function exactly(at: Long, now: number): string {
  if (at <= now + 2 * minute) return "";
  const text = writeLocal(Number(at));
  return readLocal(text).type === "read" ? text : "";
}

/** What the successor will have but for its expiry, or why there can be none, whatever the expiry. */
export function withAnyExpiry({ token, policy }: RenewalContext, now: number): Renewal {
  return renewalOf(token.kind, token, rightsOf(token), policy && { ...policy, maximumLifetime: null }, null, now);
}

/** The form as a schema that yields the request for the successor, with what the policy in force says about it. */
export function renewalSchema({ token, policy }: RenewalContext, now: number): z.ZodMiniType<TokenRequest, TokenForm> {
  const toRequest = z.transform((form: TokenForm, context): TokenRequest => {
    const maximum = policy?.maximumLifetime ?? null;
    const refuse = (field: string, message: string) => {
      context.issues.push({ code: "custom", path: [field], message, input: form });
      return z.NEVER;
    };
    const expireAt = expiryOf(form, maximum, now);
    if (expireAt === undefined) return refuse(expiryField(form), expiryFault(form, maximum, now));
    const renewal = renewalOf(token.kind, token, rightsOf(token), policy, expireAt, now);
    if (renewal.ok) return renewal.request;
    const { field, message } = renewal.violation;
    return refuse(field === "expireAt" ? expiryField(form) : "root", message);
  });
  return z.pipe(z.custom<TokenForm>(), toRequest);
}
