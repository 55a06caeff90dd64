import { decideAddress } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";

/** What a filter says of one address. */
export interface FilterVerdict {
  readonly accepts: boolean;
  /** The deciding rule as written: `allow 10.0.0.0/8`; undefined when none matched. */
  readonly rule: string | undefined;
}

/** Judges an address by the text of a filter; undefined where the text cannot be read without errors, so that nothing can be promised. */
export function filterVerdict(text: string, address: string): FilterVerdict | undefined {
  const { rules, errors } = parseIpFilter(text);
  if (errors.length > 0 || address === "") return undefined;
  const { allowed, rule } = decideAddress(rules, address);
  const deciding = rule === null ? undefined : rules[rule];
  return { accepts: allowed, rule: deciding && `${deciding.action} ${deciding.target}` };
}

/** Whether a filter accepts the address that the user comes from, in a sentence. */
export function verdictWords(verdict: FilterVerdict | undefined, address: string, gateway: boolean): string {
  const who = gateway
    ? `${address}, where you come from (LogScale itself sees the address of this gateway)`
    : `the address you use now, ${address}`;
  if (verdict === undefined) return `Whether it accepts ${who}, cannot be told here.`;
  const because = verdict.rule === undefined ? "no rule names it" : `“${verdict.rule}”`;
  return `${verdict.accepts ? "Accepts" : "Does not accept"} ${who} (${because}).`;
}
