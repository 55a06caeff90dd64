import { decideAddress, isClientAddress, readIpFilter, type IpFilterRule, type ParsedIpFilter } from "./ipFilter.ts";

/** Whether a filter as read accepts an address, as a token is authenticated: a text with an error in it accepts none. */
export function acceptsAddress({ rules, errors }: ParsedIpFilter, address: string): boolean {
  // What the author of a text with an error meant is not known.
  return errors.length === 0 && decideAddress(rules, address).allowed;
}

/** What a filter does with an address; `unknown` where the filter's text or the address is, and it matters. */
export type Verdict = "accepts" | "refuses" | "unknown";

/**
 * Judges an address by the filter with an id. No filter (null) accepts every address. An address that nobody knows is null; a text that is no
 * address, which an audit log may have, tells none either.
 */
export type FilterJudge = (filter: string | null, address: string | null) => Verdict;

interface FilterReading {
  readonly parsed: ParsedIpFilter | undefined;
  /** What it does with every address alike; undefined where it depends on the address. */
  readonly always: Verdict | undefined;
  readonly byAddress: Map<string, Verdict>;
}

/**
 * Makes a judge of addresses. It reads each filter once and judges each address once by it: keep it for as long as the filters stay the
 * same. `textOf` gives a filter's text, or undefined where it cannot be read.
 */
export function filterJudge(textOf: (id: string) => string | undefined): FilterJudge {
  const readings = new Map<string, FilterReading>();
  // Most tokens in a row are judged by the same filter.
  let latest: string | undefined;
  let reading = read(undefined);

  return (filter, address) => {
    if (filter === null) return "accepts";
    if (filter !== latest) {
      let found = readings.get(filter);
      if (found === undefined) readings.set(filter, (found = read(textOf(filter))));
      latest = filter;
      reading = found;
    }
    const { parsed, always, byAddress } = reading;
    if (parsed === undefined || address === null) return always ?? "unknown";
    let verdict = byAddress.get(address);
    if (verdict === undefined) byAddress.set(address, (verdict = judged(reading, parsed, address)));
    return verdict;
  };
}

function judged({ always }: FilterReading, parsed: ParsedIpFilter, address: string): Verdict {
  if (!isClientAddress(address)) return always ?? "unknown";
  return acceptsAddress(parsed, address) ? "accepts" : "refuses";
}

function read(text: string | undefined): FilterReading {
  const parsed = text === undefined ? undefined : readIpFilter(text);
  return { parsed, always: parsed && always(parsed), byAddress: new Map() };
}

/** What a filter does with every address, where the rules up to the first that matches all agree. */
function always({ rules, errors }: ParsedIpFilter): Verdict | undefined {
  if (errors.length > 0) return "refuses";
  const end = rules.findIndex(matchesAll);
  const deciding = end < 0 ? rules : rules.slice(0, end + 1);
  if (deciding.every(({ action }) => action === "deny")) return "refuses";
  return end >= 0 && deciding.every(({ action }) => action === "allow") ? "accepts" : undefined;
}

function matchesAll({ target }: IpFilterRule): boolean {
  return target === "all";
}
