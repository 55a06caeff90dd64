import { z } from "zod";

import { visibleName } from "#domain/name.ts";
import { compareOutcome, type OutcomeDifference } from "#domain/policy/outcome.ts";
import { planForKinds } from "#domain/policy/plan.ts";
import { policyDifferences } from "#domain/policy/policy.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { counted, countOf } from "#server/cli/remote/words.ts";
import { RemoteError } from "#server/remote/client.ts";

import type { PlannedChange } from "./change.ts";
import { readForPolicies, type GovernedReading } from "./read.ts";
import type { Surroundings } from "./surroundings.ts";
import { filterStates, filterStateWords, type Written } from "./write.ts";

const outcomes = ["applied", "differs", "unread", "nothing", "refused", "halfway", "lost"] as const;

const differenceSchema = z.object({
  type: z
    .enum(["survived", "differs", "missing", "appeared"])
    .describe("survived: deleted by the plan, and still there; missing and appeared: somebody else deleted or made it"),
  kind: z.enum(tokenKinds),
  id: z.string(),
  name: z.string(),
});

/** What came of applying a plan, as JSON. Its JSON Schema is docs/policies-apply.schema.json. */
export const applySchema = z
  .object({
    version: z.literal(1),
    server: z.string().describe("scheme, host and port"),
    status: z.int().describe("the status that the program ends with"),
    outcome: z
      .enum(outcomes)
      .describe(
        "applied: done, and found as planned; differs: done, but found otherwise; unread: done, but what was found could not be read; nothing: nothing was to be done; refused: nothing was changed; halfway: not all of it was done; lost: an answer was lost",
      ),
    messages: z.array(z.string()),
    kit: z.string().nullable().describe("the file of the recovery kit"),
    differences: z.array(differenceSchema).describe("tokens that were found otherwise than planned"),
  })
  .meta({ title: "What came of a plan, as tokenhouse policies apply --format json writes it" });

/** What came of applying a plan, and the status to end with. */
export interface ApplyReport {
  readonly status: number;
  readonly outcome: (typeof outcomes)[number];
  readonly messages: readonly string[];
  /** The file of the recovery kit. */
  readonly kit: string | undefined;
  readonly differences: readonly z.infer<typeof differenceSchema>[];
}

/** The report as a value that JSON can hold. */
export function applyDocument(
  { kit, messages, differences, ...report }: ApplyReport,
  server: string,
): z.infer<typeof applySchema> {
  return { version: 1, server, ...report, messages: [...messages], kit: kit ?? null, differences: [...differences] };
}

/** The most tokens that are named in words; JSON has all. */
const mostNamed = 20;

/** Reads again what a change that was accepted came to, and holds it against what was planned. */
export async function findOutcome(one: PlannedChange, written: Written, around: Surroundings): Promise<Omit<ApplyReport, "kit">> {
  let after: GovernedReading;
  try {
    // Whoever calls it off now still wants to know what was done.
    after = await readForPolicies(one.server, {
      now: around.now,
      signal: new AbortController().signal,
      onProgress: around.progress,
    });
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return {
      status: exitStatus.error,
      outcome: "unread",
      messages: ["It was done, as the server answered. What was found afterwards could not be read:", error.message],
      differences: [],
    };
  }
  const policies = policyDifferences(written.next, after.policies);
  const filters = filterStates(one.change, after.filters).filter(({ made }) => !made);
  const kinds = comparable(one.reading, after);
  const of = <T extends { readonly kind: TokenKind }>(tokens: readonly T[]) => tokens.filter(({ kind }) => kinds.includes(kind));
  const { confirmed, differences } = compareOutcome(
    of(one.reading.tokens),
    planForKinds(written.plan, kinds),
    of(after.tokens),
    after.at,
  );
  const broken = differences.filter(({ type }) => type === "survived" || type === "differs");
  const whole = policies.length === 0 && filters.length === 0 && broken.length === 0;
  return {
    status: whole ? exitStatus.nothing : exitStatus.error,
    outcome: whole ? "applied" : "differs",
    messages: [
      whole ? "Applied, and found as planned." : "Applied, but found otherwise than planned:",
      `${countOf(confirmed.length, "token")} found as the change was to make ${confirmed.length === 1 ? "it" : "them"}.`,
      ...(one.unjudged.length > 0 ? ["What it did to tokens that were not seen is not known."] : []),
      ...policies.map(({ kind, field }) => `The policy ${kind}.${field} is not as planned.`),
      ...filters.map((state) => `Found: ${filterStateWords(state)}`),
      ...differences.slice(0, mostNamed).map(differenceWords),
      ...(differences.length > mostNamed ? [`And ${counted(differences.length - mostNamed)} more.`] : []),
    ],
    differences: differences.map((difference) => {
      const { kind, id, name } = tokenOf(difference);
      return { type: difference.type, kind, id, name };
    }),
  };
}

/** The kinds of which tokens were read both before and after. */
function comparable(before: GovernedReading, after: GovernedReading): readonly TokenKind[] {
  const hidden = [...before.unseen, ...after.unseen].flatMap(({ kind, seen }) => (seen === "none" ? [kind] : []));
  return tokenKinds.filter((kind) => !hidden.includes(kind));
}

function tokenOf(difference: OutcomeDifference) {
  return difference.type === "appeared" ? difference.found : difference.expected;
}

function differenceWords(difference: OutcomeDifference): string {
  const { kind, name } = tokenOf(difference);
  const token = `The ${kindTraits[kind].noun} token ${visibleName(name)}`;
  switch (difference.type) {
    case "survived":
      return `${token} was to be deleted, and is still there.`;
    case "differs":
      return `${token} has another expiry or IP filter than planned.`;
    case "missing":
      return `${token} was to stay, and is gone: somebody deleted or rotated it meanwhile.`;
    case "appeared":
      return `${token} was made meanwhile.`;
    default:
      return difference satisfies never;
  }
}
