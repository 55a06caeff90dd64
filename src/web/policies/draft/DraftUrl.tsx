import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";

import type { Policies } from "#domain/policy/policy.ts";

import { hasEdits } from "./draft.ts";
import { writeDraft } from "./link.ts";
import { draftPart, withDraftPart } from "./linkPart.ts";
import type { Draft } from "./useDraft.ts";

/** How long typing has to rest, in ms, before the URL follows. */
const rest = 500;

export interface DraftUrlProps {
  readonly form: Draft["form"];
  readonly base: Policies;
  /** The draft came to rest and says something else than it did when the page was opened, or starts from something else. */
  readonly onMoved: (edited: boolean) => void;
}

/**
 * Keeps the draft in the URL, so that a reload, signing in again and whoever gets the link find it. Apart from the form, so that nothing
 * is rendered, or even worked out, while somebody types.
 */
export function DraftUrl({ form, base, onMoved }: DraftUrlProps) {
  const [params, setParams] = useSearchParams();
  const { getValues, subscribe } = form;
  const inUrl = draftPart(params).toString();
  // What the URL said of the draft when both were last seen to agree. A link stays as it was opened until its draft is edited.
  const agreed = useRef<{ readonly draft: string; readonly url: string }>(undefined);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draftNow = () => writeDraft(base, getValues());
    agreed.current ??= inUrl === "" ? { draft: "", url: "" } : { draft: draftNow().toString(), url: inUrl };
    const write = () => {
      clearTimeout(timer);
      const next = draftNow();
      const draft = next.toString();
      const before = agreed.current;
      if (before?.draft !== draft) onMoved(hasEdits(base, getValues()));
      if (before?.draft === draft && before.url === inUrl) return;
      agreed.current = { draft, url: draft };
      if (draft !== inUrl) setParams((current) => withDraftPart(current, next), { replace: true });
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(write, rest);
    };
    later();
    const stop = subscribe({ formState: { values: true }, callback: later });
    window.addEventListener("beforeunload", write);
    return () => {
      clearTimeout(timer);
      stop();
      window.removeEventListener("beforeunload", write);
    };
  }, [inUrl, base, getValues, subscribe, setParams, onMoved]);
  return null;
}
