import type { Policies } from "#domain/policy/policy.ts";
import { paths } from "#web/paths.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";

import { writeDraft } from "./link.ts";
import type { Draft } from "./useDraft.ts";

export interface CopyLinkProps {
  readonly form: Draft["form"];
  readonly base: Policies;
  /** Whether there is a draft. */
  readonly edited: boolean;
}

/** Copies a link under which whoever may change the policies finds this draft. */
export function CopyLink({ form, base, edited }: CopyLinkProps) {
  const link = async () => {
    let written: string | undefined;
    // What is not valid yet is said at its field, and nothing is copied.
    await form.handleSubmit((_, event) => {
      event?.preventDefault();
      written = `${window.location.origin}${paths.policies}?${writeDraft(base, form.getValues()).toString()}`;
    })();
    if (written === undefined) throw new Error("The draft is not valid.");
    return written;
  };
  return <CopyButton text={link} label="Copy link" labelled disabled={!edited} />;
}
