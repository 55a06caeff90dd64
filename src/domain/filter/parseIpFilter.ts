import { readIpFilter, type ParsedIpFilter, type RuleFaults } from "./ipFilter.ts";
import { foreignCharacterFault, prefixFault, rangeIn, targetFault } from "./ipFilterRemedy.ts";

const faults: RuleFaults = { foreignCharacter: foreignCharacterFault, range: rangeIn, target: targetFault, prefix: prefixFault };

/** Reads the text of an IP filter as {@link readIpFilter} does, and says of each error what to write instead. */
export function parseIpFilter(text: string): ParsedIpFilter {
  return readIpFilter(text, faults);
}
