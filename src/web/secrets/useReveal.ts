import { useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/failure.ts";

/** What becomes of secrets that are read when somebody wants to see or copy them. */
export interface Reveal<Secrets> {
  readonly shown: boolean;
  /** Whether they are read right now. */
  readonly busy: boolean;
  /** Why they could not be read. */
  readonly failure: Failure | undefined;
  /** Reads them for what a button is to do. Throws where that fails, for which `failure` says why. */
  readonly get: () => Promise<Secrets>;
  /** Shows them once they are read, or hides them. */
  readonly toggle: () => void;
}

/** @param read gives the secrets, as `useHeld` does */
export function useReveal<Secrets>(read: () => Promise<Secrets>): Reveal<Secrets> {
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const get = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      return await read();
    } catch (error) {
      setFailure(failureOf(error));
      throw error;
    } finally {
      setBusy(false);
    }
  };
  const toggle = () => {
    if (shown) setShown(false);
    else
      get().then(
        () => setShown(true),
        () => {},
      );
  };
  return { shown, busy, failure, get, toggle };
}
