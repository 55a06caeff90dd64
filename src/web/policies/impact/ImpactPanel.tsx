import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { memo, Suspense, useCallback, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";

import { harms, type Harm } from "#domain/policy/disruption.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import type { PutInto } from "#web/policies/draft/useDraft.ts";
import type { AllTokens } from "#web/policies/useTokens.ts";
import type { PlanQuestion } from "#web/policies/warn/PlanAnswer.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { AffectedList } from "./AffectedList.tsx";
import { countEffects, effects, type Effect } from "./effects.ts";
import { EffectTotals } from "./EffectTotals.tsx";
import { harmWords } from "./harmWords.ts";
import { HarmTotals } from "./HarmTotals.tsx";
import { listPlaces, sortKeys, type Impact, type ListFilter, type SortKey } from "./impact.ts";
import { ImpactNotes, ReadingStatus } from "./ImpactNotes.tsx";
import { ImpactViews, type ImpactView } from "./ImpactViews.tsx";
import { ListToolbar } from "./ListToolbar.tsx";
import type { OwnWarning } from "./ownCredential.ts";
import { useFilterJudge } from "./useFilterJudge.ts";
import { useImpactMark } from "./useImpactMark.ts";

const Pictures = lazyPart(async () => (await import("./pictures/Pictures.tsx")).Pictures);
const PlanAnswer = lazyDialog(async () => (await import("#web/policies/warn/PlanAnswer.tsx")).PlanAnswer);
const StagedPlans = lazyPart(async () => (await import("./pictures/StagedPlans.tsx")).StagedPlans);

/** What the list of affected tokens can be sorted and narrowed by. */
const affectedDialect: ListDialect<SortKey, { readonly harm: Harm; readonly effect: Effect; readonly kind: TokenKind }> = {
  columns: sortKeys,
  usual: "harm",
  filters: {
    harm: (text) => harms.find((harm) => harm === text),
    effect: (text) => effects.find((effect) => effect === text),
    kind: (text) => (isTokenKind(text) ? text : undefined),
  },
};

export interface ImpactPanelProps {
  readonly impact: Impact;
  /** What the draft does to the administrator's own tokens. */
  readonly warnings: readonly OwnWarning[];
  /** Whether the form can be read; otherwise the impact is that of the last draft that could, and says so. */
  readonly valid: boolean;
  /** Whether the form says anything else than what is in force. */
  readonly edited: boolean;
  readonly tokens: AllTokens;
  /** What the draft started from. */
  readonly base: Policies;
  readonly putInto: PutInto;
  /** One below the other, for a narrow screen. */
  readonly stacked: boolean;
}

/** What the draft does, live: figures, warnings, and the tokens it touches. */
export const ImpactPanel = memo(function ImpactPanel(props: ImpactPanelProps) {
  const { impact, valid, edited, tokens, base, warnings, putInto, stacked } = props;
  const { filterName, gateway } = useOrganization();
  const [shown, setShown] = useState<ImpactView>("list");
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const view = useListView(affectedDialect);
  const { sorting: sort, setSearch, setFilters, setSorting, showAll } = view;
  const narrowed = useMemo((): ListFilter => ({ ...view.filters, search: view.search }), [view.filters, view.search]);
  const filter = useDeferredValue(narrowed);
  const places = useMemo(() => listPlaces(impact, filter, sort), [impact, filter, sort]);
  const judge = useFilterJudge();
  const context = useMemo(
    () => ({ base, draft: impact.draft, now: impact.now, filterName, judge }),
    [base, impact, filterName, judge],
  );
  useImpactMark(panel, impact);
  useAnnouncedTotals(impact, tokens.waiting);
  const [asked, setAsked] = useState<PlanQuestion>();
  const closeAsked = useCallback(() => setAsked(undefined), []);
  const ask = (what: PlanQuestion["what"]) => setAsked({ what, impact, places, context });
  // A figure leads to its tokens, whatever is shown now.
  const narrow = useCallback(
    (change: Partial<ListFilter>) => {
      setShown("list");
      setFilters(change);
    },
    [setFilters],
  );
  const onHarm = useCallback((harm: Harm | undefined) => narrow({ harm }), [narrow]);
  const onEffect = useCallback((effect: Effect | undefined) => narrow({ effect }), [narrow]);

  const affected = impact.plan.changes.length;
  const whole = !gateway && tokens.kinds.every(({ state }) => state === "complete");
  return (
    <Box
      ref={panel}
      component="section"
      aria-labelledby={`${id}-title`}
      sx={{ display: "flex", flexDirection: "column", gap: 1, ...(!stacked && { minHeight: 0, flex: 1 }) }}
    >
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          columnGap: 2,
          flexWrap: stacked ? "wrap" : "nowrap",
          minHeight: 28,
          flexShrink: 0,
        }}
      >
        <Typography variant="h2" id={`${id}-title`} sx={{ whiteSpace: "nowrap" }}>
          Impact of this draft
        </Typography>
        <Typography
          variant="caption"
          noWrap={valid && !stacked}
          sx={{ color: valid ? "text.secondary" : "warning.main", flex: stacked ? "1 1 60%" : 1, minWidth: 0 }}
        >
          {affected > 0 && `${affectedWords(places.length, affected)} · `}
          {statusWords(valid, edited, tokens.waiting, whole)}
        </Typography>
        {places.length < affected && (
          <Button size="small" onClick={showAll} sx={{ minWidth: 0, minHeight: 28, paddingBlock: 0, whiteSpace: "nowrap" }}>
            Show all
          </Button>
        )}
        <ReadingStatus tokens={tokens} />
      </Box>
      <HarmTotals totals={impact.disruption.totals} chosen={narrowed.harm} onChoose={onHarm} stacked={stacked} />
      <EffectTotals impact={impact} kinds={tokens.kinds} stacked={stacked} chosen={narrowed.effect} onChoose={onEffect} />
      <ImpactNotes kinds={tokens.kinds} draft={impact.draft} warnings={warnings} waiting={tokens.waiting} />
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1, rowGap: 1, alignItems: "end", flexShrink: 0 }}>
        <ImpactViews value={shown} onChange={setShown} />
        {shown === "list" && (
          <ListToolbar
            filter={narrowed}
            onSearch={setSearch}
            onKind={(kind) => setFilters({ kind })}
            onExport={() => ask("csv")}
            onCalendar={impact.totals.shortened > 0 ? () => ask("calendar") : undefined}
            onWarn={affected > 0 ? () => ask("warn") : undefined}
          />
        )}
      </Box>
      {shown === "list" ? (
        <AffectedList
          impact={impact}
          places={places}
          context={context}
          sort={sort}
          onSort={setSorting}
          stacked={stacked}
          empty={
            <Typography sx={{ padding: 4, color: "text.secondary", textAlign: "center" }}>
              {affected > 0
                ? "No affected token matches."
                : edited
                  ? "This draft affects no token that is seen."
                  : "Change a value to see which tokens it affects."}
            </Typography>
          }
        />
      ) : (
        <Box
          sx={stacked ? undefined : { flex: 1, minHeight: 0, overflow: "auto", paddingTop: 2 }}
          tabIndex={stacked ? undefined : 0}
        >
          <Suspense fallback={<LoadingShape label="Loading" shape="form" rows={3} />}>
            {shown === "pictures" ? (
              <Pictures impact={impact} kinds={tokens.kinds} putInto={putInto} />
            ) : (
              <StagedPlans impact={impact} base={base} putInto={putInto} />
            )}
          </Suspense>
        </Box>
      )}
      {asked && (
        <Suspense fallback={null}>
          <PlanAnswer question={asked} onClose={closeAsked} />
        </Suspense>
      )}
    </Box>
  );
});

/** How many of the affected tokens the list shows. */
function affectedWords(shown: number, affected: number): string {
  return shown === affected
    ? `${countOf(affected, "token")} affected`
    : `${count(shown)} of ${countOf(affected, "token")} affected`;
}

/** `whole`: every token was seen, and the rules that judge them are known. */
function statusWords(valid: boolean, edited: boolean, waiting: boolean, whole: boolean): string {
  if (!valid) return "The draft has a value that cannot be read; this is the impact of the last one that could.";
  if (waiting) return "Tokens are still being read; figures are not final.";
  if (!edited) return "Nothing changed yet";
  return whole ? "Live, exact, not applied yet" : "Live, for the tokens seen; not applied yet";
}

/** Says the totals to a screen reader once the typing has come to rest. */
function useAnnouncedTotals(impact: Impact, waiting: boolean): void {
  const text = `Impact: ${harmWords(impact.disruption.totals)}; ${countEffects(impact.totals)}; ${count(impact.totals.seen)} seen.`;
  const said = useRef<string>(undefined);
  useEffect(() => {
    if (waiting || said.current === text) return undefined;
    const timer = setTimeout(() => {
      // The first figures come with the page itself.
      if (said.current !== undefined) announce(text);
      said.current = text;
    }, 900);
    return () => clearTimeout(timer);
  }, [text, waiting]);
}
