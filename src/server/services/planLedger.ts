import {
  type ChangedToken,
  type DeletionReason,
  type PolicyPlan,
  type Restriction,
  type TokenChange,
} from "#domain/policy/plan.ts";
import type { ListedChanges } from "#domain/policy/digest.ts";
import type { Long } from "#domain/long.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

/** What many changes have in common. */
interface Shape {
  readonly kind: TokenKind;
  /** Undefined: the token is restricted. */
  readonly because: DeletionReason | undefined;
  readonly shortens: boolean;
  readonly ipFilter: Restriction["ipFilter"];
}

/** Changes of one block. */
const blockSize = 4096;

/** Stands for an expiry that there is none of: never. */
const never = Infinity;

/**
 * The changes of plans that are made in batches, for any number of tokens, in the order in which they came. A change takes some sixty bytes
 * outside the heap: as objects and strings all of them would be copied and looked through each time that garbage is collected, and
 * everybody would wait for it.
 */
export class PlanLedger implements ListedChanges {
  readonly #blocks: Block[] = [];
  readonly #shapes: Shape[] = [];
  readonly #known = new Map<string, number>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ changes }: Pick<PolicyPlan, "changes">): void {
    for (const change of changes) {
      let block = this.#blocks.at(-1);
      if (block === undefined || block.length === blockSize) this.#blocks.push((block = new Block()));
      const expireAt = change.type === "restrict" ? change.expireAt : undefined;
      block.add(change.token.id, this.#shapeOf(change), expireAt?.from ?? never, expireAt?.to ?? never);
      this.#length++;
    }
  }

  at(place: number): TokenChange<ChangedToken> {
    const block = this.#blocks[Math.floor(place / blockSize)];
    const inBlock = place % blockSize;
    const shape = this.#shapes[block?.shapeAt(inBlock) ?? -1];
    if (block === undefined || shape === undefined) throw new RangeError(`There is no change ${place}.`);
    const { kind, because, shortens, ipFilter } = shape;
    const token = { id: block.idAt(inBlock), kind };
    if (because !== undefined) return { type: "delete", token, because };
    const { from, to } = block.expiryAt(inBlock);
    return {
      type: "restrict",
      token,
      ...(shortens && { expireAt: { from: from === never ? null : from, to } }),
      ...(ipFilter && { ipFilter }),
    };
  }

  /** The changes from one place to before another. */
  slice(from: number, to: number): readonly TokenChange<ChangedToken>[] {
    return Array.from({ length: Math.max(0, Math.min(to, this.length) - from) }, (_, index) => this.at(from + index));
  }

  #shapeOf(change: TokenChange): number {
    const { kind } = change.token;
    const because = change.type === "delete" ? change.because : undefined;
    const shortens = change.type === "restrict" && change.expireAt !== undefined;
    const ipFilter = change.type === "restrict" ? change.ipFilter : undefined;
    const key = `${kind} ${because} ${shortens} ${ipFilter && JSON.stringify([ipFilter.from, ipFilter.to])}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#shapes.length);
    return this.#shapes.push({ kind, because, shortens, ipFilter }) - 1;
  }
}

/** Room for an id of the usual length; longer ones make more. */
const usualId = 32;

class Block {
  length = 0;
  #ids = Buffer.allocUnsafeSlow(blockSize * usualId);
  /** Where each id ends. */
  readonly #ends = new Uint32Array(blockSize);
  readonly #shapes = new Uint32Array(blockSize);
  /** Both times of each change. One beyond the exact numbers stands elsewhere, and here is none. */
  readonly #expires = new Float64Array(2 * blockSize);
  readonly #beyond = new Map<number, bigint>();

  add(id: string, shape: number, from: Long, to: Long): void {
    const place = this.length++;
    const start = place === 0 ? 0 : (this.#ends[place - 1] ?? 0);
    this.#makeRoom(start + Buffer.byteLength(id));
    this.#ends[place] = start + this.#ids.write(id, start);
    this.#shapes[place] = shape;
    this.#keep(2 * place, from);
    this.#keep(2 * place + 1, to);
  }

  shapeAt(place: number): number | undefined {
    return place < this.length ? this.#shapes[place] : undefined;
  }

  idAt(place: number): string {
    return this.#ids.toString("utf8", place === 0 ? 0 : this.#ends[place - 1], this.#ends[place]);
  }

  expiryAt(place: number): { readonly from: Long; readonly to: Long } {
    return { from: this.#timeAt(2 * place), to: this.#timeAt(2 * place + 1) };
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#ids.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#ids.length));
    this.#ids.copy(larger);
    this.#ids = larger;
  }

  #keep(slot: number, time: Long): void {
    if (typeof time === "bigint") this.#beyond.set(slot, time);
    else this.#expires[slot] = time;
  }

  #timeAt(slot: number): Long {
    return this.#beyond.get(slot) ?? this.#expires[slot] ?? never;
  }
}
