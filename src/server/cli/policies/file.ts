import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";

import { visibleName } from "#domain/name.ts";
import type { OrganizationChange } from "#domain/policy/file/resolve.ts";
import { openPoliciesFile, longestPoliciesFile, type FileError } from "#logscale/policiesFile.ts";
import { StartError } from "#server/startError.ts";
import type { RemoteOrganization } from "#server/remote/organization.ts";

/** The most bytes that are read: more than any file has that is taken. */
const mostBytes = 4 * longestPoliciesFile;

/** Reads a file as text; `-` is standard input. Throws StartError. */
export async function readText(file: string, input: NodeJS.ReadableStream = process.stdin): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = file === "-" ? await buffer(input) : readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : "";
    throw new StartError(`${shownFile(file)} cannot be read${reason}.`, { lasting: true });
  }
  if (bytes.byteLength > mostBytes)
    throw new StartError(`${shownFile(file)} is too long for a file of policies.`, { lasting: true });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // A name that was read wrong would be another name.
    throw new StartError(`${shownFile(file)} is not UTF-8. Save it as such.`, { lasting: true });
  }
}

/** How a file is named in messages. */
export function shownFile(file: string): string {
  return file === "-" ? "Standard input" : visibleName(file);
}

/** Holds the text of a file of policies against what is in force. Throws StartError with every fault and where it is. */
export function changeOf(text: string, file: string, inForce: RemoteOrganization): OrganizationChange {
  const opened = openPoliciesFile(text, inForce);
  if (!opened.ok) {
    const unlisted = inForce.filtersListed
      ? []
      : ["The token may not list IP filters, so those alone are known that policies enforce."];
    throw new StartError([...opened.errors.map((error) => faultLine(file, error)), ...unlisted].join("\n"), { lasting: true });
  }
  const { change } = opened;
  if (!inForce.filtersListed && change.filters.length > 0) {
    throw new StartError(
      "The token may not list IP filters, so which of the file's are there already is not known. Use one that may change them.",
      { lasting: true },
    );
  }
  return change;
}

function faultLine(file: string, { line, column, message }: FileError): string {
  return `${file === "-" ? "standard input" : visibleName(file)}:${line}:${column}: ${message}`;
}
