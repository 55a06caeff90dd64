import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Drawer from "@mui/material/Drawer";
import useMediaQuery from "@mui/material/useMediaQuery";
import { skipToken, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";

import { tokenKinds, type TokenKind } from "#domain/kinds.ts";
import type { Policies } from "#domain/policy.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { planCheck } from "#logscale/digest.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/graphql.ts";
import { call, failureOf } from "#web/api/client.ts";
import { offers, type Session } from "#web/api/session.ts";
import { useStore } from "#web/api/store.ts";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";

import { ActionBar } from "./ActionBar.tsx";
import { createApply, type ApplyOptions } from "./apply.ts";
import { ApplyDialogs } from "./ApplyDialogs.tsx";
import { ImpactPanel } from "./ImpactPanel.tsx";
import { InForceChanged } from "./InForceChanged.tsx";
import { KindSection } from "./KindSection.tsx";
import { ownWarnings, type FilterText } from "./ownCredential.ts";
import { PolicyText } from "./PolicyText.tsx";
import { propose, type Proposal, type Reading, type Report } from "./proposal.ts";
import { readAll } from "./readAll.ts";
import { ReportPanel } from "./ReportPanel.tsx";
import { useDraft, type Draft } from "./useDraft.ts";
import { usePreview } from "./usePreview.ts";
import { useServerMinute } from "./useServerMinute.ts";
import { useTokens, type AllTokens } from "./useTokens.ts";
import type { FilterName } from "./values.ts";

/** What {@link PolicyEditor} takes. */
export interface PolicyEditorProps {
  /** What is in force, as read last. */
  readonly current: Policies;
  readonly session: Session;
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
  readonly filters: ReadonlyMap<string, FilterText>;
  readonly filterName: FilterName;
}

/** The last report, in the cache so that it outlives a visit to another page; who signs out takes it along. */
const reportQuery = queryOptions<Report | null>({
  queryKey: ["policy-report"],
  queryFn: skipToken,
  staleTime: Infinity,
  gcTime: Infinity,
  structuralSharing: false,
});

/** The policies as a form, with the impact of every keystroke beside it, and everything it takes to apply it. */
export function PolicyEditor({ current, session, withSystem, filters, filterName }: PolicyEditorProps) {
  const client = useQueryClient();
  const report = useQuery(reportQuery).data;
  const tokens = useTokens();
  const checked = offers(session, "planCheck");
  // Applying outlives renders, and asks for what it needs when it needs it.
  const latest = useRef<Omit<ApplyOptions, "read" | "failureOf" | "onReport"> | undefined>(undefined);
  const [apply] = useState(() =>
    createApply({
      read: () => readAll(client),
      failureOf,
      send: async (proposal) => latest.current?.send(proposal),
      checked: () => latest.current?.checked() ?? false,
      onBase: (reading, form) => latest.current?.onBase(reading, form),
      onReport: (next) => client.setQueryData(reportQuery.queryKey, next),
    }),
  );
  const step = useStore(apply.step);
  const draft = useDraft(current, step.at !== "editing");
  const { restart, form } = draft;
  useEffect(() => {
    latest.current = {
      send: async ({ draft, reading, plan }: Proposal) => {
        const input = policiesToInput(draft, { withSystem });
        const extensions = checked ? { extensions: { tokenhouse: planCheck(reading.policies, plan, reading.complete) } } : {};
        await call(UpdateTokenSecurityPoliciesDocument, { input }, extensions);
      },
      checked: () => checked,
      onBase: (reading: Reading, next) => restart(reading.policies, next),
    };
  }, [withSystem, checked, restart]);

  const refused = step.at === "editing" ? step.refusedField : undefined;
  useEffect(() => {
    if (refused === undefined) return;
    const name = `${refused.kind}.${refused.field === "maximumLifetime" ? "amount" : refused.field}` as const;
    form.setError(name, { type: "server", message: refused.failure.message });
    form.setFocus(name);
  }, [refused, form]);

  return (
    <>
      {report && (
        <ReportPanel report={report} filterName={filterName} onDismiss={() => client.setQueryData(reportQuery.queryKey, null)} />
      )}
      {draft.outdated && step.at === "editing" && (
        <InForceChanged
          base={draft.base}
          current={current}
          form={form.getValues()}
          filterName={filterName}
          onRebase={(next) => restart(current, next)}
        />
      )}
      <EditorBody
        {...{ apply, draft, tokens, session, withSystem, filters, filterName, current, checked }}
        checking={step.at === "checking" && step.then === "confirm"}
      />
    </>
  );
}

interface EditorBodyProps extends PolicyEditorProps {
  readonly apply: ReturnType<typeof createApply>;
  readonly draft: Draft;
  readonly tokens: AllTokens;
  readonly checked: boolean;
  readonly checking: boolean;
}

function EditorBody({
  apply,
  draft,
  tokens,
  session,
  withSystem,
  filters,
  filterName,
  current,
  checked,
  checking,
}: EditorBodyProps) {
  const { form, base, restart, undo } = draft;
  const wide = useMediaQuery("(min-width: 1100px)", { noSsr: true });
  const [open, setOpen] = useState(false);
  const formId = useId();
  const now = useServerMinute(tokens.tokens);
  const preview = usePreview(form.control, base, tokens, now);
  const { impact } = preview;
  const warn = useCallback(
    (next: Policies, byId: AllTokens["byId"], now: number) => ownWarnings(session, byId, base, next, filters, now),
    [session, base, filters],
  );
  const warnings = useMemo(() => warn(impact.draft, tokens.byId, impact.now), [warn, impact, tokens.byId]);
  const warningsOf = useCallback(
    ({ draft, reading }: Proposal) =>
      ownWarnings(
        session,
        new Map(reading.tokens.map((token) => [token.id, token])),
        reading.policies,
        draft,
        filters,
        reading.now,
      ),
    [session, filters],
  );
  const filterList = useMemo(() => [...filters.values()], [filters]);
  const gateway = session.backend === "gateway";
  const byToken = session.tokenId !== undefined;
  const press = form.handleSubmit((_, event) => {
    event?.preventDefault();
    const reading: Reading = { policies: base, tokens: tokens.tokens, complete: tokens.complete, read: tokens.read, now };
    const shown = propose(reading, form.getValues());
    if (shown !== undefined) apply.press(shown);
  });
  const panel = (
    <ImpactPanel
      impact={impact}
      valid={preview.valid}
      edited={preview.edited}
      tokens={tokens}
      base={base}
      filterName={filterName}
      warnings={warnings}
      gateway={gateway}
      byToken={byToken}
      stacked={!wide}
    />
  );

  return (
    <>
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: wide ? "minmax(340px, 400px) minmax(0, 1fr)" : "minmax(0, 1fr)",
          gap: 6,
          alignItems: "start",
        }}
      >
        <Box
          component="form"
          id={formId}
          noValidate
          aria-label="Draft"
          onSubmit={(event: React.FormEvent) => void press(event)}
          sx={{ display: "flex", flexDirection: "column", gap: 4 }}
        >
          {tokenKinds.map((kind) => (
            <Section key={kind} {...{ kind, draft, tokens, filterList, filterName, withSystem }} onUndo={undo} />
          ))}
        </Box>
        {wide && <Box sx={panelStyle}>{panel}</Box>}
      </Box>
      <ActionBar
        formId={formId}
        preview={preview}
        tokens={tokens}
        checking={checking}
        onDiscard={() => restart(current)}
        onStop={apply.leave}
        onOpenImpact={wide ? undefined : () => setOpen(true)}
      />
      {!wide && (
        <Drawer
          anchor="bottom"
          open={open}
          onClose={() => setOpen(false)}
          slotProps={{
            paper: { role: "dialog", "aria-label": "Impact of this draft", sx: { height: "92dvh", padding: 4, gap: 2 } },
          }}
        >
          <Button onClick={() => setOpen(false)} sx={{ alignSelf: "flex-end", flexShrink: 0 }}>
            Close
          </Button>
          {panel}
        </Drawer>
      )}
      <ApplyDialogs {...{ apply, filterName, warningsOf, gateway, byToken, checked }} />
      <UnsavedChangesGuard
        when={preview.edited}
        title="Leave without applying?"
        text="The draft of the security policies has not been applied. Leaving discards it."
      />
    </>
  );
}

interface SectionProps {
  readonly kind: TokenKind;
  readonly draft: Draft;
  readonly tokens: AllTokens;
  readonly filterList: readonly FilterText[];
  readonly filterName: FilterName;
  readonly withSystem: boolean;
  readonly onUndo: Draft["undo"];
}

function Section({ kind, draft, tokens, filterList, filterName, withSystem, onUndo }: SectionProps) {
  const { base, form } = draft;
  if (kind === "system" && !withSystem) {
    return (
      <PolicyText
        kind={kind}
        policy={base[kind]}
        filterName={filterName}
        reason="Only root and whoever may change system permissions can change this. Applying leaves it as it is."
      />
    );
  }
  return (
    <KindSection
      kind={kind}
      control={form.control}
      base={base[kind]}
      seen={tokens.kinds.find((seen) => seen.kind === kind)}
      filters={filterList}
      filterName={filterName}
      onUndo={onUndo}
    />
  );
}

const panelStyle = {
  position: "sticky",
  top: 16,
  // The whole window less the bar below and the margins, so that the list scrolls and not the page.
  height: "calc(100dvh - 16px - 76px)",
  minHeight: 480,
  display: "flex",
  flexDirection: "column",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "background.paper",
  padding: 4,
} as const;
