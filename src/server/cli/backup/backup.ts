import { writeEncrypted } from "#server/backup/age.ts";
import { BackupError, BackupWriter, readBackup, type BackupEnd } from "#server/backup/format.ts";
import { refuseExisting, writeWhole } from "#server/backup/output.ts";
import { print, type Output } from "#server/cli/remote/output.ts";
import { countOf, withoutFraction } from "#server/cli/remote/words.ts";
import { StartError } from "#server/startError.ts";
import { createVault, findInstallationKey, opensCheck } from "#server/vault.ts";

import type { BackupCommand } from "./command.ts";
import { readLock, type Asking } from "./secrets.ts";
import { openSource } from "./source.ts";

/** What tests give. */
export interface BackupSurroundings {
  readonly output?: Output;
  readonly asking?: Asking;
  readonly now?: () => number;
  /** See `Lock`. */
  readonly work?: number;
}

/** Writes a backup of the embedded server, running or not, to a file. */
export async function makeBackup(command: BackupCommand, surroundings: BackupSurroundings = {}): Promise<void> {
  const { config, file, withKey, overwrite } = command;
  const { output, asking, now = Date.now, work } = surroundings;
  if (!overwrite) refuseExisting(file);
  const key = withKey ? findInstallationKey(config.dataDir, config.key) : undefined;
  const lock = await readLock(command, asking);
  const source = await openSource(config, now);
  let end: BackupEnd | undefined;
  try {
    await writeWhole(file, { overwrite }, (written) =>
      writeEncrypted(
        rewritten(source.lines, key, (told) => {
          end = told;
        }),
        { ...lock, ...(work !== undefined && { work }) },
        written,
      ),
    );
  } catch (error) {
    throw error instanceof BackupError ? new StartError(`What the server gave ${error.message}`, { lasting: false }) : error;
  } finally {
    await source.close();
  }
  await print(`${wordsOf(file, end, withKey)}\n`, output);
}

/** A backup read and written again: what arrives is whole, and the key is put in here, so that no server ever sends it. */
async function* rewritten(
  lines: AsyncIterable<string | Uint8Array>,
  key: Uint8Array | undefined,
  tell: (end: BackupEnd) => void,
): AsyncGenerator<string, void, void> {
  const writer = new BackupWriter();
  for await (const part of readBackup(lines)) {
    switch (part.type) {
      case "header": {
        const { format: _format, version: _version, ...header } = part.header;
        if (key !== undefined && !opensCheck(createVault(key), header.vaultCheck)) {
          throw new StartError(
            "The installation key here is not that of the server's database. Give the server's own as TOKENHOUSE_KEY, or leave --with-key out.",
            { lasting: true },
          );
        }
        yield writer.header({ ...header, ...(key !== undefined && { key: Buffer.from(key).toString("base64") }) });
        break;
      }
      case "table":
        yield writer.table(part.table, part.columns);
        break;
      case "rows":
        yield writer.rows(part.table, part.rows);
        break;
      case "sequence":
        yield writer.sequence(part.sequence);
        break;
      case "end":
        tell(part.end);
        yield writer.end(part.end.moment);
        break;
      default:
        part satisfies never;
    }
  }
}

function wordsOf(file: string, end: BackupEnd | undefined, withKey: boolean): string {
  const { moment = 0, counts = {} } = end ?? {};
  const of = (table: string) => counts[table] ?? 0;
  const tokens = of("tokens") + of("ingest_tokens") + of("fleet_tokens");
  return [
    `${file} holds everything as of ${withoutFraction(new Date(moment).toISOString())}: ${countOf(tokens, "token")}, ${countOf(of("users"), "user")}, ${countOf(of("audit_records"), "record")} of the audit trail.`,
    withKey
      ? "The installation key is in it: whoever can open it can read every value of an ingest or fleet token."
      : "The installation key is not in it, and a restore needs it: keep a copy of it elsewhere.",
  ].join("\n");
}
