import { ClientError } from "../errors.ts";
import type { LanguageVersionEnum, MutationResolvers, Resolvers } from "../generated/resolvers.ts";
import { addIngestToken, assignParser, openValue, removeIngestToken } from "../services/ingestTokens.ts";
import { createParser, deleteParser, parserNamed } from "../services/parsers.ts";
import type { SearchDomainRow } from "../store/schema.ts";
import type { GraphqlContext } from "./context.ts";
import { parsersFor } from "./ingestRepository.ts";
import { reachableSearchDomains } from "./searchDomains.ts";

/** A repository that the caller can reach; the services judge what may be done there. */
async function repositoryNamed(context: GraphqlContext, name: string): Promise<SearchDomainRow> {
  const found = (await reachableSearchDomains(context)).find((domain) => domain.name === name && domain.type === "repository");
  if (found !== undefined) return found;
  throw new ClientError("NOT_FOUND", "There is no such repository, or you have no access to it.", { field: "repositoryName" });
}

/** The mutations on ingest tokens and parsers. */
export const ingestMutations = {
  async addIngestTokenV3(_, { input }, context) {
    const { db, vault, now } = context;
    const repository = await repositoryNamed(context, input.repositoryName);
    const request = { name: input.name, parser: input.parser ?? null, customToken: input.customToken ?? null };
    return addIngestToken(db, { rights: await context.rights(), vault, now }, repository, request);
  },
  async assignParserToIngestTokenV2(_, { input }, context) {
    const repository = await repositoryNamed(context, input.repositoryName);
    return assignParser(context.db, await context.rights(), repository, input.tokenName, input.parser);
  },
  async unassignIngestToken(_, { repositoryName, tokenName }, context) {
    const repository = await repositoryNamed(context, repositoryName);
    await assignParser(context.db, await context.rights(), repository, tokenName, null);
    return { repository };
  },
  async removeIngestToken(_, { repositoryName, name }, context) {
    const repository = await repositoryNamed(context, repositoryName);
    await removeIngestToken(context.db, await context.rights(), repository, name);
    return { result: true };
  },
  async createParserV2(_, { input }, context) {
    const { repositoryName, allowOverwritingExistingParser, languageVersion, ...rest } = input;
    const repository = await repositoryNamed(context, repositoryName);
    const request = { ...rest, languageVersion: languageVersion?.name, overwrite: allowOverwritingExistingParser ?? false };
    return createParser(context.db, await context.rights(), repository, request);
  },
  async deleteParser(_, { input }, context) {
    const repository = await repositoryNamed(context, input.repositoryName);
    await deleteParser(context.db, await context.rights(), repository, input.id);
    return { result: true };
  },
} satisfies Partial<MutationResolvers>;

const languageVersions: readonly LanguageVersionEnum[] = ["legacy", "xdr1", "xdrdetects1", "filteralert", "federated1"];

/** The types about ingest tokens and parsers. */
export const ingestTypes = {
  IngestToken: {
    token: (token, _, { vault }) => openValue(vault, token),
    async parser({ repositoryId, parserName }, _, context) {
      return parserName === null ? null : parserNamed(await parsersFor(repositoryId, context), parserName);
    },
    weakness: ({ weakness }) => (weakness === null ? null : weakness === "short" ? "Short" : "Guessable"),
    eventsInLastDay: async ({ id }, _, { loaders }) => (await loaders.eventsInLastDay()).get(id) ?? 0,
  },
  Parser: {
    displayName: ({ name }) => name,
    description: () => null,
    originDisplayString: ({ isBuiltIn }) => (isBuiltIn ? "Built-in" : "Created in this repository"),
    languageVersion: ({ languageVersion }) => ({
      name: languageVersions.find((known) => known === languageVersion) ?? null,
      futureName: null,
      version: { name: languageVersion },
      isKnown: true,
    }),
  },
} satisfies Resolvers;
