import { queryOptions, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState, type ReactNode } from "react";

import type { Policies } from "#domain/policy/policy.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { planCheck } from "#logscale/digest.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { call, failureOf } from "#web/api/client.ts";
import { offers, type Session } from "#web/api/session.ts";
import { createStore, useStore } from "#web/state/store.ts";

import { createApply, type ApplyOptions } from "./apply/apply.ts";
import { EditorBody } from "./EditorBody.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import type { FilterText } from "./impact/ownCredential.ts";
import type { Proposal, Reading, Report } from "./apply/proposal.ts";
import { readAll } from "./apply/readAll.ts";
import { useDraft } from "./draft/useDraft.ts";
import { useTokens } from "./useTokens.ts";
import type { FilterName } from "./draft/values.ts";

const ReportPanel = lazyPart(async () => (await import("./apply/ReportPanel.tsx")).ReportPanel);

export interface PolicyEditorProps {
  /**
   * The page's heading with the buttons beside it. On a wide screen it stands above the form alone, so that the impact has the window's
   * height.
   */
  readonly heading: (actions: ReactNode) => ReactNode;
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
export function PolicyEditor({ heading, current, session, withSystem, filters, filterName }: PolicyEditorProps) {
  const client = useQueryClient();
  const report = useQuery(reportQuery).data;
  const tokens = useTokens();
  const checked = offers(session, "planCheck");
  // Applying outlives renders, and asks for what it needs when it needs it.
  const [latest] = useState(() => createStore<Omit<ApplyOptions, "read" | "failureOf" | "onReport"> | undefined>(undefined));
  const [apply] = useState(() =>
    createApply({
      read: () => readAll(client),
      failureOf,
      send: async (proposal) => latest.get()?.send(proposal),
      checked: () => latest.get()?.checked() ?? false,
      onBase: (reading, form) => latest.get()?.onBase(reading, form),
      onReport: (next) => client.setQueryData(reportQuery.queryKey, next),
    }),
  );
  const step = useStore(apply.step);
  const draft = useDraft(current, step.at !== "editing");
  const { restart, form } = draft;
  useEffect(() => {
    latest.set({
      send: async ({ draft, reading, plan }: Proposal) => {
        const input = policiesToInput(draft, { withSystem });
        const extensions = checked ? { extensions: { tokenhouse: planCheck(reading.policies, plan, reading.complete) } } : {};
        await call(UpdateTokenSecurityPoliciesDocument, { input }, extensions);
      },
      checked: () => checked,
      onBase: (reading: Reading, next) => restart(reading.policies, next),
    });
  }, [latest, withSystem, checked, restart]);

  const refused = step.at === "editing" ? step.refusedField : undefined;
  useEffect(() => {
    if (refused === undefined) return;
    const name = `${refused.kind}.${refused.field === "maximumLifetime" ? "amount" : refused.field}` as const;
    form.setError(name, { type: "server", message: refused.failure.message });
    form.setFocus(name);
  }, [refused, form]);

  return (
    <EditorBody
      {...{ heading, apply, draft, tokens, session, withSystem, filters, filterName, current, checked }}
      checking={step.at === "checking" && step.next === "confirm"}
      outdated={draft.outdated && step.at === "editing"}
      report={
        report && (
          <Suspense fallback={null}>
            <ReportPanel
              key={report.reading.now}
              report={report}
              filterName={filterName}
              onDismiss={() => client.setQueryData(reportQuery.queryKey, null)}
            />
          </Suspense>
        )
      }
    />
  );
}
