import type { KitDetail, Loss } from "#domain/policy/recoveryKit.ts";
import { tokenKinds, type PermissionKind, type TokenKind } from "#domain/token/kinds.ts";

/** Up to this many tokens of a kind are asked for one by one; beyond, reading the whole kind in pages is quicker. */
export const mostSingly = 40;
const atOnce = 4;

/** Where permissions and views of single tokens are read from. */
export interface DetailSource<Detail> {
  /** Reads one token; undefined where it is gone, or not this caller's to see. */
  readonly readOne: (id: string) => Promise<Detail | undefined>;
  /** Reads the whole kind with permissions and views. */
  readonly readKind: () => Promise<{ readonly tokens: readonly Detail[] }>;
  readonly signal: AbortSignal;
  /** Told of tokens as they are read. */
  readonly onRead: (tokens: readonly Detail[]) => void;
}

/**
 * Reads permissions and views of some tokens of a kind. A token that is gone, or not this caller's to see, is not told of.
 *
 * @throws what the source throws; the signal's reason when called off
 */
export async function readDetails<Detail extends { readonly id: string }>(
  ids: ReadonlySet<string>,
  source: DetailSource<Detail>,
): Promise<void> {
  if (ids.size <= mostSingly) return readSingly(ids, source);
  const { tokens } = await source.readKind();
  source.onRead(tokens.filter(({ id }) => ids.has(id)));
  return undefined;
}

/** {@link readDetails} of few tokens, one by one. */
export async function readSingly<Detail>(
  ids: ReadonlySet<string>,
  { readOne, signal, onRead }: Omit<DetailSource<Detail>, "readKind">,
): Promise<void> {
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      signal.throwIfAborted();
      const detail = await readOne(id);
      if (detail !== undefined) onRead([detail]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** How the tokens of a recovery kit are read. */
export interface KitSource {
  /** Reads the personal tokens, which have nothing beyond what a list says. */
  readonly readPersonal: () => Promise<readonly KitDetail[]>;
  /** Reads those of another kind with permissions and views. */
  readonly read: (kind: PermissionKind, ids: ReadonlySet<string>, onRead: (read: readonly KitDetail[]) => void) => Promise<void>;
  /** Told how many are read. */
  readonly onProgress: (read: number) => void;
}

/** Reads what a recovery kit needs to know of tokens that stop, by id. One that is not shown, or no longer there, is left out. */
export async function readKitDetails(
  losses: readonly Loss[],
  { readPersonal, read, onProgress }: KitSource,
): Promise<ReadonlyMap<string, KitDetail>> {
  const details = new Map<string, KitDetail>();
  const add = (read: readonly KitDetail[]) => {
    for (const detail of read) details.set(detail.id, detail);
    onProgress(details.size);
  };
  const doomed = new Map<TokenKind, Set<string>>(tokenKinds.map((kind) => [kind, new Set()]));
  for (const { token } of losses) doomed.get(token.kind)?.add(token.id);
  for (const [kind, ids] of doomed) {
    if (ids.size === 0) continue;
    if (kind === "personal") add((await readPersonal()).filter(({ id }) => ids.has(id)));
    else await read(kind, ids, add);
  }
  return details;
}
