import { isMap, isScalar, type ParsedNode, type Scalar, type YAMLMap } from "yaml";

import { placeOf, type Fault } from "./yamlText.ts";

/** The first-level keys that the collector's documentation lists. */
const firstLevel = [
  "api",
  "dataDirectory",
  "experimental",
  "flags",
  "fleetManagement",
  "logLevel",
  "settings",
  "sources",
  "sinks",
];

/** The kinds of sink that send to LogScale by an address and an ingest token. */
const sendingSinks: ReadonlySet<unknown> = new Set(["humio", "logscale", "hec"]);

/** What a sound text may not mean: what a remote configuration cannot hold, loose ends, and sinks that still hold placeholders. */
export function remarksOn(configuration: YAMLMap.Parsed): Fault[] {
  const gaps = sinkGaps(configuration).map(({ fault }) => fault);
  return [...keysAtFault(configuration), ...looseEnds(configuration), ...gaps].toSorted((a, b) => a.at[0] - b.at[0]);
}

function keysAtFault({ items }: YAMLMap.Parsed): Fault[] {
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const known = firstLevel.find((listed) => listed.toLowerCase() === name.toLowerCase());
    // The collector's documentation says so of these two.
    if (known === "fleetManagement" || known === "dataDirectory") {
      return [
        {
          message: `${known} belongs in the local file of a machine. It cannot be used in a configuration that machines are sent.`,
          at: placeOf(key),
        },
      ];
    }
    if (name === known) return [];
    const meant = known ?? firstLevel.find((listed) => resembles(name, listed));
    return meant === undefined
      ? []
      : [{ message: `The collector knows no such key here; ${meant} may be meant.`, at: placeOf(key) }];
  });
}

/** Whether a name is another one with its first or last letters lost, or with one letter missing, added or changed. */
function resembles(name: string, other: string): boolean {
  if (name.length >= 3 && (other.endsWith(name) || other.startsWith(name))) return true;
  if (name.length < 4 || Math.abs(name.length - other.length) > 1) return false;
  let start = 0;
  while (start < name.length && name[start] === other[start]) start += 1;
  const [a, b] = [name.slice(start), other.slice(start)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}

/** Sources that name no sink, or one that is not there. */
function looseEnds(configuration: YAMLMap.Parsed): Fault[] {
  const [sources, sinks] = [configuration.get("sources", true), configuration.get("sinks", true)];
  if (!isMap(sources)) return [{ message: "There are no sources, so nothing would be collected.", at: placeOf(configuration) }];
  const known = new Set(isMap(sinks) ? sinks.items.map(({ key }) => (isScalar(key) ? String(key.value) : "")) : []);
  return sources.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !isMap(value)) return [];
    const sink: unknown = value.get("sink", true);
    if (!isScalar(sink)) return [{ message: "This source names no sink.", at: placeOf(key) }];
    if (known.has(String(sink.value))) return [];
    return [{ message: "This source names a sink that is not there.", at: placeOf(sink) }];
  });
}

/** What a sink that sends to LogScale needs. */
export const sinkNeeds = ["url", "token"] as const;

/** One of {@link sinkNeeds}, missing from a sink or a placeholder there. */
export interface SinkGap {
  readonly needed: (typeof sinkNeeds)[number];
  readonly sink: YAMLMap.Parsed;
  /** What stands there; undefined where the key is missing too. */
  readonly node: Scalar.Parsed | undefined;
  readonly fault: Fault;
}

/** What sinks lack: nothing that they are given would arrive. */
export function sinkGaps(configuration: YAMLMap.Parsed): SinkGap[] {
  const sinks = valueIn(configuration, "sinks");
  if (!isMap(sinks)) return [];
  return sinks.items.flatMap(({ key, value: sink }) => {
    if (!isScalar(key) || !isMap(sink) || !sendingSinks.has(sink.get("type"))) return [];
    return sinkNeeds.flatMap((needed): SinkGap[] => {
      const node = valueIn(sink, needed);
      if (node !== undefined && !isScalar(node)) return [];
      const value = node?.value;
      const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
      const message = text === "" ? `This sink has no ${needed}, so it sends nothing.` : needFaults[needed](text);
      return message === undefined ? [] : [{ needed, sink, node, fault: { message, at: placeOf(node ?? key) } }];
    });
  });
}

/** What the sinks that send to LogScale have as their tokens. */
export function sinkTokens(configuration: YAMLMap.Parsed): string[] {
  const sinks = valueIn(configuration, "sinks");
  if (!isMap(sinks)) return [];
  return sinks.items.flatMap(({ value: sink }) => {
    const token = isMap(sink) && sendingSinks.has(sink.get("type")) ? valueIn(sink, "token") : undefined;
    return isScalar(token) ? [String(token.value)] : [];
  });
}

function valueIn({ items }: YAMLMap.Parsed, name: string): ParsedNode | undefined {
  return items.find(({ key }) => isScalar(key) && key.value === name)?.value ?? undefined;
}

const needFaults = { url: addressFault, token: tokenFault } as const;

function addressFault(text: string): string | undefined {
  // A variable of the machine's environment is filled in there.
  if (text.includes("${")) return undefined;
  const host = /^https?:\/\/([^/:?#]+)/iu.exec(text)?.[1]?.toLowerCase();
  if (host === undefined && !/[<>]/u.test(text)) return "The url of a sink begins with https://.";
  const placeholder =
    host === undefined ||
    /[<>]/u.test(text) ||
    // Reserved for examples; nothing ever answers there.
    /(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid)$/u.test(host) ||
    isFiller(host) ||
    /^your[-_.]/u.test(host);
  return placeholder ? "This address is a placeholder: write the address of your LogScale." : undefined;
}

function tokenFault(text: string): string | undefined {
  if (text.includes("${")) return undefined;
  const placeholder =
    isFiller(text) || /^<.*>$|^\[.*\]$|^\.{3}|…|(?:your|ingest|change)[-_ ]?(?:ingest[-_ ]?)?(?:token|me)/iu.test(text);
  return placeholder ? "This token is a placeholder: write the value of an ingest token." : undefined;
}

/** Whether a text is one or a few letters over and over: `xxxx`, `XXXXXXXX-XXXX`, `XXX.YYY.ZZZ`. */
function isFiller(text: string): boolean {
  return text.length >= 3 && /^([a-z0*.])\1*(?:[-_. ]([a-z0*.])\2*)*$/iu.test(text);
}
