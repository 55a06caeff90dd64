import { inventoryKinds, inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { findingThresholdNames, thresholdRules, usualThresholds } from "#domain/inventory/thresholds.ts";

import { severities } from "./rule.ts";
import { findingRows, findingRules, type FindingRule } from "./rules.ts";

/** The text of docs/findings.md, as the rules make it. `npm run docs` writes it. */
export function findingsDocument(): string {
  const parts = [
    "# Findings",
    "<!-- Made from the rules in src/domain/findings by `npm run docs`. Edit the rules. -->",
    "What Tokenhouse finds out about each token without being asked: why, how it was judged, and what to do. The rules are pure functions of what the caller may read; nothing is sent anywhere.",
    [
      "- A rule that cannot be judged says so. *Cannot be judged* is never shown or counted as *nothing found*.",
      "- Behind a cluster, last use comes from an audit log. It proves use and never disuse.",
      "- No rule is about a token that has expired: it is accepted nowhere and is gone within five minutes.",
      "- A personal token has its user's rights and none of its own, so no rule on rights is about it.",
      "- A finding can be put aside on a token, with a note and a date on which it returns.",
      "- [`tokenhouse findings`](commands.md#tokenhouse-findings) tells the same in a terminal, and can fail a pipeline.",
    ].join("\n"),
    "The names in `code` stay the same. Links and notes keep them.",
    "## Thresholds",
    [
      "Whoever administers the organization can change them; the texts below are written for the defaults.",
      "",
      "| threshold | meaning | default | least | most |",
      "|---|---|---|---|---|",
      ...findingThresholdNames.map((name) => {
        const { label, meaning, usual, least, most } = thresholdRules[name];
        return `| ${label} | ${meaning} so many days. | ${days(usual)} | ${days(least)} | ${days(most)} |`;
      }),
    ].join("\n"),
    ...severities.flatMap((severity) => [
      `## ${severity.slice(0, 1).toUpperCase()}${severity.slice(1)}`,
      ...findingRules.filter((rule) => findingRows[rule].severity === severity).flatMap(ruleParts),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function ruleParts(rule: FindingRule): string[] {
  const { title, concerns, judged, cannot, todo } = findingRows[rule];
  return [
    `### ${title}`,
    [
      `\`${rule}\`, about ${concernsWords(concerns)} tokens`,
      "",
      `- *How it is judged*: ${judged(usualThresholds)}`,
      ...(cannot === undefined ? [] : [`- *Cannot be judged*: ${cannot}`]),
      ...todoWords(concerns, todo),
    ].join("\n"),
  ];
}

/** What to do, once for all kinds for which it is the same. */
function todoWords(concerns: readonly InventoryKind[], todo: (kind: InventoryKind) => string): string[] {
  const kindsByText = new Map<string, InventoryKind[]>();
  for (const kind of concerns) kindsByText.set(todo(kind), [...(kindsByText.get(todo(kind)) ?? []), kind]);
  return [...kindsByText].map(([text, kinds]) =>
    kindsByText.size === 1 ? `- *What to do*: ${text}` : `- *What to do* with ${concernsWords(kinds)} tokens: ${text}`,
  );
}

function concernsWords(kinds: readonly InventoryKind[]): string {
  if (kinds.length === inventoryKinds.length) return "all kinds of";
  return new Intl.ListFormat("en-US").format(kinds.map((kind) => inventoryTraits[kind].noun));
}

function days(count: number): string {
  return `${new Intl.NumberFormat("en-US").format(count)} ${count === 1 ? "day" : "days"}`;
}
