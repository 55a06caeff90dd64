import { visibleName } from "#domain/name.ts";
import type { OrganizationChange } from "#domain/policy/file/resolve.ts";
import { openPoliciesFile, longestPoliciesFile, type FileError } from "#logscale/policiesFile.ts";
import { readTextFile } from "#server/cli/remote/readTextFile.ts";
import { StartError } from "#server/startError.ts";
import type { RemoteOrganization } from "#server/remote/organization.ts";

/** Reads a file of policies as text; `-` is standard input. Throws StartError. */
export function readText(file: string, input: NodeJS.ReadableStream = process.stdin): Promise<string> {
  return readTextFile(file, { input, longest: longestPoliciesFile, noun: "file of policies" });
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
