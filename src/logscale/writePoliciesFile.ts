import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { spellHidden, visibleName } from "#domain/name.ts";
import { policiesFileVersion } from "#domain/policy/file/model.ts";
import {
  longestMaximumLifetime,
  policyFieldsOf,
  shortestMaximumLifetime,
  type KindPolicy,
  type Policies,
} from "#domain/policy/policy.ts";
import { maximumLifetimeSchema } from "#domain/policy/policySchema.ts";
import { writeSpan } from "#domain/span.ts";
import { tokenKinds } from "#domain/token/kinds.ts";

const head = `# Token security policies, and the IP filters that they name.
#
# A kind that is left out stays as it is; one that is named has all its values.
# maximumLifetime: 90d, 36h, 30m, or null for none. It counts from a token's creation.
# ipFilter: the name of an IP filter that every token of the kind must have, or null for none;
#   { id: ID } where several filters have the name.
# ipFilters: names and rules. A filter that does not exist is created, one with other rules is
#   changed; both before the policies. A filter that is left out stays as it is; none is deleted.`;

/**
 * Writes policies, and the IP filters that they name, as a file. Read again and held against the same policies and filters it changes nothing,
 * whatever the names and values are.
 */
export function writePoliciesFile(policies: Policies, filters: readonly IpFilter[]): string {
  const named = new Map<string, IpFilter>();
  const lines = [head, `version: ${policiesFileVersion}`, "", "policies:"];
  for (const kind of tokenKinds) {
    lines.push(`  ${kind}:`);
    for (const field of policyFieldsOf(kind)) lines.push(`    ${field}: ${valueText(field, policies[kind], filters, named)}`);
  }
  lines.push("", named.size === 0 ? "ipFilters: {}" : "ipFilters:");
  for (const { name, ipFilter } of named.values()) {
    const key = textValue(name);
    // A longer key has to be marked as one.
    const begin = key.length < longestPlainKey ? `  ${key}:` : `  ? ${key}\n  :`;
    lines.push(`${begin} ${rulesText(ipFilter)}`);
  }
  return `${lines.join("\n")}\n`;
}

function valueText(
  field: keyof KindPolicy,
  policy: KindPolicy,
  filters: readonly IpFilter[],
  named: Map<string, IpFilter>,
): string {
  switch (field) {
    case "enabled":
    case "allowPermissionUpdates":
      return String(policy[field]);
    case "maximumLifetime": {
      const { maximumLifetime } = policy;
      if (maximumLifetime === null) return "null";
      const text = writeSpan(maximumLifetime);
      return maximumLifetimeSchema.safeParse(maximumLifetime).success ? text : `${text} # ${outOfBounds}`;
    }
    case "ipFilter":
      return filterText(policy.ipFilter, filters, named);
    default:
      return field satisfies never;
  }
}

const outOfBounds = `In force, but not from ${writeSpan(shortestMaximumLifetime)} to ${writeSpan(longestMaximumLifetime)}: it can stay, but cannot be set.`;

function filterText(id: string | null, filters: readonly IpFilter[], named: Map<string, IpFilter>): string {
  if (id === null) return "null";
  const filter = filters.find((each) => each.id === id);
  if (filter === undefined) return `{ id: ${textValue(id)} } # In force; its name and its rules could not be read.`;
  const { name } = filter;
  if (filters.some((each) => each !== filter && each.name === name)) {
    return `{ id: ${textValue(id)} } # ${visibleName(name)}. Several IP filters have this name, so its rules are not in this file.`;
  }
  named.set(id, filter);
  return textValue(name);
}

/** From this length on YAML takes no text for a key that is not marked as one. */
const longestPlainKey = 1000;

/** What YAML takes for something else than a text, in one of its versions. */
const otherwiseRead = /^(?:null|true|false|yes|no|on|off|y|n)$/iu;

/** A text on one line, in quotes wherever anything could read it as something else. */
function textValue(text: string): string {
  if (/^[A-Za-z][\w.-]*(?: [\w.-]+)*$/u.test(text) && !otherwiseRead.test(text)) return text;
  const quoted = escaped(text);
  // Single quotes need no escapes.
  return quoted === text.replaceAll('"', '\\"') && text.includes('"') && !text.includes("'") ? `'${text}'` : `"${quoted}"`;
}

/** A text as it stands between double quotes. */
function escaped(text: string): string {
  const quoted = JSON.stringify(text).slice(1, -1);
  return spellHidden(quoted, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const digits = code.toString(16).toUpperCase();
    return code > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
  });
}

const indent = "    ";

/** The rules of a filter as a block of lines, exactly. */
function rulesText(text: string): string {
  // A block cannot hold other line breaks, nor what is not seen, and what it ends with would be taken for nothing where it is but blanks.
  const unfit = /[^\P{Cc}\t\n]|[\p{Cs}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]|\n[ \t]+\n*$/u.test(text) || text.trim() === "";
  if (unfit) return quotedLines(text);
  const breaks = /\n*$/u.exec(text)?.[0].length ?? 0;
  const lines = text.slice(0, text.length - breaks).split("\n");
  // How far the block is indented has to be said where its first line begins with a blank, or is empty.
  const indicator = /^[ \t\n]/u.test(text) ? String(indent.length - 2) : "";
  const chomping = breaks === 0 ? "-" : breaks === 1 ? "" : "+";
  const rest = Array.from({ length: Math.max(0, breaks - 1) }, () => "");
  return [`|${indicator}${chomping}`, ...lines.map((line) => (line === "" ? "" : indent + line)), ...rest].join("\n");
}

/** A text between double quotes, each of its lines on a line of its own. */
function quotedLines(text: string): string {
  const lines = text.split(/(?<=\n)/u).map((line) => {
    const written = escaped(line);
    // Blanks at the start of a line would be taken for its indentation.
    return `\n${indent}${/^[ \t]/u.test(written) ? "\\" : ""}${written}\\`;
  });
  return lines.length < 2 ? `"${escaped(text)}"` : `"\\${lines.join("")}\n${indent}"`;
}
