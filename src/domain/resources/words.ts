import type { Long } from "#domain/long.ts";
import { explainChange, type ExplainContext } from "#domain/policy/explain.ts";
import type { Harm } from "#domain/policy/disruption.ts";

import type { CheckedResource, ResourceVerdict } from "./check.ts";
import type { DifferingField, ResourceDifference } from "./differences.ts";
import type { OperatorResource } from "./model.ts";
import { resourceNouns } from "./operatorKinds.ts";

/** What each verdict is called of one resource. */
export const verdictWords = {
  "not-seen": "not seen",
  refused: "refused",
  stopped: "stopped by the plan",
  repeated: "written twice",
  ambiguous: "ambiguous",
  differs: "differs",
  missing: "missing",
  exists: "exists",
} as const satisfies Record<ResourceVerdict, string>;

/** How many resources have a verdict, in words: `3 exist`, `1 differs`. */
export function verdictCount(verdict: ResourceVerdict, count: number): string {
  const words = verdictWords[verdict];
  const many = verdict === "exists" || verdict === "differs" ? words.replace(/s$/u, "") : words;
  return `${count.toLocaleString("en")} ${count === 1 ? words : many}`;
}

/** How names and instants are shown where the words go. */
export interface ResourceWordsContext {
  readonly name: (name: string) => string;
  readonly instant: (at: Long) => string;
}

/** One difference in words: what is in force, and what is asked for. */
export interface DifferenceWords {
  readonly label: string;
  readonly from: string;
  readonly to: string;
}

const fieldWords = {
  permissions: "permissions",
  views: "repositories and views",
  expireAt: "expiry",
  ipFilter: "IP filter",
  rules: "rules",
  parser: "parser",
} as const satisfies Record<DifferingField, string>;

/** A difference in words. Of lists, `from` has what is in force alone, `to` what is asked for alone. */
export function differenceWords(difference: ResourceDifference, { name, instant }: ResourceWordsContext): DifferenceWords {
  const { field } = difference;
  const label = fieldWords[field];
  switch (field) {
    case "permissions":
    case "views": {
      const { added, removed } = difference;
      const listed = (names: readonly string[]) => (names.length === 0 ? "without them" : names.map(name).join(", "));
      return { label, from: listed(removed), to: listed(added) };
    }
    case "expireAt": {
      const time = (at: Long | null) => (at === null ? "never" : instant(at));
      return { label, from: time(difference.from), to: time(difference.to) };
    }
    case "ipFilter":
    case "parser": {
      const called = (text: string | null) => (text === null ? "none" : name(text));
      return { label, from: called(difference.from), to: called(difference.to) };
    }
    case "rules": {
      const rules = (text: string) => text.split("\n").map(name).join("; ");
      return { label, from: rules(difference.from), to: rules(difference.to) };
    }
    default:
      return difference satisfies never;
  }
}

/** What a resource makes, in a phrase: `view token deploy`, `ingest token web of weblogs`. */
export function thingWords({ thing }: OperatorResource, { name }: Pick<ResourceWordsContext, "name">): string {
  const called = `${resourceNouns[thing.type]} ${name(thing.name)}`;
  return thing.type === "ingest" ? `${called} of ${name(thing.repository)}` : called;
}

/** What is to be said of a resource beside its verdict and its differences: sentences. */
export function notesOn(
  { resource, found, refusals, repeatedBy }: CheckedResource,
  { name, placeOf }: Pick<ResourceWordsContext, "name"> & { readonly placeOf: (index: number) => string },
): readonly string[] {
  const notes: string[] = [];
  if (found.type === "not-seen") notes.push(`It was not found among those that could be seen. ${found.why}`);
  if (found.type === "ambiguous") {
    const alike = found.among.filter(({ asWritten }) => asWritten).length;
    const words = alike === 0 ? "none of them is" : alike === 1 ? "one of them is" : `${alike} of them are`;
    notes.push(
      `${found.among.length} have this name, and ${words} as written. The operator knows its own by an id, which the file does not have.`,
    );
  }
  if (found.type === "differs") {
    if (found.unsure.length > 0)
      notes.push(`Not compared, since it could not be read: ${found.unsure.map((field) => fieldWords[field]).join(", ")}.`);
    const fixed = found.differences.filter(({ field }) => fixedFields.has(field));
    if (fixed.length > 0)
      notes.push(
        `LogScale never changes the ${fixed.map(({ field }) => fieldWords[field]).join(", ")} of a token that exists: delete the token, and the operator makes it as written, with another value. What uses the one before fails at once.`,
      );
  }
  for (const { by, message } of refusals) notes.push(by === "policy" ? `Refused by the policy: ${message}` : message);
  if (repeatedBy.length > 0)
    notes.push(`The same ${resourceNouns[resource.thing.type]} is asked for at ${repeatedBy.map(placeOf).join(", ")} too.`);
  if (found.type === "differs" && resource.thing.type === "ip-filter")
    notes.push(`Whatever uses the filter ${name(resource.thing.name)} is judged by its new rules at once.`);
  return notes;
}

/** What a token keeps for life. */
const fixedFields: ReadonlySet<DifferingField> = new Set(["views", "expireAt", "ipFilter"]);

/** What the plan does to that which a resource asks for: sentences. */
export function planNotes(
  { afterPlan }: CheckedResource,
  context: ExplainContext & { readonly harm: (harm: Harm) => string },
): readonly string[] {
  if (afterPlan === undefined) return [];
  const { effect, refusals } = afterPlan;
  const notes: string[] = [];
  if (effect?.disruption.harm !== undefined) notes.push(`With the plan: ${context.harm(effect.disruption.harm)}.`);
  if (effect?.change !== undefined) notes.push(`${explainChange(effect.change, context)}.`);
  else if (effect !== undefined) notes.push("The rules of its IP filter change.");
  for (const { message } of refusals)
    notes.push(
      `${effect?.change?.type === "delete" ? "The operator could not make it again" : "Once the plan is in force, it could not be made"}: ${message}`,
    );
  return notes;
}
