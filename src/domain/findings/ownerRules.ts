import { nameInText } from "#domain/name.ts";
import type { Creator } from "#domain/token/creator.ts";

import { everyKind, kindsWithRights } from "./concerns.ts";
import { containmentUnknown, notContained } from "./containment.ts";
import { listWords } from "./listWords.ts";
import { freshSecret, type RuleRow } from "./rule.ts";

/** The rules on who answers for a token. */
export const ownerRules = {
  "owner-gone": {
    title: "Owner gone",
    severity: "high",
    concerns: everyKind,
    judge: (token, facts) => {
      // Somebody answers for it. That whoever left may still have its secret is told where an owner is written down.
      if (token.written !== undefined) return "no";
      const { state } = facts.ownerOf(token);
      return state === "gone" ? "found" : state === "here" ? "no" : "unknown";
    },
    reason: ({ kind, owner }) =>
      `${ownerWords(owner)} ${kind === "personal" ? "was its user" : "made it"} and is no longer there. Nobody answers for it, and whoever left may still have its secret.`,
    judged: () =>
      "By the users of the organization: its owner, the user of a personal token and the maker of every other, is none of them. Where only a name is on record, no user and no token has it any more. A token for which somebody wrote down an owner has one.",
    cannot: "Who made it is not known here, or you may not list the people and the tokens that it could have been.",
    todo: (kind) =>
      [
        `Find somebody who answers for it${kind === "personal" ? "" : ", and write them down as its owner"}.`,
        freshSecret(kind).includes("rotate")
          ? "Then rotate it, so that whoever left no longer has its secret, or delete it."
          : "Then have another token made in its place, so that whoever left no longer has its secret, and delete this one.",
      ].join(" "),
    actions: freshSecret,
  },
  "owner-lacks-rights": {
    title: "Owner without the rights that it holds",
    severity: "high",
    concerns: kindsWithRights,
    judge: (token, facts) => facts.ownerLacks(token),
    reason: (token, facts) =>
      `${ownerWords(token.owner)} does not hold ${listWords(facts.lackedByOwner(token))}${token.kind === "view" ? " everywhere the token does" : ""}. With the token's secret, rights that were taken away, or that were never given, are at hand.`,
    judged: () =>
      "By the roles of its owner, held against its permissions. What every view token gets unasked does not count. Only what the owner certainly lacks is a finding.",
    cannot:
      "Its permissions were not read, its owner is not known for certain, or what the owner holds: a LogScale cluster also grants through groups, which cannot be read in full.",
    todo: () =>
      "Take away the permissions that the owner lacks, or have somebody who holds them answer for the token and rotate it.",
    actions: () => ["permissions", "rotate", "delete"],
  },
  contained: {
    title: "Rights contained in another token of the same owner",
    severity: "low",
    concerns: kindsWithRights,
    judge: (_token, facts, index) => {
      const container = facts.containers[index] ?? notContained;
      return container >= 0 ? "found" : container === containmentUnknown ? "unknown" : "no";
    },
    reason: (_token, facts, index) => {
      const container = facts.tokens[facts.containers[index] ?? notContained];
      const called =
        container === undefined
          ? ""
          : ` “${nameInText(container.name)}”${container.id === undefined ? "" : ` (${container.id})`}`;
      return `The same owner's token${called} may do all that this one may, on the same repositories and views, from the same addresses and for as long.`;
    },
    judged: () =>
      "By permissions, repositories and views, IP filter and expiry, against every other token of the kind with the same owner. Of tokens that are alike, the one that lasts longest is not a finding.",
    cannot: "Its owner is not known, the permissions of all the owner's tokens were not read, or there are too many to compare.",
    todo: () =>
      "Where both serve the same purpose, use the other one and delete this one. Where they serve different ones, they are best kept apart: dismiss the finding.",
    actions: () => ["delete"],
  },
} as const satisfies Record<string, RuleRow>;

function ownerWords({ kind, name, id }: Creator): string {
  const called = name ?? id;
  const who = called === null ? "Its owner" : `“${nameInText(called)}”`;
  return kind === "token" ? `The token ${who}` : who;
}
