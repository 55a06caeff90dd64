import type { ParsedIpFilter } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { acceptsAddress as accepts } from "#domain/filter/judge.ts";

/** How many filters are kept as read. A filter's text may be 64 kB, and organizations have dozens of them. */
const mostKept = 500;

/** Filters by their text, so that an edited one is simply another; the least recently used stands first. */
const kept = new Map<string, ParsedIpFilter>();

/** Whether an IP filter accepts an address. A text with an error in it accepts none: what its author meant is not known. */
export function acceptsAddress(filter: string, address: string): boolean {
  const parsed = kept.get(filter) ?? parseIpFilter(filter);
  kept.delete(filter);
  kept.set(filter, parsed);
  const oldest = kept.keys().next();
  if (kept.size > mostKept && oldest.done !== true) kept.delete(oldest.value);
  return accepts(parsed, address);
}
