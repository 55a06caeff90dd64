import type { LanguageVersionEnum, MutationResolvers, Resolvers } from "#server/generated/resolvers.ts";
import { ClientError } from "#server/errors.ts";
import { addIngestToken, assignParser, removeIngestToken } from "#server/services/ingestTokens.ts";
import {
  builtInContent,
  createParser,
  deleteParser,
  parserNamed,
  type Parser,
  type ParserContent,
  updateParser,
} from "#server/services/parsers.ts";
import type { GraphqlContext, MutationContext } from "./context.ts";
import { parserTemplate } from "./parserTemplate.ts";

/** The mutations on ingest tokens and parsers. */
export const ingestMutations = {
  async addIngestTokenV3(_, { input }, { mutate, vault, replaces, revealed }) {
    const request = { name: input.name, parser: input.parser ?? null, customToken: input.customToken ?? null };
    const token = await addIngestToken(mutate, vault, input.repositoryName, request, replaces);
    revealed.made(token.id);
    return token;
  },
  async assignParserToIngestTokenV2(_, { input }, { mutate }) {
    return (await assignParser(mutate, input.repositoryName, input.tokenName, input.parser)).token;
  },
  async unassignIngestToken(_, { repositoryName, tokenName }, { mutate }) {
    const { repository } = await assignParser(mutate, repositoryName, tokenName, null);
    return { repository };
  },
  async removeIngestToken(_, { repositoryName, name }, { mutate }) {
    await removeIngestToken(mutate, repositoryName, name);
    return { result: true };
  },
  async createParserV2(_, { input }, { mutate }) {
    const { repositoryName, allowOverwritingExistingParser, languageVersion, ...rest } = input;
    const request = { ...rest, languageVersion: languageVersion?.name, overwrite: allowOverwritingExistingParser ?? false };
    return createParser(mutate, repositoryName, request);
  },
  async updateParserV2(_, { input }, { mutate }) {
    const { repositoryName, id, name, script, testCases, fieldsToTag, fieldsToBeRemovedBeforeParsing } = input;
    return updateParser(mutate, repositoryName, id, {
      name: name ?? undefined,
      script: script?.script,
      languageVersion: script?.languageVersion?.name as LanguageVersionEnum | undefined,
      testCases: testCases ?? undefined,
      fieldsToTag: fieldsToTag ?? undefined,
      fieldsToBeRemovedBeforeParsing: fieldsToBeRemovedBeforeParsing ?? undefined,
    });
  },
  async deleteParser(_, { input }, { mutate }) {
    await deleteParser(mutate, input.repositoryName, input.id);
    return { result: true };
  },
} satisfies Partial<MutationResolvers<MutationContext>>;

const languageVersions: readonly LanguageVersionEnum[] = ["legacy", "xdr1", "xdrdetects1", "filteralert", "federated1"];

async function contentOf(parser: Parser, { loaders }: GraphqlContext): Promise<ParserContent> {
  const content = parser.isBuiltIn ? builtInContent(parser) : await loaders.parserContent(parser.id);
  if (content === undefined) throw new ClientError("NOT_FOUND", "The parser was deleted meanwhile.");
  return content;
}

/** The types about ingest tokens and parsers. */
export const ingestTypes = {
  IngestToken: {
    token(token, _, { loaders, revealed }) {
      revealed.note("ingestToken", token);
      return loaders.ingestTokenValue(token);
    },
    async parser({ repositoryId, parserName }, _, { loaders }) {
      return parserName === null ? null : parserNamed(await loaders.parsers(repositoryId), parserName);
    },
    weakness: ({ weakness }) => (weakness === null ? null : weakness === "short" ? "Short" : "Guessable"),
    replaces: async ({ id }, _, { loaders }) => (await loaders.replacedIngest(id))?.name ?? null,
    eventsInLastDay: async ({ id }, _, { loaders }) => (await loaders.eventsInLastDay()).get(id) ?? 0,
  },
  Parser: {
    displayName: ({ name }) => name,
    description: () => null,
    script: async (parser, _, context) => (await contentOf(parser, context)).script,
    fieldsToTag: async (parser, _, context) => [...(await contentOf(parser, context)).fieldsToTag],
    fieldsToBeRemovedBeforeParsing: async (parser, _, context) => [
      ...(await contentOf(parser, context)).fieldsToBeRemovedBeforeParsing,
    ],
    testCases: async (parser, _, context) => [...(await contentOf(parser, context)).testCases],
    async yamlTemplate(parser, _, context) {
      return parserTemplate(parser.name, await contentOf(parser, context));
    },
    originDisplayString: ({ isBuiltIn }) => (isBuiltIn ? "Built-in" : "Created in this repository"),
    languageVersion: ({ languageVersion }) => ({
      name: languageVersions.find((known) => known === languageVersion) ?? null,
      futureName: null,
      version: { name: languageVersion },
      isKnown: true,
    }),
  },
} satisfies Resolvers;
