import { kindTraits, isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import { policyFieldsOf, type KindPolicy, type Policies } from "#domain/policy/policy.ts";

import { changedFields, draftOf, isMaximum, type DraftForm, type KindDraft } from "./draft.ts";
import { charactersPerValue, fieldParameters, idPrefix, noValue, policiesDigest, policyValues, unitOfSign } from "./link.ts";
import { baseParameter, draftPart } from "./linkPart.ts";

/** A value of the policies, by its place. */
export interface PolicyValue {
  readonly kind: TokenKind;
  readonly field: keyof KindPolicy;
}

/** A draft that a URL said, held against what is in force now. */
export interface LinkedDraft {
  /** The form that says what is in force, but for the values of the link that could be read. */
  readonly form: DraftForm;
  /** The values that the draft changes. */
  readonly changes: readonly PolicyValue[];
  /** Values of the link that are in force already. */
  readonly inForce: readonly PolicyValue[];
  /** What could not be read, or may not be set, in the order of the URL. */
  readonly leftOut: readonly LeftOut[];
  /** The values in which what is in force now is not what the draft was changed from; undefined where the link does not tell. */
  readonly moved: readonly PolicyValue[] | undefined;
}

/** A parameter of a link that was left out. */
export interface LeftOut {
  /** As the URL has it, cut where it is long: `view.max=-1d`. */
  readonly text: string;
  readonly why: string;
}

/** What a link is held against. */
export interface LinkContext {
  /** What is in force. */
  readonly current: Policies;
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
  /** The ids of the IP filters that are known. */
  readonly filters: { has(id: string): boolean };
  /** Whether those are all that there are. */
  readonly allFilters: boolean;
}

/** Longer parameters are cut where they are named. */
const longestNamed = 80;

/**
 * Reads the draft that a query says; undefined where it says none. A link comes from anywhere: whatever is not exactly a value that this
 * caller could set is left out, and named.
 */
export function readDraft(params: URLSearchParams, context: LinkContext): LinkedDraft | undefined {
  const given = new Map<string, string[]>();
  for (const [parameter, text] of draftPart(params)) given.set(parameter, [...(given.get(parameter) ?? []), text]);
  if (given.size === 0) return undefined;

  const form = draftOf(context.current);
  const changes: PolicyValue[] = [];
  const inForce: PolicyValue[] = [];
  const leftOut: LeftOut[] = [];
  let moved: readonly PolicyValue[] | undefined;
  for (const [parameter, texts] of given) {
    const [text = ""] = texts;
    const leave = (why: string) => leftOut.push({ text: cut(`${parameter}=${text}`), why });
    if (texts.length > 1) {
      leave("It stands there more than once.");
      continue;
    }
    if (parameter === baseParameter) {
      moved = movedSince(text, context.current);
      if (moved === undefined) leave("It does not tell what the draft was changed from.");
      continue;
    }
    const value = valueOf(parameter);
    if (typeof value === "string") {
      leave(value);
      continue;
    }
    const { kind, field } = value;
    if (kind === "system" && !context.withSystem) {
      leave("You may not change the policy of system tokens.");
      continue;
    }
    const read = readValue(field, text, context);
    if (typeof read === "string") {
      leave(read);
      continue;
    }
    const draft = { ...form[kind], ...read };
    if (changedFields(context.current[kind], draft).includes(field)) {
      form[kind] = draft;
      changes.push(value);
    } else {
      inForce.push(value);
    }
  }
  return { form, changes, inForce, leftOut, moved };
}

/** The values in which `current` is not what a digest was made of; undefined where the text is no digest. */
function movedSince(digest: string, current: Policies): PolicyValue[] | undefined {
  if (digest.length !== charactersPerValue * policyValues.length || !/^[\w-]+$/u.test(digest)) return undefined;
  const now = policiesDigest(current);
  return policyValues.filter((_, place) => {
    const from = place * charactersPerValue;
    return digest.slice(from, from + charactersPerValue) !== now.slice(from, from + charactersPerValue);
  });
}

/** The value that a parameter is about, or why it is about none. */
function valueOf(parameter: string): PolicyValue | string {
  const [kind = "", ...rest] = parameter.split(".");
  if (!isTokenKind(kind)) return "There is no such kind of token.";
  const field = policyFieldsOf(kind).find((candidate) => fieldParameters[candidate] === rest.join("."));
  return field === undefined ? `The policy of ${kindTraits[kind].noun} tokens has no such value.` : { kind, field };
}

/** The form's fields that a text stands for, or why it stands for nothing. */
function readValue(field: keyof KindPolicy, text: string, { filters, allFilters }: LinkContext): Partial<KindDraft> | string {
  switch (field) {
    case "enabled":
    case "allowPermissionUpdates":
      return text === "yes" || text === "no" ? { [field]: text === "yes" } : "It is yes or no.";
    case "maximumLifetime":
      return readMaximum(text);
    case "ipFilter": {
      if (text === noValue) return { ipFilter: "" };
      const id = text.startsWith(idPrefix) ? text.slice(idPrefix.length) : text;
      if (filters.has(id)) return { ipFilter: id };
      return allFilters ? "There is no IP filter of this id." : "Whether there is an IP filter of this id could not be read.";
    }
    default:
      return field satisfies never;
  }
}

function readMaximum(text: string): Partial<KindDraft> | string {
  if (text === noValue) return { limited: false };
  const [, amount = "", sign = ""] = /^(\d+(?:\.\d+)?)([a-z]+)$/u.exec(text) ?? [];
  const unit = unitOfSign(sign);
  if (unit === undefined) return `It is a number with its unit, such as 90d, 36h or 30min, or ${noValue}.`;
  return isMaximum({ amount, unit })
    ? { limited: true, amount, unit }
    : "It is shorter or longer than a maximum lifetime can be.";
}

function cut(text: string): string {
  const characters = Array.from(text.slice(0, 2 * longestNamed));
  return characters.length > longestNamed ? `${characters.slice(0, longestNamed).join("")}…` : text;
}
