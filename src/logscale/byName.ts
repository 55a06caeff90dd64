import type { Failure } from "./errors.ts";

/** What {@link loadByName} needs to know. */
export interface NamedSource<Result> {
  readonly names: readonly string[];
  /** Reads what belongs to some of the names, in one request. */
  readonly fetchMany: (names: readonly string[]) => Promise<readonly Result[]>;
  readonly failureOf: (error: unknown) => Failure;
  readonly signal?: AbortSignal;
  /** The most names for one request; 20 unless told. */
  readonly most?: number;
  /** Requests at the same time; 3 unless told. */
  readonly concurrency?: number;
}

/** What was read for names, and what was not. */
export interface NamedResults<Result> {
  /** In the order of the names. */
  readonly results: readonly Result[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

/**
 * Reads what belongs to each of many names, several to a request. One that the server refuses costs the others of its request nothing: they
 * are then asked for in halves.
 *
 * @throws whatever `fetchMany` throws where no other name could fare better: nobody answers, or nobody is signed in; and where every name fails
 */
export async function loadByName<Result>(source: NamedSource<Result>): Promise<NamedResults<Result>> {
  const { names, fetchMany, failureOf, signal, most = 20, concurrency = 3 } = source;
  const parts = Array.from({ length: Math.ceil(names.length / most) }, (_, part) => names.slice(part * most, (part + 1) * most));
  const read: (readonly Result[])[] = [];
  const failed: { name: string; error: unknown }[] = [];
  const readPart = async (part: readonly string[]): Promise<readonly Result[]> => {
    signal?.throwIfAborted();
    try {
      return await fetchMany(part);
    } catch (error) {
      signal?.throwIfAborted();
      const { kind } = failureOf(error);
      if (kind !== "refused" && kind !== "unexpected") throw error;
      const [name] = part;
      if (part.length === 1 && name !== undefined) {
        failed.push({ name, error });
        return [];
      }
      const half = Math.ceil(part.length / 2);
      return [...(await readPart(part.slice(0, half))), ...(await readPart(part.slice(half)))];
    }
  };
  const waiting = parts.entries();
  let over = false;
  const work = async () => {
    // The others' requests under way may end; further ones would be for nothing.
    for (const [index, part] of waiting) {
      if (over) return;
      read[index] = await readPart(part);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, parts.length) }, work));
  } catch (error) {
    over = true;
    throw error;
  }
  const [first] = failed;
  if (first !== undefined && failed.length === names.length) throw first.error;
  return { results: read.flat(), failed };
}
