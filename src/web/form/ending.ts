import type { FormEventHandler } from "react";

import type { ShowCalls } from "#web/api-call/ApiCallButton.tsx";

import { noCall, type Progress, type Sending } from "./useSending.ts";

/** What the ending needs from its form, whatever the form holds. */
export interface Ending {
  readonly sending: Progress;
  readonly onSubmit: FormEventHandler;
  /** Shows what the form holds as calls; undefined where there are none. */
  readonly prepare: ((show: ShowCalls) => void) | undefined;
}

/** What shows calls of values, which `read` gives where they are valid. */
export function prepared<Values>(
  calls: Sending<Values>["calls"],
  read: (next: (values: Values) => void) => void,
): Ending["prepare"] {
  if (calls === noCall) return undefined;
  return (show) => read((values) => show(...calls(values)));
}
