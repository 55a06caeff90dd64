import Button from "@mui/material/Button";
import { Suspense, useState, type ReactNode } from "react";

import type { ApiCall } from "#domain/print/apiCall.ts";
import type { ApiResource } from "#domain/print/apiResource.ts";

import { lazyDialog } from "#web/ui/lazyPart.tsx";

const ApiCallDialog = lazyDialog(async () => (await import("./ApiCallDialog.tsx")).ApiCallDialog);

/**
 * What a form would send if it were sent now. What `withhold` knows as a secret is not printed; a form that has one hands over
 * {@link notShown} for it.
 */
export interface ShownCall extends Pick<ApiCall, "variables"> {
  /** What it does, as a title: "Create a view token". */
  readonly title: string;
  /** The very document that the form sends. */
  readonly document: string;
  /** The same for the Terraform provider and humio-operator, where they can do it. */
  readonly resource?: ApiResource | undefined;
  /** What differs when a script does it. */
  readonly note?: ReactNode;
}

/** Stands in the variables for a secret, which need not get here to be withheld. */
export const notShown = "";

/** Takes what a form holds: one call, or several where it sends several or can send one of them. */
export type ShowCalls = (...calls: readonly [ShownCall, ...ShownCall[]]) => void;

export interface ApiCallButtonProps {
  /** Gives `show` what the form holds now. An invalid form shows its faults instead. */
  readonly prepare: (show: ShowCalls) => void;
  readonly disabled?: boolean;
}

/** Shows what a form holds as calls that a script can make. What shows it is loaded when it is first asked for. */
export function ApiCallButton({ prepare, disabled = false }: ApiCallButtonProps) {
  const [calls, setCalls] = useState<Parameters<ShowCalls>>();
  return (
    <>
      <Button type="button" variant="outlined" disabled={disabled} onClick={() => prepare((...shown) => setCalls(shown))}>
        Show as API call
      </Button>
      {calls !== undefined && (
        <Suspense fallback={null}>
          <ApiCallDialog calls={calls} onClose={() => setCalls(undefined)} />
        </Suspense>
      )}
    </>
  );
}
