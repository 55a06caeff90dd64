import { isMap, isScalar, type ParsedNode, type YAMLMap } from "yaml";

import { isLong, toLong, type Long } from "#domain/long.ts";
import { nameInText } from "#domain/name.ts";
import { nearestOf } from "#domain/nearest.ts";
import { policiesFileVersion, type FileKindPolicy, type FilterReference, type PoliciesFile } from "#domain/policy/file/model.ts";
import { policyFieldsOf, type KindPolicy } from "#domain/policy/policy.ts";
import { readSpan } from "#domain/span.ts";
import { isTokenKind, kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import { placeOf, type Fault } from "./yamlText.ts";

type ReadMap = YAMLMap.Parsed;

/** Reads the nodes of a file, and notes every fault. */
export class PoliciesFileReader {
  readonly faults: Fault[] = [];

  read(contents: ReadMap): { readonly file: PoliciesFile; readonly unread: ReadonlySet<string> } {
    const entries = this.entries(contents, ["version", "policies", "ipFilters"], "A file of policies");
    const version = entries.get("version");
    if (version === undefined) this.fault(contents, `Say first of which version the file is: “version: ${policiesFileVersion}”.`);
    else if (textOf(version.value) !== String(policiesFileVersion)) {
      this.fault(version.value ?? version.key, `Only version ${policiesFileVersion} of the file can be read here.`);
    }
    const unread = new Set<string>();
    return {
      file: { policies: this.policies(entries.get("policies")), ipFilters: this.ipFilters(entries.get("ipFilters"), unread) },
      unread,
    };
  }

  private policies(entry: Entry | undefined): PoliciesFile["policies"] {
    const policies: Partial<Record<TokenKind, FileKindPolicy>> = {};
    const map = this.mapOf(entry, `Under policies stand the kinds: ${tokenKinds.join(", ")}.`);
    if (map === undefined) return policies;
    for (const [kind, { key, value }] of this.entries(map, tokenKinds, "policies")) {
      if (!isTokenKind(kind)) continue;
      const policy = this.kindPolicy(kind, key, value);
      if (policy !== undefined) policies[kind] = policy;
    }
    return policies;
  }

  private kindPolicy(kind: TokenKind, key: ParsedNode, node: ParsedNode | null): FileKindPolicy | undefined {
    const fields = policyFieldsOf(kind);
    const before = this.faults.length;
    if (!isMap(node) && !isEmpty(node)) {
      this.fault(node ?? key, `Under ${kind} stand ${listed(fields)}.`);
      return undefined;
    }
    const entries = isMap(node)
      ? this.entries(node, fields, `The policy of ${kindTraits[kind].noun} tokens`)
      : new Map<string, Entry>();
    // What a mistyped key stands for is not missing as well.
    const mistyped = isMap(node) ? node.items.map(({ key: typed }) => nearestOf(textOf(typed) ?? "", fields)) : [];
    const missing = fields.filter((field) => !entries.has(field) && !mistyped.includes(field));
    if (missing.length > 0) {
      this.fault(
        key,
        `Write ${listed(missing)} too. A kind that is named has all its values; one that is left out stays as it is.`,
      );
    }
    const valueOf = (field: keyof KindPolicy) => entries.get(field);
    const policy: FileKindPolicy = {
      enabled: this.flag(valueOf("enabled")),
      maximumLifetime: this.maximum(valueOf("maximumLifetime")),
      ipFilter: this.reference(valueOf("ipFilter")),
      allowPermissionUpdates: this.flag(valueOf("allowPermissionUpdates")),
    };
    return this.faults.length === before ? policy : undefined;
  }

  private flag(entry: Entry | undefined): boolean {
    if (entry === undefined) return false;
    const text = plainText(entry.value);
    if (text !== "true" && text !== "false") this.fault(entry.value ?? entry.key, "Write true or false, without quotes.");
    return text === "true";
  }

  private maximum(entry: Entry | undefined): Long | null {
    if (entry === undefined) return null;
    const text = textOf(entry.value);
    if (text === undefined || text.trim() === "") {
      this.fault(entry.value ?? entry.key, "Write a number and its unit, such as 90d, 36h or 30m, or null for no maximum.");
      return null;
    }
    if (isNull(entry.value)) return null;
    // A cluster may have one in force that cannot be set here; whether it is in force is seen when the file is held against that.
    const [, amount] = /^(-?\d+)ms$/u.exec(text.trim()) ?? [];
    if (amount !== undefined && amount.length <= 20) {
      const long = toLong(BigInt(amount));
      if (isLong(long)) return long;
    }
    const reading = readSpan(text);
    if (reading.ok) return reading.ms;
    this.fault(entry.value ?? entry.key, `${reading.message} Write null for no maximum.`);
    return null;
  }

  private reference(entry: Entry | undefined): FilterReference | null {
    if (entry === undefined) return null;
    const { key, value } = entry;
    if (isMap(value)) {
      const [pair, ...others] = value.items;
      const id = pair !== undefined && others.length === 0 && textOf(pair.key) === "id" ? textOf(pair.value) : undefined;
      if (id !== undefined && id !== "") return { id };
      this.fault(value, "An IP filter is named by its name, or by its id: { id: … }.");
      return null;
    }
    if (isNull(value)) return null;
    const name = textOf(value);
    if (name !== undefined && (name !== "" || !isEmpty(value))) return { name };
    this.fault(value ?? key, "Write the name of an IP filter, or null for none.");
    return null;
  }

  private ipFilters(entry: Entry | undefined, unread: Set<string>): PoliciesFile["ipFilters"] {
    const filters = new Map<string, string>();
    const map = this.mapOf(entry, "Under ipFilters stand the names of IP filters, each with its rules.");
    for (const [name, { key, value }] of map === undefined ? [] : this.entries(map, undefined, "ipFilters")) {
      const rules = textOf(value);
      if (rules !== undefined && !isEmpty(value)) {
        filters.set(name, rules);
        continue;
      }
      unread.add(name);
      this.fault(
        isEmpty(value) ? key : (value ?? key),
        "Write the rules as a text: “|” behind the colon, then each rule on an indented line.",
      );
    }
    return filters;
  }

  /** What stands below a key; nothing where it is left out or empty. */
  private mapOf(entry: Entry | undefined, otherwise: string): ReadMap | undefined {
    if (entry === undefined || isEmpty(entry.value)) return undefined;
    if (isMap(entry.value)) return entry.value;
    this.fault(entry.value ?? entry.key, otherwise);
    return undefined;
  }

  /** The entries of a map by their keys; those not known are faults. */
  private entries(map: ReadMap, known: readonly string[] | undefined, what: string): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      const text = textOf(key);
      if (text === undefined) this.fault(key, "A key is a text.");
      else if (known === undefined || known.includes(text)) entries.set(text, { key, value });
      else this.fault(key, unknownKey(what, text, known));
    }
    return entries;
  }

  private fault(node: ParsedNode, message: string): void {
    this.faults.push({ message, at: placeOf(node) });
  }
}

interface Entry {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

function unknownKey(what: string, key: string, known: readonly string[]): string {
  const shown = nameInText(key.length > 60 ? `${key.slice(0, 60)}…` : key);
  if (key === "allowPermissionUpdates") return `${what} has no ${shown}: these tokens carry no permissions of their own.`;
  const meant = nearestOf(key, known);
  return `${what} has no key ${shown}. ${meant === undefined ? `The keys are ${listed(known)}.` : `Is ${meant} meant?`}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** The text of a scalar; undefined where there is none or it is none. */
export function textOf(node: ParsedNode | null): string | undefined {
  return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
}

/** The text of a scalar without quotes. */
function plainText(node: ParsedNode | null): string | undefined {
  return isScalar(node) && node.type === "PLAIN" ? textOf(node) : undefined;
}

function isNull(node: ParsedNode | null): boolean {
  return plainText(node) === "null" || plainText(node) === "~";
}

/** Whether nothing is written. */
function isEmpty(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.type === "PLAIN" && textOf(node) === "");
}
