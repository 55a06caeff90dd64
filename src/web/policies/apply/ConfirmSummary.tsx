import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Suspense, useMemo } from "react";

import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import type { DisruptionTotals, PlanDisruption } from "#domain/policy/disruption.ts";
import { leavesAll, policyDifferences, type Policies } from "#domain/policy/policy.ts";
import { lossesOf } from "#domain/policy/recoveryKit.ts";
import { offers } from "#web/api/session.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { count } from "#web/ui/counts.ts";
import { HarmSign, toldHarms, UseCounts } from "#web/ui/HarmSign.tsx";
import { listWords } from "#web/ui/listWords.ts";

import { effectCounters, effects, type Effect } from "#web/policies/impact/effects.ts";
import { harmVerb } from "#web/policies/impact/harmWords.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { OwnWarnings } from "#web/policies/impact/OwnWarnings.tsx";
import { ownTokens } from "#web/policies/impact/ownCredential.ts";
import { useOwnWarnings } from "#web/policies/impact/useOwnWarnings.ts";
import type { Proposal, Reading } from "./proposal.ts";
import { valueKey } from "#web/policies/draft/rebase.ts";
import { differenceWords } from "#web/policies/draft/values.ts";

const SaveKit = lazyPart(async () => (await import("#web/recovery/SaveKit.tsx")).SaveKit);

export interface ConfirmSummaryProps {
  readonly proposal: Proposal;
  readonly disruption: PlanDisruption;
}

/** What is about to be done, in full: values, tokens by effect and kind, what was not seen, and what it means for oneself. */
export function ConfirmSummary({ proposal, disruption }: ConfirmSummaryProps) {
  const { reading, draft, plan } = proposal;
  const { session, filterName } = useOrganization();
  const warningsOf = useOwnWarnings();
  const warnings = useMemo(
    () => warningsOf(ownTokens(session, reading.tokens), reading.policies, draft, reading.now),
    [warningsOf, session, reading, draft],
  );
  const losses = useMemo(() => lossesOf(plan.changes, disruption.ofChanges), [plan, disruption]);
  const affected = tokenKinds.filter((kind) => effects.some((effect) => plan.counts[kind][effectCounters[effect]] > 0));
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Box component="ul" sx={{ margin: 0, paddingLeft: 5 }}>
        {policyDifferences(reading.policies, draft).map((difference) => (
          <li key={valueKey(difference)}>{differenceWords(difference, filterName)}</li>
        ))}
      </Box>
      {plan.changes.length > 0 && <Harms totals={disruption.totals} />}
      {affected.length === 0 ? (
        <Typography>No token that was seen is affected.</Typography>
      ) : (
        <Box component="ul" aria-label="Affected tokens by kind" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
          {affected.map((kind) => (
            <Box component="li" key={kind} sx={{ display: "flex", flexWrap: "wrap", columnGap: 4 }}>
              <Box component="span" sx={{ minWidth: "6.5em" }}>
                {kindTraits[kind].title}
              </Box>
              {effects.map((effect) => {
                const counter = effectCounters[effect];
                const tokens = plan.counts[kind][counter];
                return (
                  tokens > 0 && (
                    <EffectSign key={effect} effect={counter}>
                      {count(tokens)} {confirmWords[effect]}
                    </EffectSign>
                  )
                );
              })}
            </Box>
          ))}
        </Box>
      )}
      {notSeenWords(reading, draft).map((note) => (
        <Typography key={note} sx={{ color: "warning.main" }}>
          {note}
        </Typography>
      ))}
      <OwnWarnings warnings={warnings} />
      {losses.length > 0 && (
        <Suspense fallback={<Box sx={{ height: 128 }} />}>
          <SaveKit losses={losses} />
        </Suspense>
      )}
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        A deleted token cannot be brought back, and relaxing a policy later restores nothing.{" "}
        {offers(session, "planCheck")
          ? `${reading.complete.length === tokenKinds.length ? "The" : "For the kinds seen completely, the"} server applies exactly this, or refuses.`
          : "Policies and tokens are read once more right before; a small window remains in which others may change them unseen."}
      </Typography>
    </Box>
  );
}

/** What stops, when, and how much of it is in use. */
function Harms({ totals }: { readonly totals: DisruptionTotals }) {
  const harms = toldHarms.filter((harm) => totals.byHarm[harm].tokens > 0);
  if (harms.length === 0) return <Typography>Nothing that was seen stops within 7 days or is locked out.</Typography>;
  return (
    <Box component="ul" aria-label="What stops working" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
      {harms.map((harm) => (
        <Box
          component="li"
          key={harm}
          sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "center", marginBottom: 1 }}
        >
          <HarmSign harm={harm}>
            {count(totals.byHarm[harm].tokens)} {harmVerb(harm, totals.byHarm[harm].tokens)}
          </HarmSign>
          <UseCounts of={totals.byHarm[harm]} />
        </Box>
      ))}
    </Box>
  );
}

const confirmWords = { delete: "deleted", shorten: "shortened", filter: "filter set or replaced" } as const satisfies Record<
  Effect,
  string
>;

/** What the page must say of kinds that were seen in part, where the change may affect their unseen tokens. */
function notSeenWords({ complete, read }: Reading, draft: Policies): string[] {
  const names = (kinds: readonly TokenKind[]) => `${listWords(kinds.map((kind) => kindTraits[kind].noun))} tokens`;
  const concerned = tokenKinds.filter((kind) => !leavesAll(draft[kind]));
  const partial = concerned.filter((kind) => read.includes(kind) && !complete.includes(kind));
  const unseen = concerned.filter((kind) => !read.includes(kind));
  return [
    ...(partial.length > 0
      ? [`Only some of the ${names(partial)} were seen. What the change does to the others is not counted here.`]
      : []),
    ...(unseen.length > 0 ? [`None of the ${names(unseen)} were seen. What the change does to them is not counted here.`] : []),
  ];
}
