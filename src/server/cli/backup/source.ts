import { existsSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";

import { requestIdHeader, withRequestId } from "#logscale/errors.ts";

import { dumpAtOnce } from "#server/backup/dump.ts";
import { backupPath } from "#server/backup/format.ts";
import { tablesOf } from "#server/backup/tables.ts";
import { findLocalAdmin } from "#server/auth/localAdmin.ts";
import { makeTrail, serverActor } from "#server/audit/trail.ts";
import type { Config } from "#server/cli/config.ts";
import { runningServer } from "#server/cli/listening.ts";
import { codeOf, StartError } from "#server/startError.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { StoreInUseError } from "#server/store/failures.ts";
import { refuseNewer } from "#server/store/migrate.ts";
import { claimDatabase, createVault, findInstallationKey } from "#server/vault.ts";

/** Where the lines of a backup come from. */
export interface BackupSource {
  readonly lines: AsyncIterable<string | Uint8Array>;
  /** Lets go of the database. */
  close(): Promise<void>;
}

/**
 * Where a backup is to be had: from the database itself, or from the server that has its folder. A server of ours that uses a PostgreSQL
 * database which this command was not told of is found by its data folder.
 */
export async function openSource(config: Config, now: () => number): Promise<BackupSource> {
  const store = await openDatabase(config);
  if (store === undefined) {
    const answer = await askServer(config);
    return { lines: linesOf(answer), close: () => Promise.resolve(void answer.destroy()) };
  }
  try {
    await refuseNewer(store.db);
    const vault = createVault(findInstallationKey(config.dataDir, config.key));
    const tables = await tablesOf(store.db);
    if (!tables.has("organization")) {
      throw new StartError("No Tokenhouse has used this database, so there is nothing to back up.", { lasting: true });
    }
    // The first releases had neither.
    if (tables.has("vault_check")) await claimDatabase(store.db, vault);
    if (tables.has("audit_records")) {
      const entry = { type: "tokenhouse.backup.make", action: "save", target: null } as const;
      await makeTrail(vault).append(store.db, entry, { at: now(), actor: serverActor, operation: "tokenhouse backup" });
    }
  } catch (error) {
    await store.close();
    throw error;
  }
  return { lines: dumpAtOnce(store, now), close: () => store.close() };
}

async function openDatabase({ databaseUrl, dataDir }: Config): Promise<Store | undefined> {
  // As it is: a backup before an upgrade must not be the upgrade.
  if (databaseUrl !== undefined) return openStore({ databaseUrl }, { upToDate: true });
  if (!existsSync(join(dataDir, "database", "PG_VERSION"))) {
    if (findLocalAdmin(dataDir) !== undefined) return undefined;
    throw new StartError(`No embedded server has run on the data folder ${dataDir}. Name the server's own with --data-dir.`, {
      lasting: false,
    });
  }
  try {
    return await openStore({ dataDir }, { upToDate: true });
  } catch (error) {
    if (error instanceof StoreInUseError) return undefined;
    throw error;
  }
}

/** Asks the running server as the local administrator. The credential goes to a loopback address or to HOST, nowhere else. */
async function askServer(config: Config): Promise<IncomingMessage> {
  const token = findLocalAdmin(config.dataDir)?.tokenString ?? "";
  const server = runningServer(config);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A database may be long in reading, so that nothing is heard for a while.
    request(`${server}${backupPath}`, { method: "POST", headers: { authorization: `Bearer ${token}` } }, resolve)
      .once("error", () =>
        reject(
          new StartError(
            `No Tokenhouse answers at ${server}. Where the server of the data folder ${config.dataDir} runs, name its --host and --port; where it uses PostgreSQL and does not run, set DATABASE_URL.`,
            { lasting: false },
          ),
        ),
      )
      .end();
  });
  if (answer.statusCode === 200) return answer;
  answer.resume();
  const refusal = refusals[answer.statusCode ?? 0];
  throw new StartError(
    refusal ?? withRequestId(`The server at ${server} gives no backup (status ${answer.statusCode}).`, requestIdOf(answer)),
    { lasting: false },
  );
}

/** By which the server's log has the request. */
function requestIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers[requestIdHeader];
  return typeof id === "string" ? id : undefined;
}

/** The lines of an answer, and why they end before their end. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of answer) yield chunk as Uint8Array;
  } catch (error) {
    if (codeOf(error) !== "ECONNRESET") throw error;
    const broken = "The server broke the backup off; its log says why. No file was written.";
    throw new StartError(withRequestId(broken, requestIdOf(answer)), { lasting: false });
  }
}

const refusals: Readonly<Record<number, string>> = {
  404: "The server that runs is of a release that gives no backups. Stop it, and run the command again.",
  429: "The server gives a backup to somebody else just now. Try again when that is done.",
};
