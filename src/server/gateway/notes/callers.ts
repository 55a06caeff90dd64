import { keyText, type TokenKey } from "#domain/inventory/notes.ts";
import { hour, minute } from "#domain/duration.ts";

/** How long it is remembered which tokens a caller may list, in ms. */
const memory = minute;

/**
 * How long after each search of the audit log for a missing token the next one may follow, in ms; the last counts for all further ones. The
 * log lags behind, and a search may fail; but a token that was deleted is missing for ever.
 */
const searchPauses = [minute, 10 * minute, hour] as const;

/** Of how many callers that is remembered at most. */
const mostCallers = 500;

interface Known {
  readonly at: number;
  /** Whether the caller may list a token, by the text of its key. */
  readonly listable: ReadonlyMap<string, boolean>;
}

/** Remembers for a minute which tokens a caller may list, and when the audit log was searched for missing ones. Callers are known by a hash. */
export class CallerMemory {
  readonly #known = new Map<string, Known>();
  /** How often missing tokens were searched for, and when last, by the texts of their keys. */
  readonly #searched = new Map<string, ReadonlyMap<string, { readonly at: number; readonly times: number }>>();

  /** Those of the keys that are not remembered. */
  unknown(caller: string, keys: readonly TokenKey[], now: number): TokenKey[] {
    const known = this.#of(caller, now);
    return keys.filter((key) => known?.listable.has(keyText(key)) !== true);
  }

  /** Remembers what was found out of keys. */
  learn(caller: string, asked: readonly TokenKey[], listable: ReadonlySet<string>, now: number): void {
    const known = this.#of(caller, now);
    const learnt = asked.map((key) => [keyText(key), listable.has(keyText(key))] as const);
    put(this.#known, caller, { at: known?.at ?? now, listable: new Map([...(known?.listable ?? []), ...learnt]) });
  }

  isListable(caller: string, key: TokenKey, now: number): boolean {
    return this.#of(caller, now)?.listable.get(keyText(key)) === true;
  }

  /** Forgets what a caller may list, which is about to be asked again. */
  forget(caller: string): void {
    this.#known.delete(caller);
  }

  /** The missing tokens, where it is time to search for any of them as this caller; from now on they count as searched for. */
  takeUnsearched(caller: string, missing: readonly TokenKey[], now: number): readonly TokenKey[] {
    const searched = this.#searched.get(caller);
    const isDue = (key: TokenKey) => {
      const last = searched?.get(keyText(key));
      return last === undefined || now - last.at >= (searchPauses[last.times - 1] ?? searchPauses[2]);
    };
    if (!missing.some(isDue)) return [];
    // One search tells of all of them.
    const timesOf = (text: string) => (searched?.get(text)?.times ?? 0) + 1;
    put(this.#searched, caller, new Map(missing.map(keyText).map((text) => [text, { at: now, times: timesOf(text) }])));
    return missing;
  }

  #of(caller: string, now: number): Known | undefined {
    const known = this.#known.get(caller);
    return known !== undefined && now - known.at < memory ? known : undefined;
  }
}

/** Puts something at the end of a map that holds no more than so many callers. */
function put<T>(map: Map<string, T>, caller: string, value: T): void {
  map.delete(caller);
  map.set(caller, value);
  const [oldest] = map.keys();
  if (map.size > mostCallers && oldest !== undefined) map.delete(oldest);
}
