import { onView } from "#server/access/permissions.ts";
import { ClientError } from "#server/errors.ts";
import { mayChangeIngestTokens, readingDenied } from "#server/services/ingestTokens.ts";
import { parserNamed } from "#server/services/parsers.ts";
import type { SearchDomainRow } from "#server/store/schema.ts";
import type { GraphqlContext } from "./context.ts";

/** The fields of a repository that ingest is about. */
export const ingestRepositoryFields = {
  async ingestTokens(repository: SearchDomainRow, _: object, context: GraphqlContext) {
    if (!mayChangeIngestTokens(await context.rights(), repository)) throw new ClientError("NOT_ALLOWED", readingDenied);
    return [...(await context.loaders.ingestTokens(repository.id))];
  },
  parsers: async (repository: SearchDomainRow, _: object, { loaders }: GraphqlContext) => [
    ...(await loaders.parsers(repository.id)),
  ],
  async parser(
    repository: SearchDomainRow,
    { id, name }: { readonly id?: string | null; readonly name?: string | null },
    { loaders }: GraphqlContext,
  ) {
    const parsers = await loaders.parsers(repository.id);
    if (id != null) return parsers.find((parser) => parser.id === id) ?? null;
    return name == null ? null : parserNamed(parsers, name);
  },
  async recentEvents(repository: SearchDomainRow, _: object, { rights, loaders }: GraphqlContext) {
    if (!onView(await rights(), repository.id, "ReadAccess")) throw new ClientError("NOT_ALLOWED", "Read events not allowed");
    return [...((await loaders.recentEvents(repository.id))?.events ?? [])];
  },
};
