import type { Failure } from "#logscale/errors.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";

/** Says that written owners could not be read, so that creators are named in their place; nothing where they were. */
export function OwnersUnread({ failure }: { readonly failure: Failure | undefined }) {
  if (failure === undefined) return null;
  return (
    <ErrorState title="Owners that somebody wrote down could not be read; creators stand in their place" failure={failure} />
  );
}
