import * as z from "zod/mini";

import { durationParts, durationUnits, readDuration, type DurationUnit } from "#domain/duration.ts";
import { durationSchema } from "#domain/durationSchema.ts";
import { perKind, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { kindPolicyFields, type KindPolicy, type Policies } from "#domain/policy/policy.ts";
import { maximumLifetimeSchema } from "#domain/policy/policySchema.ts";

/**
 * One kind's policy as the form holds it. Whether a maximum is enforced is a field of its own, so that switching it off and on again
 * gives back what was typed.
 */
export interface KindDraft {
  enabled: boolean;
  /** Whether a maximum lifetime is enforced. */
  limited: boolean;
  /** The maximum as typed, in `unit`; may be anything while somebody types. */
  amount: string;
  unit: DurationUnit;
  /** Id of the enforced IP filter; empty for none, which is what a select can hold. */
  ipFilter: string;
  allowPermissionUpdates: boolean;
}

/** What the form holds: one draft per governed kind. */
export type DraftForm = Record<TokenKind, KindDraft>;

/** The form's fields that together make one value of a policy. */
export const draftFields = {
  enabled: ["enabled"],
  maximumLifetime: ["limited", "amount", "unit"],
  ipFilter: ["ipFilter"],
  allowPermissionUpdates: ["allowPermissionUpdates"],
} as const satisfies Record<keyof KindPolicy, readonly (keyof KindDraft)[]>;

const lifetimeSchema = durationSchema(maximumLifetimeSchema);

const kindDraftFields = z.object({
  enabled: z.boolean(),
  limited: z.boolean(),
  amount: z.string(),
  unit: z.enum(durationUnits),
  ipFilter: z.string(),
  allowPermissionUpdates: z.boolean(),
});

function kindDraftSchema(base: KindPolicy) {
  return z.pipe(
    kindDraftFields,
    z.transform((draft: z.output<typeof kindDraftFields>, context): KindPolicy => {
      const unchanged = readMaximum(base, draft) === base.maximumLifetime;
      const maximum = draft.limited && !unchanged ? lifetimeSchema.safeParse(draft) : null;
      for (const { message, path } of maximum?.error?.issues ?? []) {
        context.issues.push({ code: "custom", message, path: [...path], input: draft });
      }
      return {
        enabled: draft.enabled,
        maximumLifetime: unchanged ? base.maximumLifetime : (maximum?.data ?? null),
        ipFilter: draft.ipFilter === "" ? null : draft.ipFilter,
        allowPermissionUpdates: draft.allowPermissionUpdates,
      };
    }),
  );
}

/**
 * Reads a form that started from `base` as policies. The bounds and messages are those of the domain; a bad maximum is reported at
 * `<kind>.amount`. One that is in force is no fault of the draft, whatever it is: left alone, it goes back exactly as it was read.
 */
export function draftSchemaOf(base: Policies) {
  return z.object(perKind((kind) => kindDraftSchema(base[kind])));
}

/** The form that says exactly what the policies say: reading it with {@link draftSchemaOf} gives the same policies. */
export function draftOf(policies: Policies): DraftForm {
  return perKind((kind) => kindDraftOf(policies[kind]));
}

function kindDraftOf(policy: KindPolicy): KindDraft {
  // Where no maximum is enforced the field waits with the commonest answer, which counts only once the maximum is switched on.
  const { amount, unit } =
    policy.maximumLifetime === null ? { amount: 90, unit: "days" as const } : durationParts(policy.maximumLifetime);
  return {
    enabled: policy.enabled,
    limited: policy.maximumLifetime !== null,
    amount: String(amount),
    unit,
    ipFilter: policy.ipFilter ?? "",
    allowPermissionUpdates: policy.allowPermissionUpdates,
  };
}

/**
 * The values of one kind in which the form says something else than `base`. Values are compared, not letters: `24` hours equals a day.
 * What cannot be read differs from everything.
 */
export function changedFields(base: KindPolicy, draft: KindDraft): (keyof KindPolicy)[] {
  return kindPolicyFields.filter((field) => {
    if (field === "maximumLifetime") return readMaximum(base, draft) !== base.maximumLifetime;
    if (field === "ipFilter") return draft.ipFilter !== (base.ipFilter ?? "");
    return draft[field] !== base[field];
  });
}

/**
 * The maximum in ms, null where none is enforced, undefined where what was typed is no number of milliseconds. The one in force reads as
 * itself, also where nobody could type it.
 */
function readMaximum(base: KindPolicy, draft: KindDraft): Long | null | undefined {
  if (!draft.limited) return null;
  const { limited, amount, unit } = kindDraftOf(base);
  if (limited && draft.amount === amount && draft.unit === unit) return base.maximumLifetime;
  const reading = readDuration(draft.amount, draft.unit);
  return reading.ok ? reading.ms : undefined;
}

/** Whether what was typed is a maximum that could be put in force. */
export function isMaximum({ amount, unit }: Pick<KindDraft, "amount" | "unit">): boolean {
  return lifetimeSchema.safeParse({ amount, unit }).success;
}

/** Whether the form says anything else than `base`, be it valid or not. */
export function hasEdits(base: Policies, draft: DraftForm): boolean {
  return Object.values(perKind((kind) => changedFields(base[kind], draft[kind]))).some((fields) => fields.length > 0);
}

/** The form with one value of one kind as it is in `policies`; everything else stays as typed. */
export function withValueOf(draft: DraftForm, kind: TokenKind, field: keyof KindPolicy, policies: Policies): DraftForm {
  return { ...draft, [kind]: { ...draft[kind], ...pickValue(kindDraftOf(policies[kind]), field) } };
}

function pickValue(draft: KindDraft, field: keyof KindPolicy): Partial<KindDraft> {
  switch (field) {
    case "maximumLifetime":
      return { limited: draft.limited, amount: draft.amount, unit: draft.unit };
    case "enabled":
      return { enabled: draft.enabled };
    case "ipFilter":
      return { ipFilter: draft.ipFilter };
    case "allowPermissionUpdates":
      return { allowPermissionUpdates: draft.allowPermissionUpdates };
  }
}
