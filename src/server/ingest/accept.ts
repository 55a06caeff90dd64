import { sql, type Kysely } from "kysely";

import type { Database } from "#server/store/schema.ts";
import type { Sender } from "./authorize.ts";
import type { BodyReading } from "./body.ts";
import type { IngestRecorder } from "./recorder.ts";
import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";

/** When, from where and for which repository something was sent. */
interface Circumstances {
  /** Ms since epoch. */
  readonly at: number;
  readonly address: string;
  /** The repository of events that name none, where the request names one. */
  readonly index: string | undefined;
}

/** Counts what was read for its sender. Throws IngestRefusal when some is for a repository that the sender may not send to. */
export type Accept = (sender: Sender, reading: BodyReading, circumstances: Circumstances) => Promise<void>;

/** Makes what counts. */
export function makeAccept({ db, recorder }: { readonly db: Kysely<Database>; readonly recorder: IngestRecorder }): Accept {
  return async (sender, { tally, bytes }, { at, address, index: fallback }) => {
    const named = [...tally].map(([index, received]) => ({ index: index ?? fallback, received }));
    const common = { tokenName: sender.name, at, address };
    if (sender.type === "ingest-token") {
      const { id, parserName, repository } = sender;
      if (named.some(({ index }) => index !== undefined && index !== repository.name)) throw notOfToken(repository.name);
      named.forEach(({ received }, place) =>
        // The body counts once, whether its events name the repository or not.
        recorder.record({
          ...common,
          repositoryId: repository.id,
          tokenId: id,
          parserName,
          received,
          bytes: place === 0 ? bytes : 0,
        }),
      );
      return;
    }
    const repositories = await repositoriesNamed(db, new Set(named.map(({ index }) => index)));
    for (const { index, received } of named) {
      const repositoryId = repositories.get(index);
      if (repositoryId === undefined) throw incorrectIndex();
      recorder.record({ ...common, repositoryId, tokenId: null, parserName: null, received, bytes: 0 });
    }
  };
}

/** The refusal of an index that is none. */
export function incorrectIndex(): IngestRefusal {
  return malformed("Incorrect index: it must be the name of one repository.", hecCodes.incorrectIndex);
}

function notOfToken(repository: string): IngestRefusal {
  return malformed(
    `Incorrect index: this token sends to the repository "${repository}" alone. Leave index out, or name that repository.`,
    hecCodes.incorrectIndex,
  );
}

/** Repositories by name; those of the system's own are left out, since no API token sends there (LogScale's rule). */
async function repositoriesNamed(
  db: Kysely<Database>,
  names: ReadonlySet<string | undefined>,
): Promise<ReadonlyMap<string | undefined, string>> {
  const given = [...names].filter((name) => name !== undefined);
  if (given.length < names.size)
    throw malformed("Incorrect index: each event must name its repository as `index`.", hecCodes.incorrectIndex);
  const rows = await db
    .selectFrom("searchDomains")
    .select(["id", "name"])
    .where("type", "=", "repository")
    .where("isSystem", "=", false)
    // One parameter, however many are named: a statement has 65,535 at most.
    .where(sql<boolean>`name = any(${given}::text[])`)
    .execute();
  if (rows.length < given.length) throw malformed("Incorrect index: there is no such repository.", hecCodes.incorrectIndex);
  return new Map(rows.map(({ id, name }) => [name, id]));
}
