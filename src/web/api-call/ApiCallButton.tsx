import Button from "@mui/material/Button";
import { lazy, Suspense, useState, type ReactNode } from "react";

import type { ApiCall, ApiResource } from "#domain/apiCall.ts";

import type { stringifyDocument } from "@urql/core";

const ApiCallDialog = lazy(() => import("./ApiCallDialog.tsx").then((module) => ({ default: module.ApiCallDialog })));

/** What a form would send if it were sent now. */
export interface ShownCall extends Pick<ApiCall, "variables" | "server"> {
  /** What the form does, as a title: "Create a view token". */
  readonly title: string;
  /** The very document that the form sends. */
  readonly document: Parameters<typeof stringifyDocument>[0];
  /** The same for the Terraform provider and humio-operator, where they can do it. */
  readonly resource?: ApiResource | undefined;
  /** What differs when a script does it. */
  readonly note?: ReactNode;
}

/** What {@link ApiCallButton} takes. */
export interface ApiCallButtonProps {
  /** Hands what the form holds now to `show`; does not, where the form is not valid, and has it say what is wrong. */
  readonly prepare: (show: (call: ShownCall) => void) => void;
}

/** Shows what a form holds as calls that a script can make. What shows it is loaded when it is first asked for. */
export function ApiCallButton({ prepare }: ApiCallButtonProps) {
  const [call, setCall] = useState<ShownCall>();
  return (
    <>
      <Button type="button" variant="outlined" onClick={() => prepare(setCall)}>
        Show as API call
      </Button>
      {call !== undefined && (
        <Suspense fallback={null}>
          <ApiCallDialog call={call} onClose={() => setCall(undefined)} />
        </Suspense>
      )}
    </>
  );
}
