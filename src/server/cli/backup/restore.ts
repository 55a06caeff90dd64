import { accessSync, constants, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import type { Link } from "#server/audit/chain.ts";
import { headFileName, writeKnownHead } from "#server/audit/head.ts";
import { sealAudit } from "#server/audit/seal.ts";
import { makeTrail } from "#server/audit/trail.ts";
import { NoTrail, type Afterwards } from "#server/backup/afterwards.ts";
import { readEncrypted, type Opener } from "#server/backup/age.ts";
import { BackupError, readBackup, type BackupEnd, type BackupHeader } from "#server/backup/format.ts";
import { refuseNewer } from "#server/backup/load.ts";
import { refuseUsedFolder, restoreInto, restoreToFolder, type Restored, type BackupToRestore } from "#server/backup/restore.ts";
import { print, type Output } from "#server/cli/remote/output.ts";
import { shownFile } from "#server/cli/remote/readTextFile.ts";
import { counted, countOf, withoutFraction } from "#server/cli/remote/words.ts";
import type { Config } from "#server/cli/config.ts";
import { makeDataFolder } from "#server/dataFolder.ts";
import { createPrivateFile } from "#server/privateFile.ts";
import { codeOf, StartError } from "#server/startError.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { createVault, findInstallationKey, hasInstallationKey, installationKeyFile, opensCheck } from "#server/vault.ts";

import type { RestoreCommand } from "./command.ts";
import { readOpener, type Asking } from "./secrets.ts";

/** The status to end with where the chain of the restored trail does not hold. */
const broken = 3;

/** Tokens and acts that are told one by one. */
const mostTold = 50;

/** What tests give. */
export interface RestoreSurroundings {
  readonly output?: Output;
  readonly asking?: Asking;
  readonly now?: () => number;
}

/** Makes a database of a backup. Nothing is touched before the whole file was read and the key and the target are known to be right. */
export async function restoreBackup(command: RestoreCommand, surroundings: RestoreSurroundings = {}): Promise<void> {
  const { config, file, sinceTrail } = command;
  const { output, asking, now = Date.now } = surroundings;
  refuseUnreadable(file);
  if (!statSync(file).isFile()) {
    throw new StartError(`${shownFile(file)} is no file. A backup is read twice, which no pipe can be.`, { lasting: true });
  }
  if (sinceTrail !== undefined) refuseUnreadable(sinceTrail);
  if (config.databaseUrl === undefined) refuseUsedFolder(config.dataDir);
  const opener = await readOpener(command, asking);
  try {
    const { header } = await lookThrough(file, opener);
    const key = keyFor(header, config);
    const vault = createVault(key.bytes);
    const options: BackupToRestore = {
      parts: readBackup(readEncrypted(file, opener)),
      vault,
      trail: makeTrail(vault),
      now: now(),
      keepSessions: command.keepSessions,
      since: sinceTrail === undefined ? undefined : { lines: linesIn(sinceTrail), revive: command.revive },
    };
    let notes: readonly string[] = [];
    const work = async (store: Store) => {
      const restored = await withKey(key, config.dataDir, () => restoreInto(store, options));
      if (key.write) notes = [`The installation key was in the backup, and is now in ${installationKeyFile(config.dataDir)}.`];
      const sealed = await sealAudit(store.db, vault, now());
      if (sealed !== undefined && existsSync(config.dataDir)) {
        // The database is there by now, whatever becomes of this.
        const told = await setHead(store, config.dataDir, sealed.head, now()).catch(
          (error: unknown) =>
            `The end of the trail could not be written to ${join(config.dataDir, headFileName)} (${codeOf(error)}).`,
        );
        if (told !== undefined) notes = [...notes, told];
      }
      return restored;
    };
    const restored = await atTarget(config, work);
    await print(`${[...wordsOf(command, header, restored), ...notes].join("\n")}\n`, output);
    if (restored.chain.faults.length > 0) process.exitCode = broken;
  } catch (error) {
    if (error instanceof BackupError)
      throw new StartError(`${shownFile(file)} ${error.message} Nothing was restored.`, { lasting: true });
    if (error instanceof NoTrail) {
      throw new StartError(`${shownFile(sinceTrail ?? "")}: ${error.message} Nothing was restored.`, { lasting: true });
    }
    throw error;
  }
}

async function atTarget<T>({ databaseUrl, dataDir }: Config, work: (store: Store) => Promise<T>): Promise<T> {
  if (databaseUrl === undefined) return restoreToFolder(dataDir, work);
  const store = await openStore({ databaseUrl }, { upToDate: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Reads all of a backup, so that one which is not whole is found out before anything is touched. */
async function lookThrough(file: string, opener: Opener): Promise<{ readonly header: BackupHeader; readonly end: BackupEnd }> {
  let header: BackupHeader | undefined;
  let end: BackupEnd | undefined;
  for await (const part of readBackup(readEncrypted(file, opener))) {
    if (part.type === "header") {
      ({ header } = part);
      await refuseNewer(header);
    } else if (part.type === "end") ({ end } = part);
  }
  if (header === undefined || end === undefined) throw new BackupError("has no end.");
  return { header, end };
}

/** The installation key of a backup, and whether it is to be put into the data folder. */
interface FoundKey {
  readonly bytes: Uint8Array;
  readonly write: boolean;
}

/** Puts the key into the data folder before there is a database that nobody could open without it; takes it away where there is none then. */
async function withKey<T>({ bytes, write }: FoundKey, dataDir: string, work: () => Promise<T>): Promise<T> {
  if (!write) return work();
  const file = installationKeyFile(dataDir);
  makeDataFolder(dataDir);
  createPrivateFile(file, `${Buffer.from(bytes).toString("base64")}\n`);
  try {
    return await work();
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** The installation key of a backup: the one that is here, or else the one in it. Throws StartError where it is another, or there is none. */
function keyFor({ vaultCheck, key }: BackupHeader, { dataDir, key: configured }: Config): FoundKey {
  const isHere = hasInstallationKey(dataDir, configured);
  if (isHere) {
    const bytes = findInstallationKey(dataDir, configured);
    if (opensCheck(createVault(bytes), vaultCheck)) return { bytes, write: false };
    const where = configured === undefined ? installationKeyFile(dataDir) : "TOKENHOUSE_KEY";
    throw new StartError(
      `${where} is another installation key than that of the server which the backup is of. Give that one${key === undefined ? "" : "; or take this one away, since the backup has its own"}. Nothing was restored.`,
      { lasting: true },
    );
  }
  if (key === undefined) {
    throw new StartError(
      `The backup needs the installation key of the server that it is of, and does not hold it. Put that server's file \`key\` into ${dataDir}, or set TOKENHOUSE_KEY. Nothing was restored.`,
      { lasting: true },
    );
  }
  const bytes = Uint8Array.from(Buffer.from(key, "base64"));
  if (!opensCheck(createVault(bytes), vaultCheck)) throw new BackupError("holds an installation key that is not its own.");
  return { bytes, write: true };
}

/** Writes the end of the restored chain down, and moves away one that it does not contain; says so. */
async function setHead({ db }: Store, dataDir: string, head: Link, now: number): Promise<string | undefined> {
  if ((await writeKnownHead(db, dataDir, head)) !== "broken") return undefined;
  const former = join(dataDir, headFileName);
  const kept = `${former}.before-restore-${new Date(now).toISOString().replaceAll(":", "")}`;
  renameSync(former, kept);
  await writeKnownHead(db, dataDir, head);
  return `${former} was the end of a trail that went on after the backup, and is now ${kept}.`;
}

function wordsOf({ file, sinceTrail, revive }: RestoreCommand, header: BackupHeader, restored: Restored): readonly string[] {
  const { end, sessions, chain, afterwards } = restored;
  const of = (table: string) => end.counts[table] ?? 0;
  const tokens = of("tokens") + of("ingest_tokens") + of("fleet_tokens");
  const moment = withoutFraction(new Date(end.moment).toISOString());
  return [
    `Restored ${shownFile(file)}, which Tokenhouse ${header.release} wrote: everything as of ${moment}: ${countOf(tokens, "token")}, ${countOf(of("users"), "user")}, ${countOf(of("audit_records"), "record")} of the audit trail.`,
    ...(sessions.count === 0 ? [] : [`${countOf(sessions.count, "session")} and all sign-in links ended.`]),
    chain.faults.length === 0
      ? "The chain of the audit trail holds."
      : `The chain of the audit trail does not hold, as it did not in the backup: ${chain.faults[0]?.what ?? ""} Run \`tokenhouse audit verify\`.`,
    ...(afterwards === undefined
      ? [`Tokens that were deleted or rotated after ${moment} live again. --since-trail finds them by a later audit trail.`]
      : afterwardsWords(afterwards, sinceTrail ?? "", revive)),
  ];
}

function afterwardsWords(
  { revived, sessions, undone, undoneCount, known, later, damaged }: Afterwards,
  file: string,
  revive: boolean,
): string[] {
  const more = (count: number) => (count > mostTold ? [`  and ${counted(count - mostTold)} more`] : []);
  return [
    `${shownFile(file)} tells of ${countOf(later, "act")} after the backup.${known === 0 ? " It does not reach back to the backup, or is another server's: what happened between the two is not known." : ""}`,
    ...(damaged === 0
      ? []
      : [
          `${countOf(damaged, "line")} of it cannot be read. A server that is killed leaves half a line; else what stood there is lost.`,
        ]),
    ...(revived.length === 0
      ? ["No token lives again that was deleted or rotated since."]
      : [
          revive
            ? `${countOf(revived.length, "token")} live again that must not have done since:`
            : `${countOf(revived.length, "token")} of the backup were left out, since after it each`,
          ...revived.slice(0, mostTold).map(({ kind, id, name, why }) => `  ${why}: ${kind} ${shownFile(name)} (${id})`),
          ...more(revived.length),
        ]),
    ...(sessions === 0
      ? []
      : [
          `${countOf(sessions, "session")} of the backup had ended since, and ${revive ? "can be used again" : "cannot be used again"}.`,
        ]),
    ...(undoneCount === 0
      ? []
      : [
          `${countOf(undoneCount, "other act")} after the backup ${undoneCount === 1 ? "is" : "are"} undone by it. Look through them, and do again what is to hold:`,
          ...undone
            .slice(0, mostTold)
            .map(
              ({ timestamp, operation, about }) =>
                `  ${withoutFraction(timestamp)} ${operation}${about === null ? "" : ` ${shownFile(about)}`}`,
            ),
          ...more(undoneCount),
        ]),
  ];
}

function refuseUnreadable(file: string): void {
  if (!existsSync(file)) throw new StartError(`There is no file ${shownFile(file)}.`, { lasting: true });
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new StartError(`${shownFile(file)} cannot be read (${codeOf(error)}).`, { lasting: true });
  }
}

async function* linesIn(path: string): AsyncGenerator<string, void, void> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    throw new StartError(`${shownFile(path)} cannot be read (${codeOf(error)}).`, { lasting: true });
  }
  try {
    yield* file.readLines();
  } finally {
    await file.close();
  }
}
