import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Drawer from "@mui/material/Drawer";
import useMediaQuery from "@mui/material/useMediaQuery";
import { Suspense, useCallback, useId, useMemo, useState, type ReactNode } from "react";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { useStore } from "#web/state/store.ts";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";

import { ActionBar } from "./ActionBar.tsx";
import type { Apply } from "./apply/apply.ts";
import { ImpactPanel } from "./impact/ImpactPanel.tsx";
import { InForceChanged } from "./draft/InForceChanged.tsx";
import { KindSection } from "./draft/KindSection.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { ownWarnings, type FilterText } from "./impact/ownCredential.ts";
import type { PolicyEditorProps } from "./PolicyEditor.tsx";
import { PolicyText } from "./draft/PolicyText.tsx";
import { propose, type Proposal, type Reading } from "./apply/proposal.ts";
import type { Draft } from "./draft/useDraft.ts";
import { usePreview } from "./impact/usePreview.ts";
import { useServerMinute } from "./impact/useServerMinute.ts";
import type { AllTokens } from "./useTokens.ts";
import type { FilterName } from "./draft/values.ts";

// With the report, so that a change that was made can be told even where the server is updated meanwhile.
const ApplyDialogs = lazyPart(async () => {
  const [{ ApplyDialogs }] = await Promise.all([import("./apply/ApplyDialogs.tsx"), import("./apply/ReportPanel.tsx")]);
  return ApplyDialogs;
});

export interface EditorBodyProps extends PolicyEditorProps {
  readonly apply: Apply;
  readonly draft: Draft;
  readonly tokens: AllTokens;
  /** Whether the backend checks the plan itself. */
  readonly checked: boolean;
  /** Whether the page is reading again before it asks. */
  readonly checking: boolean;
  /** Whether to say that what is in force has changed since the draft began. */
  readonly outdated: boolean;
  readonly report: ReactNode;
}

/** The form and the impact, side by side where there is room; renders with every keystroke, and its parts only where they changed. */
export function EditorBody(props: EditorBodyProps) {
  const {
    heading,
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
    outdated,
    report,
  } = props;
  const applying = useStore(apply.step).at !== "editing";
  const { form, base, restart, setMaximum, undo } = draft;
  const wide = useMediaQuery("(min-width: 1100px)", { noSsr: true });
  const [open, setOpen] = useState(false);
  const formId = useId();
  const now = useServerMinute(tokens.tokens);
  const preview = usePreview(form.control, base, tokens, now);
  const { impact } = preview;
  const gateway = session.backend === "gateway";
  // Behind a gateway filters judge another address than this one, which nobody here knows.
  const credential = useMemo(() => (gateway ? { ...session, clientAddress: "" } : session), [gateway, session]);
  const warnings = useMemo(
    () => ownWarnings(credential, tokens.byId, base, impact.draft, filters, impact.now),
    [credential, tokens.byId, base, impact, filters],
  );
  const warningsOf = ({ draft, reading }: Proposal) => {
    const byId = new Map(reading.tokens.map((token) => [token.id, token]));
    return ownWarnings(credential, byId, reading.policies, draft, filters, reading.now);
  };
  const filterList = useMemo(() => [...filters.values()], [filters]);
  const byToken = session.tokenId !== undefined;
  const press = form.handleSubmit((_, event) => {
    event?.preventDefault();
    const reading: Reading = { policies: base, tokens: tokens.tokens, complete: tokens.complete, read: tokens.read, now };
    const shown = propose(reading, form.getValues());
    if (shown !== undefined) apply.press(shown);
  });
  const maximumSetter = useCallback(
    (kind: TokenKind) => (kind === "system" && !withSystem ? undefined : (maximum: number) => setMaximum(kind, maximum)),
    [setMaximum, withSystem],
  );
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
      setMaximum={maximumSetter}
      stacked={!wide}
    />
  );

  const title = heading(
    <ApiCallButton
      prepare={(show) =>
        void form.handleSubmit((policies) =>
          show({
            title: "Update the token security policies",
            document: UpdateTokenSecurityPoliciesDocument,
            variables: { input: policiesToInput(policies, { withSystem }) },
            note: "A script that runs it applies it at once: it does not look whether tokens or policies have changed since this preview.",
          }),
        )()
      }
    />,
  );
  const notices = Boolean(report) || outdated;
  return (
    <>
      {(!wide || notices) && title}
      {report}
      {outdated && (
        <InForceChanged
          base={base}
          current={current}
          form={form.getValues()}
          filterName={filterName}
          onRebase={(next) => restart(current, next)}
        />
      )}
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
          {wide && !notices && title}
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
      {applying && (
        <Suspense fallback={null}>
          <ApplyDialogs {...{ apply, filterName, warningsOf, gateway, byToken, checked }} />
        </Suspense>
      )}
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
  // The window less the page’s header, the bar below and the margins, so that the list scrolls and not the panel.
  height: "calc(100dvh - 152px)",
  minHeight: 480,
  display: "flex",
  flexDirection: "column",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "background.paper",
  padding: 4,
} as const;
