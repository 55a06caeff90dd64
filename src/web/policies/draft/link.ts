import { durationUnits, type DurationUnit } from "#domain/duration.ts";
import { plainLong } from "#domain/long.ts";
import { policyFieldsOf, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import { baseParameter } from "./linkPart.ts";
import { changedFields, isMaximum, type DraftForm, type KindDraft } from "./draft.ts";

/**
 * A draft as the query of a URL says it: one parameter for each value that it changes (`view.max=90d`, `view.filter=none`), and in
 * `from` what it was changed from. `readLink.ts` reads it.
 */
export const fieldParameters = {
  enabled: "enabled",
  maximumLifetime: "max",
  ipFilter: "filter",
  allowPermissionUpdates: "updates",
} as const satisfies Record<keyof KindPolicy, string>;

/** What stands for a maximum or a filter that is not enforced. */
export const noValue = "none";

/** What stands before an id that would otherwise be read as something else. */
export const idPrefix = "id:";

/** How the units of a maximum are written. */
export const unitSigns = {
  days: "d",
  hours: "h",
  minutes: "min",
  seconds: "s",
  milliseconds: "ms",
} as const satisfies Record<DurationUnit, string>;

/** The name of a value's parameter: `view.max`. */
export function parameterOf(kind: TokenKind, field: keyof KindPolicy): string {
  return `${kind}.${fieldParameters[field]}`;
}

/**
 * Writes what a form changes of `base`. Empty where nothing is changed.
 *
 * @param unset what becomes of a maximum that could not be applied: one that is half typed is left out; one that stays is named by
 *   whoever reads the link
 */
export function writeDraft(base: Policies, form: DraftForm, unset: "left-out" | "kept" = "left-out"): URLSearchParams {
  const params = new URLSearchParams();
  for (const kind of tokenKinds) {
    for (const field of changedFields(base[kind], form[kind])) {
      const text = valueText(field, form[kind], unset === "kept");
      if (text !== undefined) params.set(parameterOf(kind, field), text);
    }
  }
  if (params.size > 0) params.set(baseParameter, policiesDigest(base));
  return params;
}

function valueText(field: keyof KindPolicy, draft: KindDraft, keep: boolean): string | undefined {
  switch (field) {
    case "enabled":
    case "allowPermissionUpdates":
      return draft[field] ? "yes" : "no";
    case "maximumLifetime":
      if (!draft.limited) return noValue;
      return keep || isMaximum(draft) ? draft.amount.trim() + unitSigns[draft.unit] : undefined;
    case "ipFilter":
      if (draft.ipFilter === "") return noValue;
      return draft.ipFilter === noValue || draft.ipFilter.startsWith(idPrefix) ? idPrefix + draft.ipFilter : draft.ipFilter;
    default:
      return field satisfies never;
  }
}

/** Every value that policies have, in the order in which a digest tells of them. */
export const policyValues: readonly { readonly kind: TokenKind; readonly field: keyof KindPolicy }[] = tokenKinds.flatMap(
  (kind) => policyFieldsOf(kind).map((field) => ({ kind, field })),
);

/** Characters of a digest that stand for one value. */
export const charactersPerValue = 4;

/**
 * A digest of policies, value by value, so that whoever has others can tell which of them differ. It keeps nothing secret and proves nothing:
 * it only saves a URL from carrying every value.
 */
export function policiesDigest(policies: Policies): string {
  return policyValues.map(({ kind, field }) => shortHash([kind, field, policies[kind][field]])).join("");
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** 24 bits of FNV-1a in four characters that a URL takes as they are. */
function shortHash([kind, field, value]: readonly [TokenKind, keyof KindPolicy, KindPolicy[keyof KindPolicy]]): string {
  const plain = typeof value === "bigint" ? plainLong(value) : value;
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify([kind, field, plain]))) hash = Math.imul(hash ^ byte, 0x01000193);
  const folded = ((hash >>> 24) ^ hash) & 0xffffff;
  return Array.from({ length: charactersPerValue }, (_, place) => digits.charAt((folded >>> (6 * place)) & 63)).join("");
}

/** The unit of a sign; undefined where there is none. */
export function unitOfSign(sign: string): DurationUnit | undefined {
  return durationUnits.find((unit) => unitSigns[unit] === sign);
}
