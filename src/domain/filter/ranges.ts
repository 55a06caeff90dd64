import { everyAddress, readIpFilter, type AddressRange } from "./ipFilter.ts";

/** Orders IPv4 before IPv6 and low before high. */
function compareRanges(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** All addresses of both lists, as ranges in order that neither touch nor overlap. */
export function unite(a: readonly AddressRange[], b: readonly AddressRange[]): readonly AddressRange[] {
  const united: AddressRange[] = [];
  for (const range of [...a, ...b].toSorted(compareRanges)) {
    const previous = united.at(-1);
    if (previous === undefined || previous.family !== range.family || range.first > previous.last + 1n) united.push(range);
    else if (range.last > previous.last) united[united.length - 1] = { ...previous, last: range.last };
  }
  return united;
}

/** The addresses of `from` that are not in `what`, as ranges in order. */
export function subtract(from: readonly AddressRange[], what: readonly AddressRange[]): readonly AddressRange[] {
  const holes = unite([], what);
  return unite([], from).flatMap((range) => {
    const left: AddressRange[] = [];
    let { first } = range;
    for (const hole of holes) {
      if (hole.family !== range.family || hole.last < first) continue;
      if (hole.first > range.last) break;
      if (hole.first > first) left.push({ ...range, first, last: hole.first - 1n });
      first = hole.last + 1n;
    }
    if (first <= range.last) left.push({ ...range, first });
    return left;
  });
}

/** Whether one text of rules accepts every address that another accepts: exact, whatever the two look like. */
export function acceptsNoLess(after: string, before: string): boolean {
  return subtract(acceptedBy(before), acceptedBy(after)).length === 0;
}

/** Whether a text of rules accepts every address. */
export function acceptsEverything(text: string): boolean {
  return subtract(everyAddress, acceptedBy(text)).length === 0;
}

/** The addresses that a text of rules accepts; none where there is an error in it. */
function acceptedBy(text: string): readonly AddressRange[] {
  const { rules, errors } = readIpFilter(text);
  let accepted: readonly AddressRange[] = [];
  if (errors.length > 0) return accepted;
  let decided: readonly AddressRange[] = [];
  for (const { action, ranges } of rules) {
    if (action === "allow") accepted = unite(accepted, subtract(ranges, decided));
    decided = unite(decided, ranges);
  }
  return accepted;
}
