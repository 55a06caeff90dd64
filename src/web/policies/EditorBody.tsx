import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useCallback, useId, useMemo, useState, type ReactNode } from "react";

import type { Policies } from "#domain/policy/policy.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { ApiCallButton } from "#web/api-call/ApiCallButton.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";
import { GoToAnchor } from "#web/ui/GoToAnchor.tsx";

import { ActionBar } from "./ActionBar.tsx";
import type { Apply, ApplyStep } from "./apply/apply.ts";
import { LastReport, reportQuery } from "./apply/LastReport.tsx";
import { propose, type Reading } from "./apply/proposal.ts";
import { DraftSection } from "./draft/DraftSection.tsx";
import type { Draft, PutInto } from "./draft/useDraft.ts";
import type { DraftOrigin } from "./draft/useOpened.ts";
import { FileButton } from "./file/FileButton.tsx";
import { ImpactPanel } from "./impact/ImpactPanel.tsx";
import { useOwnWarnings } from "./impact/useOwnWarnings.ts";
import { usePreview } from "./impact/usePreview.ts";
import { useServerMinute } from "./impact/useServerMinute.ts";
import type { AllTokens } from "./useTokens.ts";

// Loaded with the report, so that the result of a change can be shown even where the server is updated meanwhile.
const ApplyDialogs = lazyPart(async () => {
  const [{ ApplyDialogs }] = await Promise.all([
    import("./apply/ApplyDialogs.tsx"),
    import("./apply/ReportPanel.tsx"),
    import("./apply/sendChange.ts"),
  ]);
  return ApplyDialogs;
});

// For narrow screens alone.
const ImpactDrawer = lazyPart(async () => (await import("./impact/ImpactDrawer.tsx")).ImpactDrawer);
const InForceChanged = lazyPart(async () => (await import("./draft/InForceChanged.tsx")).InForceChanged);
// The parts that a draft needs to be a link; without one they are not loaded.
const CopyLink = lazyPart(async () => (await import("./draft/CopyLink.tsx")).CopyLink);
const DraftUrl = lazyPart(async () => (await import("./draft/DraftUrl.tsx")).DraftUrl);
const LinkNotice = lazyPart(async () => (await import("./draft/LinkNotice.tsx")).LinkNotice);

export interface EditorBodyProps {
  /** The page's heading with the buttons beside it. */
  readonly heading: (actions: ReactNode) => ReactNode;
  /** What is in force, as read last. */
  readonly current: Policies;
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
  readonly draft: Draft;
  readonly origin: DraftOrigin;
  readonly tokens: AllTokens;
  readonly apply: Apply;
  readonly step: ApplyStep;
}

/** The form and the impact, side by side where there is room; renders with every keystroke, and its parts only where they changed. */
export function EditorBody({ heading, current, withSystem, draft, origin, tokens, apply, step }: EditorBodyProps) {
  const { form, base, restart, put } = draft;
  const editing = step.at === "editing";
  const outdated = draft.outdated && editing;
  const wide = useMediaQuery("(min-width: 1100px)", { noSsr: true });
  const [open, setOpen] = useState(false);
  const formId = useId();
  const now = useServerMinute(tokens.tokens);
  const preview = usePreview(form.control, base, tokens, now);
  const { impact } = preview;
  const [linking, setLinking] = useState(origin.marked !== undefined);
  if (preview.edited && !linking) setLinking(true);
  const warningsOf = useOwnWarnings();
  const warnings = useMemo(() => warningsOf(tokens.own, base, impact.draft, impact.now), [warningsOf, tokens.own, base, impact]);
  const press = form.handleSubmit((_, event) => {
    event?.preventDefault();
    const reading: Reading = { policies: base, tokens: tokens.tokens, complete: tokens.complete, read: tokens.read, now };
    const shown = propose(reading, form.getValues());
    if (shown !== undefined) apply.press(shown);
  });
  const putInto: PutInto = useCallback(
    (kind) => (kind === "system" && !withSystem ? undefined : (values) => put(kind, values)),
    [put, withSystem],
  );
  const panel = (
    <ImpactPanel
      impact={impact}
      valid={preview.valid}
      edited={preview.edited}
      tokens={tokens}
      base={base}
      warnings={warnings}
      putInto={putInto}
      stacked={!wide}
    />
  );

  const title = heading(
    <>
      <Suspense fallback={noLink}>{linking ? <CopyLink form={form} base={base} edited={preview.edited} /> : noLink}</Suspense>
      <FileButton draft={{ form, restart, edited: preview.edited, withSystem }} />
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
      />
    </>,
  );
  const notices = useQuery(reportQuery).data != null || outdated || origin.marked !== undefined;
  return (
    <>
      {(!wide || notices) && title}
      <LastReport />
      {origin.marked && (
        <Suspense fallback={null}>
          <LinkNotice opened={origin.marked} onDismiss={origin.dismiss} />
        </Suspense>
      )}
      {linking && (
        <Suspense fallback={null}>
          <DraftUrl form={form} base={base} onMoved={origin.onMoved} />
        </Suspense>
      )}
      {outdated && (
        <Suspense fallback={null}>
          <InForceChanged base={base} current={current} form={form.getValues()} onRebase={(next) => restart(current, next)} />
        </Suspense>
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
            <DraftSection
              key={kind}
              kind={kind}
              draft={draft}
              seen={tokens.kinds.find((seen) => seen.kind === kind)}
              withSystem={withSystem}
            />
          ))}
          <GoToAnchor />
        </Box>
        {wide && <Box sx={panelStyle}>{panel}</Box>}
      </Box>
      <ActionBar
        formId={formId}
        preview={preview}
        tokens={tokens}
        checking={step.at === "checking" && step.next === "confirm"}
        onDiscard={() => restart(current)}
        onStop={apply.leave}
        onOpenImpact={wide ? undefined : () => setOpen(true)}
      />
      {!wide && (
        <Suspense fallback={null}>
          <ImpactDrawer open={open} onClose={() => setOpen(false)}>
            {panel}
          </ImpactDrawer>
        </Suspense>
      )}
      {!editing && (
        <Suspense fallback={null}>
          <ApplyDialogs apply={apply} fromLink={origin.fromLink} />
        </Suspense>
      )}
      {isUnderWay(step) ? (
        <UnsavedChangesGuard
          when
          title="Leave without looking?"
          text="The change was sent, and no answer has come. Leaving does not undo it."
          leave="Leave"
        />
      ) : (
        <UnsavedChangesGuard
          when={preview.edited}
          title="Leave without applying?"
          text="The draft of the security policies has not been applied. Leaving discards it."
        />
      )}
    </>
  );
}

/** Whether the change was sent, and nobody knows yet what became of it. */
function isUnderWay(step: ApplyStep): boolean {
  const at = step.at === "stuck" ? step.before.at : step.at;
  return at === "sending" || at === "verifying" || at === "lost";
}

const noLink = (
  <Button variant="outlined" disabled>
    Copy link
  </Button>
);

const panelStyle = {
  position: "sticky",
  top: 16,
  // The window less the page’s header, the bar below and the margins, so that the list scrolls and not the panel.
  height: "calc(100dvh - 136px)",
  minHeight: 440,
  display: "flex",
  flexDirection: "column",
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "background.paper",
  paddingInline: 3,
  paddingBlock: 2,
} as const;
