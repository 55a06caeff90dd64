import { onView } from "../access/permissions.ts";
import { ClientError } from "../errors.ts";
import { mayChangeIngestTokens, readingDenied } from "../services/ingestTokens.ts";
import { parserNamed, parsersOf, type Parser } from "../services/parsers.ts";
import type { SearchDomainRow } from "../store/schema.ts";
import type { GraphqlContext } from "./context.ts";

/** The parsers that a repository can use, by name. */
export async function parsersFor(repositoryId: string, { loaders }: GraphqlContext): Promise<Parser[]> {
  return parsersOf((await loaders.parsers()).filter((parser) => parser.repositoryId === repositoryId));
}

/** The fields of a repository that ingest is about. */
export const ingestRepositoryFields = {
  async ingestTokens(repository: SearchDomainRow, _: object, context: GraphqlContext) {
    // What was counted in this process is written first, so that who has just sent something sees it.
    await context.settleIngest();
    if (!mayChangeIngestTokens(await context.rights(), repository)) throw new ClientError("NOT_ALLOWED", readingDenied);
    return (await context.loaders.ingestTokens()).filter(({ repositoryId }) => repositoryId === repository.id);
  },
  parsers: (repository: SearchDomainRow, _: object, context: GraphqlContext) => parsersFor(repository.id, context),
  async parser(
    repository: SearchDomainRow,
    { id, name }: { readonly id?: string | null; readonly name?: string | null },
    context: GraphqlContext,
  ) {
    const parsers = await parsersFor(repository.id, context);
    if (id != null) return parsers.find((parser) => parser.id === id) ?? null;
    return name == null ? null : parserNamed(parsers, name);
  },
  async recentEvents(repository: SearchDomainRow, _: object, context: GraphqlContext) {
    if (!onView(await context.rights(), repository.id, "ReadAccess")) {
      throw new ClientError("NOT_ALLOWED", "Read events not allowed");
    }
    await context.settleIngest();
    const events = await context.db
      .selectFrom("ingestEvents")
      .select(["id", "receivedAt", "text", "size", "tokenName", "parserName"])
      .where("repositoryId", "=", repository.id)
      .orderBy("id", "desc")
      .execute();
    return events.map(({ id, ...event }) => ({ id: String(id), ...event }));
  },
};
