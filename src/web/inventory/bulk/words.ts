import type { BulkAction, BulkDifference, BulkRunStep, BulkStep, BulkTotals } from "#domain/inventory/bulk.ts";
import type { BulkRenewal } from "#domain/inventory/bulkRenewal.ts";
import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import type { PermissionKind } from "#domain/token/kinds.ts";
import { wordPermissions } from "#domain/token/permissionWords.ts";
import type { FilterName } from "#web/state/organization.tsx";
import { riskWords } from "#web/permissions/riskWords.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { shortTime } from "#web/ui/times.ts";

import type { FateName } from "./run.ts";

/** What a button says that does an action with tokens: "Delete 12 tokens". */
export function actionLabel(action: BulkAction, tokens: number): string {
  const many = countOf(tokens, "token");
  switch (action.type) {
    case "delete":
      return `Delete ${many}`;
    case "rotate":
      return `Rotate ${many}`;
    case "renew":
      return `Renew ${many}`;
    case "parser":
      return action.parser === null ? `Take the parser off ${many}` : `Set the parser of ${many}`;
    case "permissions":
      return `Change the permissions of ${many}`;
    default:
      return action satisfies never;
  }
}

/** What is being done while an action runs: "Deleting". */
export const runningWords = {
  delete: "Deleting",
  rotate: "Rotating",
  renew: "Renewing",
  parser: "Setting the parser",
  permissions: "Changing permissions",
} as const satisfies Record<BulkAction["type"], string>;

/** What was done with a token, in a word or two. */
export const doneWords = {
  delete: "deleted",
  rotate: "rotated",
  renew: "renewed",
  parser: "parser set",
  permissions: "permissions changed",
} as const satisfies Record<BulkAction["type"], string>;

/** What stands above the field for the number that is typed. */
export function typedLabel({ type }: BulkAction, tokens: number): string {
  const text = `Type ${count(tokens)}, the number of tokens`;
  switch (type) {
    case "delete":
    case "rotate":
    case "renew":
      return `${text} that stop or may stop`;
    case "parser":
      return `${text} that data arrives with, or may`;
    case "permissions":
      return `${text} that lose rights and are in use or may be, or that could gain further rights by themselves`;
    default:
      return type satisfies never;
  }
}

/** What becomes of the tokens that are to be run, as it stands after their number: "stop now". */
export function effectWords({ type }: BulkAction, { needConsent }: BulkTotals): string {
  switch (type) {
    case "delete":
      return needConsent === 1 ? "stops now" : "stop now";
    case "rotate":
    case "renew":
      return needConsent === 1 ? "former secret stops now" : "former secrets stop now";
    case "parser":
      return "that data arrives with, or may";
    case "permissions":
      return "that lose rights and are in use or may be, or that could gain further rights by themselves";
    default:
      return type satisfies never;
  }
}

/** What a token is called beside others: its kind, and the repository of an ingest token. */
export function kindWords({ kind, ingest }: InventoryToken): string {
  const noun = `${inventoryTraits[kind].noun} token`;
  return ingest === undefined ? noun : `${noun} of ${nameInText(ingest.repository)}`;
}

/** What happens to a token, or why nothing does. */
export function stepWords(step: BulkStep, action: BulkAction, filterName: FilterName): string {
  if (step.type !== "run") return step.message;
  const unsure = step.unsure ? "; whether you may, only the server can tell" : "";
  return `${runWords(step, action, filterName)}${unsure}`;
}

function runWords(
  { token, change, needsConsent, ipFilter, renewal }: BulkRunStep,
  action: BulkAction,
  filterName: FilterName,
): string {
  switch (action.type) {
    case "delete":
      return needsConsent ? "deleted" : "deleted; it has expired, so nothing stops";
    case "rotate":
      return [
        token.kind === "personal" ? "gets another secret; the id stays" : "gets another secret and another id",
        ...(ipFilter === undefined ? [] : [`gets the IP filter ${filterName(ipFilter)}, which the security policy enforces`]),
      ].join("; ");
    case "renew":
      return renewal === undefined ? "" : renewalWords(renewal, needsConsent, filterName);
    case "parser": {
      const before = token.ingest?.parser ?? null;
      const from = before === null ? "no parser" : nameInText(before);
      return `${from} → ${action.parser === null ? "no parser" : nameInText(action.parser)}`;
    }
    case "permissions":
      return [
        ...permissionLabels(action.kind, change?.added ?? []).map((label) => `+ ${label}`),
        ...permissionLabels(action.kind, change?.removed ?? []).map((label) => `− ${label}`),
      ].join(", ");
    default:
      return action satisfies never;
  }
}

/** What a token's successor is, and what sets its end. */
function renewalWords(renewal: BulkRenewal, stops: boolean, filterName: FilterName): string {
  if (renewal.type === "ingest") {
    return `new one: ${nameInText(renewal.name)}, ${renewal.parser === null ? "without a parser" : "with the same parser"}`;
  }
  const { request, changes, cutBy, draftFilter } = renewal;
  const { expireAt } = request;
  const ends = expireAt === null ? "never expires" : `expires ${shortTime(expireAt)}`;
  return [
    `new one ${ends}${cutBy === undefined ? "" : cutWords[cutBy]}`,
    ...(stops ? ["the old one stops"] : []),
    ...(changes.ipFilter === undefined
      ? []
      : [`gets the IP filter ${filterName(changes.ipFilter.to)}, which the security policy enforces`]),
    ...(draftFilter === undefined ? [] : [`the draft will give it the IP filter ${filterName(draftFilter)}`]),
  ].join("; ");
}

const cutWords = {
  policy: ", as late as the security policy allows",
  draft: ", as late as the draft allows: later, the change would shorten it",
} as const;

/** Permissions in words; one whose parts are all there stands for them, and what is risky says so. */
function permissionLabels(kind: PermissionKind, names: readonly string[]): readonly string[] {
  const { groups, unknown } = wordPermissions(kind, names);
  const labels = groups.flatMap(({ entries }) =>
    entries.map(({ label, risk }) => {
      const words = label.charAt(0).toLowerCase() + label.slice(1);
      return risk === null ? words : `${words} (${riskWords[risk]})`;
    }),
  );
  return [...labels, ...unknown];
}

/** Of the tokens to be run, those for which no consent is asked, as it stands after their number. */
export function harmlessWords({ type }: BulkAction): string {
  switch (type) {
    case "delete":
    case "rotate":
      return "expired, which nothing can use any more";
    case "renew":
      return "without anything stopping: the old ones go on until they expire or are deleted";
    case "parser":
      return "that no data arrives with";
    case "permissions":
      return "that only gain rights, or lose some and are not in use";
    default:
      return type satisfies never;
  }
}

/** What has changed since consent was given, above the tokens of which it is so. */
export const differenceWords = {
  gone: "No longer listed",
  refused: "Would be refused by now",
  nothing: "Are as asked for already",
  used: "Turned out to be in use, or may be",
  change: "Would come out otherwise by now, since their rights or the security policy changed",
  new: "Can be done by now, and could not before",
} as const satisfies Record<BulkDifference["type"], string>;

/** What became of a token, in words. `type` tells what a thing done is called. */
export function fateWords(at: FateName, type: BulkAction["type"]): string {
  switch (at) {
    case "done":
      return doneWords[type];
    case "refused":
      return "refused";
    case "waiting":
      return "not tried";
    case "running":
      return "under way";
    case "not-done":
      return "not done; the answer was lost, and it is as it was";
    case "unseen":
      return type === "renew"
        ? "renewed, but the new secret is lost. Rotate the new token to get another, or delete it"
        : "rotated, or deleted by somebody; its new secret is lost. Rotate it again";
    case "unknown":
      return "not known; the answer was lost";
    default:
      return at satisfies never;
  }
}
