import { ErrorState } from "#web/ui/ErrorState.tsx";

import { LostAnswer } from "./LostAnswer.tsx";
import type { Progress } from "./useSending.ts";

/** Why the last request of a form failed; where that is not known, what looks. */
export function Outcome({ sending: { outcome, settle } }: { readonly sending: Progress }) {
  if (outcome === undefined) return null;
  const { type, title, failure } = outcome;
  if (type === "failed") return <ErrorState title={title} failure={failure} />;
  return <LostAnswer title={title} failure={failure} action={outcome.action} onLook={outcome.look} onSettled={settle} />;
}
