import type { RenewalLife } from "#domain/inventory/bulkRenewal.ts";
import { day } from "#domain/duration.ts";
import { isoInstant } from "#domain/instant.ts";
import { readSpan } from "#domain/span.ts";
import { ingestTokenNameSchema } from "#domain/token/ingestToken.ts";
import { readLocal } from "#web/ui/localTime.ts";

/** What one is asked before many tokens are renewed, as it is typed. */
export interface BulkRenewForm {
  /** One of {@link lifeChoices}. */
  readonly life: LifeChoice;
  /** A time as people write it, `45d`; for `span`. */
  readonly span: string;
  /** Local time as a date field holds it; for `exact`. */
  readonly exact: string;
  readonly suffix: string;
}

/** How long successors can be asked to live; those of days by their number. */
export const lifeChoices = ["same", "7", "30", "90", "365", "span", "exact", "never"] as const;

/** One of {@link lifeChoices}. */
export type LifeChoice = (typeof lifeChoices)[number];

export const lifeWords = {
  same: "As long as each was made for",
  "7": "7 days",
  "30": "30 days",
  "90": "90 days",
  "365": "365 days",
  span: "Another time",
  exact: "Until an exact time",
  never: "For ever, where the policy allows it",
} as const satisfies Record<LifeChoice, string>;

/** What the form starts from at `now`, ms since epoch: the month tells when the successor of an ingest token was made. */
export function startOfRenewal(now: number): BulkRenewForm {
  return { life: "same", span: "", exact: "", suffix: `-${isoInstant(now).slice(0, 7)}` };
}

/** What is wrong in the form, by field. */
export type RenewFaults = Readonly<Partial<Record<"span" | "exact" | "suffix", string>>>;

/** What a form asks for at `now`, ms since epoch, or what is wrong in it. `withIngest`: whether a suffix is needed. */
export function readRenewForm(
  form: BulkRenewForm,
  withIngest: boolean,
  now: number,
):
  | { readonly ok: true; readonly life: RenewalLife; readonly suffix: string }
  | { readonly ok: false; readonly faults: RenewFaults } {
  const life = readLife(form, now);
  const suffixFault = withIngest ? faultOfSuffix(form.suffix) : undefined;
  if (suffixFault === undefined && !("field" in life)) return { ok: true, life, suffix: form.suffix };
  return {
    ok: false,
    faults: {
      ...("field" in life && { [life.field]: life.message }),
      ...(suffixFault !== undefined && { suffix: suffixFault }),
    },
  };
}

function readLife(
  { life, span, exact }: BulkRenewForm,
  now: number,
): RenewalLife | { readonly field: "span" | "exact"; readonly message: string } {
  switch (life) {
    case "same":
      return { type: "same" };
    case "never":
      return { type: "until", at: null };
    case "span": {
      const read = readSpan(span);
      if (!read.ok) return { field: "span", message: read.message };
      return read.ms > 0 ? { type: "for", ms: read.ms } : { field: "span", message: "Enter a time longer than nothing." };
    }
    case "exact": {
      const read = readLocal(exact);
      switch (read.type) {
        case "unreadable":
          return { field: "exact", message: "Enter a date and a time." };
        case "too-far":
          return { field: "exact", message: "This is too far in the future." };
        case "skipped":
          return { field: "exact", message: `The clocks are set from ${read.from} to ${read.to} then. Choose another time.` };
        case "read": {
          const at = read.instants.find((instant) => instant !== undefined && instant > now);
          return at === undefined ? { field: "exact", message: "Choose a time that is still to come." } : { type: "until", at };
        }
        default:
          return read satisfies never;
      }
    }
    default:
      return { type: "for", ms: Number(life) * day };
  }
}

/** Whether a name could end so. How long a name becomes differs from one token to the next, and is judged for each. */
function faultOfSuffix(suffix: string): string | undefined {
  if (suffix.trim() === "") return "Enter what the new names end with, such as -2.";
  return ingestTokenNameSchema.safeParse(`x${suffix}`).error?.issues[0]?.message;
}
