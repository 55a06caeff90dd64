import { signInLink } from "#server/auth/sessions.ts";
import type { MutationResolvers, QueryResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { listSessions, revokeSessions } from "#server/services/sessions.ts";
import { makeSignInCode } from "#server/services/signInLinks.ts";
import type { MutationContext } from "./context.ts";

/** The query about sessions. */
export const sessionQueries = {
  browserSessions: async (_, { userId }, { actor }) => listSessions(await actor(), userId ?? null),
} satisfies Partial<QueryResolvers>;

export const sessionMutations = {
  async revokeSession(_, { input }, { mutate }) {
    await revokeSessions(mutate, input);
    return true;
  },
  async createSignInLink(_, { username }, { mutate, identity, publicUrl }) {
    const { code, expiresAt } = await makeSignInCode(mutate, identity, username);
    return { url: signInLink(publicUrl, code), expiresAt };
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

/** The types about sessions. */
export const sessionTypes = {
  BrowserSessionResultSet: { results: ({ results }) => [...results] },
  BrowserSession: {
    isCurrent: ({ idHash }, _, { identity: { sessionIdHash } }) =>
      sessionIdHash !== undefined && Buffer.from(sessionIdHash).equals(idHash),
    begun: ({ byLink, tokenId }) => (byLink ? "Link" : tokenId === null ? "LocalAdministrator" : "Token"),
  },
} satisfies Resolvers;
