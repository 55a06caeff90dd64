import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { memo, Suspense, useCallback, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";

import { isTokenKind, type TokenKind } from "#domain/token/kinds.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { useListView } from "#web/list/useListView.ts";
import { toSortingState, type ListDialect } from "#web/list/view.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { count, countOf } from "#web/ui/counts.ts";

import { AffectedList } from "./AffectedList.tsx";
import { fullReason } from "./changeWords.ts";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { countEffects, effects, type Effect } from "./effects.ts";
import { listChanges, sortKeys, type Impact, type ListFilter, type SortKey } from "./impact.ts";
import { impactCsv } from "./impactCsv.ts";
import { ImpactTotals } from "./ImpactTotals.tsx";
import { ImpactViews, type ImpactView } from "./ImpactViews.tsx";
import { ListToolbar } from "./ListToolbar.tsx";
import { OwnWarnings, type OwnWarningsProps } from "./OwnWarnings.tsx";
import { useImpactMark } from "./useImpactMark.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { ReadingStatus, SeenNotes } from "./SeenNotes.tsx";
import type { AllTokens } from "#web/policies/useTokens.ts";

const Pictures = lazyPart(async () => (await import("./pictures/Pictures.tsx")).Pictures);
const StagedPlans = lazyPart(async () => (await import("./pictures/StagedPlans.tsx")).StagedPlans);

/** What the list of affected tokens can be sorted and narrowed by. */
const affectedDialect: ListDialect<SortKey, { readonly effect: Effect; readonly kind: TokenKind }> = {
  columns: sortKeys,
  usual: "effect",
  filters: {
    effect: (text) => effects.find((effect) => effect === text),
    kind: (text) => (isTokenKind(text) ? text : undefined),
  },
};

export interface ImpactPanelProps extends Pick<OwnWarningsProps, "warnings"> {
  readonly impact: Impact;
  /** Whether the form can be read; otherwise the impact is that of the last draft that could, and says so. */
  readonly valid: boolean;
  /** Whether the form says anything else than what is in force. */
  readonly edited: boolean;
  readonly tokens: AllTokens;
  /** What the draft started from. */
  readonly base: Policies;
  /** Puts a maximum lifetime (ms) into the draft; undefined for a kind whose policy this caller may not change. */
  readonly setMaximum: (kind: TokenKind) => ((maximum: number) => void) | undefined;
  /** One below the other, for a narrow screen. */
  readonly stacked: boolean;
}

/** What the draft does, live: figures, warnings, and the tokens it touches. */
export const ImpactPanel = memo(function ImpactPanel(props: ImpactPanelProps) {
  const { impact, valid, edited, tokens, base, warnings, setMaximum, stacked } = props;
  const { filterName, gateway } = useOrganization();
  const [shown, setShown] = useState<ImpactView>("list");
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const view = useListView(affectedDialect);
  const { sorting: sort, setSearch, setFilters, setSorting } = view;
  const narrowed = useMemo((): ListFilter => ({ ...view.filters, search: view.search }), [view.filters, view.search]);
  const filter = useDeferredValue(narrowed);
  const changes = useMemo(() => listChanges(impact.plan.changes, filter, sort), [impact, filter, sort]);
  const context = useMemo(() => ({ base, draft: impact.draft, now: impact.now, filterName }), [base, impact, filterName]);
  useImpactMark(panel, impact);
  useAnnouncedTotals(impact, tokens.waiting);
  const onExport = useCallback(() => {
    const text = impactCsv(changes, { filterName, reason: (change) => fullReason(change, context) });
    downloadText(`policy-impact-${fileInstant(impact.now)}.csv`, "text/csv", text);
  }, [changes, context, filterName, impact]);

  const affected = impact.plan.changes.length;
  const whole = !gateway && tokens.kinds.every(({ state }) => state === "complete");
  return (
    <Box
      ref={panel}
      component="section"
      aria-labelledby={`${id}-title`}
      sx={{ display: "flex", flexDirection: "column", gap: 3, ...(!stacked && { minHeight: 0, flex: 1 }) }}
    >
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 3, flexWrap: "wrap" }}>
        <Typography variant="h2" id={`${id}-title`}>
          Impact of this draft
        </Typography>
        <Typography variant="caption" sx={{ color: valid ? "text.secondary" : "warning.main" }}>
          {statusWords(valid, edited, tokens.waiting, whole)}
        </Typography>
      </Box>
      <ImpactTotals impact={impact} kinds={tokens.kinds} stacked={stacked} />
      <OwnWarnings warnings={warnings} waiting={tokens.waiting} />
      <Typography sx={{ marginTop: -2 }}>{recentUseWords(impact)}</Typography>
      <SeenNotes kinds={tokens.kinds} draft={impact.draft} />
      <ImpactViews value={shown} onChange={setShown} />
      {shown !== "list" && (
        <Box sx={stacked ? undefined : { flex: 1, minHeight: 0, overflow: "auto" }} tabIndex={stacked ? undefined : 0}>
          <Suspense fallback={<LoadingShape label="Loading" shape="form" rows={3} />}>
            {shown === "pictures" ? (
              <Pictures impact={impact} kinds={tokens.kinds} setMaximum={setMaximum} />
            ) : (
              <StagedPlans impact={impact} base={base} setMaximum={setMaximum} />
            )}
          </Suspense>
        </Box>
      )}
      {shown === "list" && (
        <>
          <ListToolbar filter={narrowed} onSearch={setSearch} onFilter={setFilters} onExport={onExport} />
          <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 3, marginBlock: -2 }}>
            <Typography variant="caption" sx={{ color: "text.secondary" }}>
              {changes.length === affected
                ? `${countOf(affected, "token")} affected`
                : `${count(changes.length)} of ${countOf(affected, "token")} affected`}
            </Typography>
            <ReadingStatus tokens={tokens} />
          </Box>
          <AffectedList
            changes={changes}
            context={context}
            sort={sort}
            onSort={(next) => setSorting(toSortingState(next))}
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
        </>
      )}
    </Box>
  );
});

/** `whole`: every token was seen, and the rules that judge them are known. */
function statusWords(valid: boolean, edited: boolean, waiting: boolean, whole: boolean): string {
  if (!valid) return "The draft has a value that cannot be read; this is the impact of the last one that could.";
  if (waiting) return "Tokens are still being read; figures are not final.";
  if (!edited) return "Nothing changed yet";
  return whole ? "Live, exact, nothing applied yet" : "Live, for the tokens seen; nothing applied yet";
}

/** Which affected tokens were in use lately, in words. */
export function recentUseWords({ use, plan }: Impact): string {
  if (plan.changes.length === 0) return "No token that was seen is affected.";
  if (use.unknown === plan.changes.length) return "Used lately: not known of any affected token.";
  const known = `Used lately: ${count(use.day)} of the affected tokens in the last 24 hours, ${count(use.week)} in the last 7 days`;
  return use.unknown > 0 ? `${known}; not known of ${count(use.unknown)}.` : `${known}.`;
}

/** Says the totals to a screen reader once the typing has come to rest. */
function useAnnouncedTotals(impact: Impact, waiting: boolean): void {
  const text = `Impact: ${countEffects(impact.totals)}, ${count(impact.totals.seen)} seen.`;
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
