import { keyText, type TokenKey } from "#domain/inventory/notes.ts";
import { minute } from "#domain/duration.ts";

/** How long it is remembered which tokens a caller may list, in ms. */
const memory = minute;

/** Of how many callers that is remembered at most. */
const mostCallers = 500;

interface Known {
  readonly at: number;
  /** Whether the caller may list a token, by the text of its key. */
  readonly listable: ReadonlyMap<string, boolean>;
}

/** Remembers for a minute which tokens a caller may list, and for which missing ones the audit log was searched. Callers are known by a hash. */
export class CallerMemory {
  readonly #known = new Map<string, Known>();
  readonly #searched = new Map<string, Set<string>>();

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

  /** Those of the missing tokens for which this caller had nothing searched yet; from now on it has. */
  takeUnsearched(caller: string, missing: readonly TokenKey[]): TokenKey[] {
    const searched = this.#searched.get(caller) ?? new Set();
    const unsearched = missing.filter((key) => !searched.has(keyText(key)));
    if (unsearched.length > 0) put(this.#searched, caller, new Set(missing.map(keyText)));
    return unsearched;
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
