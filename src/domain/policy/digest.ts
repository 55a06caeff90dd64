import { plainLong } from "#domain/long.ts";
import { kindPolicyFields, type Policies } from "./policy.ts";
import { describeChange } from "./outcome.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { ChangedToken, PolicyPlan, TokenChange } from "./plan.ts";

/**
 * The text that stands for a set of policies: two sets are the same exactly when their texts are. Hashed, it tells the server
 * which policies a draft started from.
 */
export function policiesText(policies: Policies): string {
  return JSON.stringify(
    tokenKinds.map((kind) => {
      const policy = policies[kind];
      const values = { ...policy, maximumLifetime: plainLong(policy.maximumLifetime) };
      return [kind, ...kindPolicyFields.map((field) => values[field])];
    }),
  );
}

/** Changes by their places, however they are kept. */
export interface ListedChanges {
  readonly length: number;
  readonly at: (place: number) => TokenChange<ChangedToken>;
}

/** Changes that are looked at before the next piece of a text, which may be empty: nobody has to wait for all of them. */
const mostAtOnce = 5000;

/** Characters that stand in JSON as they are, and whose order is that of their codes. */
const plain = /^[ !#-[\]-~]{2}/u;

/**
 * A text for the part of a plan that concerns the given kinds. Two plans have equal texts exactly when they do the same to the same tokens
 * of these kinds, in any order: it is their changes, one a line, in the order of the lines.
 */
export function planText({ changes }: Pick<PolicyPlan, "changes">, kinds: readonly TokenKind[]): string {
  return [...planTextPieces(listed(changes), kinds)].join("");
}

/**
 * The same text in pieces, made from little more than the changes themselves: they are parted by kind and by the first characters of their
 * ids, and only what has these in common is made into lines and put in order.
 */
export function* planTextPieces(changes: ListedChanges, kinds: readonly TokenKind[]): Generator<string, void, void> {
  const alike = new Map<string, number[]>();
  for (let place = 0; place < changes.length; place++) {
    if (place % mostAtOnce === mostAtOnce - 1) yield "";
    const change = changes.at(place);
    if (!kinds.includes(change.token.kind)) continue;
    const { id, kind } = change.token;
    const head = `["${change.type}","${kind}","`;
    const begin = plain.test(id) ? head + id.slice(0, 2) : describeChange(change).slice(0, head.length + 2);
    const places = alike.get(begin);
    if (places === undefined) alike.set(begin, [place]);
    else places.push(place);
  }
  let separator = "";
  for (const begin of [...alike.keys()].toSorted()) {
    const places = alike.get(begin) ?? [];
    yield (
      separator +
      places
        .map((place) => describeChange(changes.at(place)))
        .toSorted()
        .join("\n")
    );
    separator = "\n";
  }
}

function listed(changes: readonly TokenChange[]): ListedChanges {
  return {
    length: changes.length,
    at(place) {
      const change = changes[place];
      if (change === undefined) throw new RangeError(`There is no change ${place}.`);
      return change;
    },
  };
}
