import { queryOptions } from "@tanstack/react-query";

import type { BrowserSessionsQuery, RevokeSessionInput } from "#logscale/generated/graphql.ts";
import { MayEndSessionsDocument, RevokeSessionDocument } from "#logscale/generated/sessions.ts";
import { BrowserSessionsDocument, CreateSignInLinkDocument } from "#logscale/generated/sessionsExtension.ts";
import { call, CallError } from "#web/api/client.ts";
import { Secret } from "#web/secrets/secret.ts";

/** A session that is alive. */
export type BrowserSession = BrowserSessionsQuery["browserSessions"]["results"][number];

/** The sessions that the caller sees: all of them, or those that act as one user. */
export function sessionsQuery(userId: string | undefined) {
  return queryOptions({
    queryKey: ["browser-sessions", userId ?? null],
    queryFn: async ({ signal }) => {
      const [{ browserSessions }, { organization }] = await Promise.all([
        call(BrowserSessionsDocument, { userId: userId ?? null }, { signal }),
        call(MayEndSessionsDocument, {}, { signal }),
      ]);
      // All of the organization are ended by its id.
      return { ...browserSessions, mayEndAll: organization.mayManageUsers, organizationId: organization.id };
    },
  });
}

/** The part of the cache that holds lists of sessions. */
export const sessionsKey = ["browser-sessions"] as const;

/** The operation that ends sessions, and its variables. */
export function endingOf(input: RevokeSessionInput) {
  return { document: RevokeSessionDocument, variables: { input } };
}

/**
 * Ends sessions.
 *
 * @param act joins the record with those of what else belongs to the same act
 * @throws CallError
 */
export async function endSessions(input: RevokeSessionInput, act?: string): Promise<void> {
  const { document, variables } = endingOf(input);
  const options = act === undefined ? {} : { extensions: { tokenhouse: { act } } };
  if (!(await call(document, variables, options)).revokeSession)
    throw new CallError({ kind: "refused", message: "The server did not end it, and did not say why." });
}

/** The operation that makes a sign-in link, and its variables. */
export function linkOf(username: string) {
  return { document: CreateSignInLinkDocument, variables: { username } };
}

/** A link that signs somebody in, once. */
export interface SignInLink {
  readonly username: string;
  readonly link: Secret;
}

/** Makes a link that signs in as a user. @throws CallError: `refused`, naming the right that is lacking */
export async function makeLink(username: string): Promise<SignInLink> {
  const { document, variables } = linkOf(username);
  return { username, link: new Secret((await call(document, variables)).createSignInLink.url) };
}
