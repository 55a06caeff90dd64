import type { ConfigurationTexts } from "./queries.ts";

/** What an edit started from. When either differs now, somebody else made a change. */
export interface EditBase {
  readonly version: number;
  readonly draftModifiedAt: number | null;
}

/** A text that differs, or may differ, from what the server has. */
export interface Edit {
  readonly text: string;
  readonly base: EditBase;
}

/** The text to edit: the draft, or else the published text. Line ends as the editor writes them. */
export function textOf({ draft, yaml }: Pick<ConfigurationTexts, "draft" | "yaml">): string {
  return (draft ?? yaml ?? "").replaceAll(/\r\n?/gu, "\n");
}

/** The base of an edit that starts now. */
export function baseOf({ version, draftModifiedAt }: EditBase): EditBase {
  return { version, draftModifiedAt };
}

/** The edit after something was typed: none where the text is again what the server has. */
export function typed(text: string, edit: Edit | undefined, configuration: ConfigurationTexts): Edit | undefined {
  const base = edit?.base ?? baseOf(configuration);
  if (text === textOf(configuration) && isCurrent(base, configuration)) return undefined;
  return { text, base };
}

/** Whether an edit started from what the server has now. */
export function isCurrent(base: EditBase, configuration: EditBase): boolean {
  return base.version === configuration.version && base.draftModifiedAt === configuration.draftModifiedAt;
}
