import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fileInstant } from "#domain/instant.ts";
import { escapeHidden, visibleName } from "#domain/name.ts";
import { countKit, lossOf, recoveryKit, type Loss, type RecoveryKit } from "#domain/policy/recoveryKit.ts";
import { creationCall } from "#logscale/createCalls.ts";
import { OneTokenDocument } from "#logscale/generated/token.ts";
import { OneTokenWithUseDocument } from "#logscale/generated/tokenExtension.ts";
import { writeJson } from "#logscale/json.ts";
import { readDetails, readKitDetails } from "#logscale/readDetails.ts";
import { listedFromWire } from "#logscale/readTokens.ts";
import { reasonOf } from "#server/cli/remote/readTextFile.ts";
import { countOf } from "#server/cli/remote/words.ts";
import { ask } from "#server/remote/client.ts";
import { isRefused } from "#server/remote/readTokens.ts";
import { codeOf, StartError } from "#server/startError.ts";

import type { PlannedChange } from "./change.ts";
import { filterNames } from "./document.ts";

/** The tokens that a change stops: those that it deletes, locks out, or lets end within 7 days. */
export function lossesOfChange({ plan }: Pick<PlannedChange, "plan">): readonly Loss[] {
  return plan.effects.flatMap(({ token, change, disruption }) => lossOf(token, change, disruption.harm) ?? []);
}

/**
 * Reads rights and views of the tokens that a change stops, and puts together what it takes to make them again.
 *
 * @throws RemoteError
 */
export async function collectKit(
  { server, reading, change }: PlannedChange,
  losses: readonly Loss[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (words: string) => void },
): Promise<RecoveryKit> {
  const { reader, tokens, ownerOf } = reading;
  const document = reader.offers("tokenUse") ? OneTokenWithUseDocument : OneTokenDocument;
  const readOne = async (id: string) => {
    try {
      return listedFromWire((await ask(server, document, { id }, { signal })).token);
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
  };
  const details = await readKitDetails(losses, {
    readPersonal: () => Promise.resolve(tokens),
    read: (kind, ids, onRead) => readDetails(ids, { readOne, readKind: () => reader.read(kind, "full"), signal, onRead }),
    onProgress: (read) => onProgress(`Reading what the recovery kit holds: ${read} of ${losses.length} tokens`),
  });
  const nameOf = filterNames(reading, change);
  return recoveryKit(losses, {
    details,
    filterName: (id) => nameOf(id).name,
    writtenOwner: (token) => {
      const owner = ownerOf(token);
      return owner.kind === "written" ? owner.name : undefined;
    },
    callOf: creationCall,
    now: reading.at,
  });
}

/**
 * Writes a kit into a folder as a new file for its owner alone, and returns its path once both are on the disk: nothing may stop before.
 *
 * @throws StartError where it cannot be written; what was begun is gone
 */
export function writeKit(folder: string, kit: RecoveryKit): string {
  const text = `${escapeHidden(writeJson(kit, 1))}\n`;
  for (let number = 1; ; number++) {
    const file = join(folder, `tokenhouse-recovery-kit-${fileInstant(kit.savedAt)}${number === 1 ? "" : `-${number}`}.json`);
    try {
      createDurably(file, folder, text);
      return file;
    } catch (error) {
      // Another run in the same second.
      if (codeOf(error) === "EEXIST" && number < 100) continue;
      throw new StartError(
        `The recovery kit could not be written to the folder ${visibleName(folder)}${reasonOf(error)}. Nothing was changed. Name a folder that is there with --kit.`,
        { lasting: true },
      );
    }
  }
}

function createDurably(file: string, folder: string, text: string): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    flushFolder(folder);
  } catch (error) {
    // A kit of what was never stopped would be taken for one that is needed.
    rmSync(file, { force: true });
    throw error;
  }
}

/** Puts the names in a folder on the disk. */
function flushFolder(folder: string): void {
  // Windows lets nobody flush a folder, and keeps a journal of names.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** What is said of a kit that was written. */
export function kitWords(kit: RecoveryKit, file: string): string {
  const { personal, unread } = countKit(kit);
  const lacks = [
    personal > 0 ? `${countOf(personal, "personal token")} that only their users can make again` : "",
    unread > 0 ? `${countOf(unread, "token")} of which the permissions could not be read` : "",
  ].filter((part) => part !== "");
  const but = lacks.length === 0 ? "" : ` (among them ${lacks.join(" and ")})`;
  return `The recovery kit of ${countOf(kit.tokens.length, "token")}${but} was written to ${visibleName(file)}.`;
}
