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

/** Stands for an expiry that there is none of: never. */
const never = Infinity;

/**
 * The changes of plans that are made in batches, for any number of tokens: less than a hundred bytes a change, in the order in which they
 * came.
 */
export class PlanLedger implements ListedChanges {
  readonly #ids: string[] = [];
  readonly #shapes: Shape[] = [];
  // Apart from what is beyond the exact numbers, these stay lists of plain numbers.
  readonly #expiresFrom: Long[] = [];
  readonly #expiresTo: Long[] = [];
  readonly #known = new Map<string, Shape>();

  get length(): number {
    return this.#ids.length;
  }

  add({ changes }: Pick<PolicyPlan, "changes">): void {
    for (const change of changes) {
      this.#ids.push(change.token.id);
      this.#shapes.push(this.#shapeOf(change));
      const expireAt = change.type === "restrict" ? change.expireAt : undefined;
      this.#expiresFrom.push(expireAt?.from ?? never);
      this.#expiresTo.push(expireAt?.to ?? never);
    }
  }

  at(place: number): TokenChange<ChangedToken> {
    const id = this.#ids[place];
    const shape = this.#shapes[place];
    const from = this.#expiresFrom[place];
    const to = this.#expiresTo[place];
    if (id === undefined || shape === undefined || from === undefined || to === undefined) {
      throw new RangeError(`There is no change ${place}.`);
    }
    const { kind, because, shortens, ipFilter } = shape;
    const token = { id, kind };
    if (because !== undefined) return { type: "delete", token, because };
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

  #shapeOf(change: TokenChange): Shape {
    const { kind } = change.token;
    const because = change.type === "delete" ? change.because : undefined;
    const shortens = change.type === "restrict" && change.expireAt !== undefined;
    const ipFilter = change.type === "restrict" ? change.ipFilter : undefined;
    const key = `${kind} ${because} ${shortens} ${ipFilter && JSON.stringify([ipFilter.from, ipFilter.to])}`;
    let shape = this.#known.get(key);
    if (shape === undefined) this.#known.set(key, (shape = { kind, because, shortens, ipFilter }));
    return shape;
  }
}
