import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { filterJudge } from "#domain/filter/judge.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { knownFilters } from "#web/api/queries.ts";
import { useStore } from "#web/state/store.ts";

import { createApply } from "./apply/apply.ts";
import { harmOf } from "./apply/consent.ts";
import { reportQuery } from "./apply/LastReport.tsx";
import { readAll } from "./apply/readAll.ts";
import { checksPlan } from "./apply/checksPlan.ts";
import { useDraft, useKeepingUp } from "./draft/useDraft.ts";
import { useOpened, type OpenedDraft } from "./draft/useOpened.ts";
import { EditorBody } from "./EditorBody.tsx";
import { useTokens } from "./useTokens.ts";

export interface PolicyEditorProps {
  /**
   * The page's heading with the buttons beside it. On a wide screen it stands above the form alone, so that the impact has the window's
   * height.
   */
  readonly heading: (actions: ReactNode) => ReactNode;
  /** What is in force, as read last. */
  readonly current: Policies;
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
  /** The draft that the URL says, if it says one. */
  readonly opened?: OpenedDraft | undefined;
}

/** The policies as a form, with the impact of every keystroke beside it, and everything it takes to apply it. */
export function PolicyEditor({ heading, current, withSystem, opened }: PolicyEditorProps) {
  const client = useQueryClient();
  const tokens = useTokens();
  const draft = useDraft(current, opened?.linked.form);
  const origin = useOpened(opened);
  const { form, restart } = draft;
  const [apply] = useState(() =>
    createApply({
      read: () => readAll(client),
      failureOf,
      send: async (proposal) => (await loadPart(() => import("./apply/sendChange.ts"))).sendChange(client, proposal),
      checked: () => checksPlan(client),
      harmOf: (proposal) =>
        harmOf(
          proposal,
          filterJudge((id) => knownFilters(client).get(id)?.ipFilter),
        ),
      now: serverNow,
      onBase: (reading, next) => restart(reading.policies, next),
      onReport: (report) => client.setQueryData(reportQuery.queryKey, report),
    }),
  );
  const step = useStore(apply.step);
  useKeepingUp(draft, current, step.at !== "editing");

  const refused = step.at === "editing" ? step.refusedField : undefined;
  useEffect(() => {
    if (refused === undefined) return;
    const name = `${refused.kind}.${refused.field === "maximumLifetime" ? "amount" : refused.field}` as const;
    form.setError(name, { type: "server", message: refused.failure.message });
    form.setFocus(name);
  }, [refused, form]);

  return <EditorBody {...{ heading, current, withSystem, draft, origin, tokens, apply, step }} />;
}
