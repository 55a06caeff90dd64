import { nameInText } from "#domain/name.ts";
import { separated } from "#domain/separated.ts";
import { weaknessWords } from "#domain/token/tokenWeakness.ts";

import type { RuleRow } from "./rule.ts";

/** The rules on names, values and what is assigned. */
export const orderRules = {
  "weak-value": {
    title: "Weak custom value",
    severity: "high",
    concerns: ["ingest"],
    judge: ({ ingest }) => {
      if (ingest?.isCustom === false) return "no";
      if (ingest?.weakness === undefined) return "unknown";
      return ingest.weakness === null ? "no" : "found";
    },
    reason: ({ ingest }) => weaknessWords[ingest?.weakness === "Guessable" ? "guessable" : "short"],
    judged: () =>
      "By the value, when it was chosen: its length, and roughly how many guesses it takes. The value itself is not read for it.",
    cannot: "The server does not tell whether the value was chosen, and how well.",
    todo: () => "Renew it: the new token gets a generated value. Set the shippers to that, and then delete this one.",
    actions: () => ["renew", "delete"],
  },
  "same-name": {
    title: "Same name twice",
    severity: "low",
    // Users have different names, and so have the ingest tokens of a repository.
    concerns: ["view", "organization", "system", "fleet"],
    judge: ({ kind }, facts, index) => {
      if (facts.namesakes(index) > 0) return "found";
      return facts.context.complete.has(kind) ? "no" : "unknown";
    },
    reason: ({ name }, facts, index) => {
      const others = facts.namesakes(index);
      return others === 1
        ? `Another token of its kind is called “${nameInText(name)}” too. Who is told to delete one by its name may delete the other.`
        : `${separated(others)} other tokens of its kind are called “${nameInText(name)}” too. Who is told to delete one by its name may delete another.`;
    },
    judged: () =>
      "By the names of all tokens of its kind, letter by letter. A token and the one that is recorded to replace it may share a name.",
    cannot: "Not all tokens of its kind could be read.",
    todo: (kind) =>
      kind === "fleet"
        ? "Rename it after what it is used for."
        : "A token cannot be renamed. Delete the one that nobody uses, or make another under a name that tells them apart.",
    actions: (kind) => (kind === "fleet" ? ["rename"] : ["replace", "delete"]),
  },
  "no-configuration": {
    title: "Without a configuration",
    severity: "low",
    concerns: ["fleet"],
    judge: ({ fleet }) => (fleet === undefined ? "unknown" : fleet.configuration === null ? "found" : "no"),
    reason: () => "No configuration is assigned to it, so machines that enrol with it collect nothing.",
    judged: () => "By the configuration that is assigned to it.",
    cannot: undefined,
    todo: () => "Assign a configuration, or delete the token where no machine is to enrol with it.",
    actions: () => ["configuration", "delete"],
  },
} as const satisfies Record<string, RuleRow>;
