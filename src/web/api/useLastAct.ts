import { useState } from "react";

import type { Failure } from "#logscale/errors.ts";

import { failureOf } from "./client.ts";

/** What a dialog does at its end, as it stands. */
export interface LastAct {
  readonly pending: boolean;
  /** Why the last try failed. */
  readonly failure: Failure | undefined;
  /** Does it. Never rejects. */
  readonly act: (change: () => Promise<unknown>) => Promise<void>;
}

/**
 * Knows whether what a dialog does at its end is under way, and why it failed. Once it was done it stays under way until the dialog is
 * gone, so that it cannot be done twice while the next page is loaded.
 */
export function useLastAct(): LastAct {
  const [state, setState] = useState<Omit<LastAct, "act">>({ pending: false, failure: undefined });
  const act = async (change: () => Promise<unknown>) => {
    setState({ pending: true, failure: undefined });
    try {
      await change();
    } catch (error) {
      setState({ pending: false, failure: failureOf(error) });
    }
  };
  return { ...state, act };
}
