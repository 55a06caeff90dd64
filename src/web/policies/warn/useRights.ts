import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/client.ts";

import { readRights, type ReadRights } from "./rights.ts";

/** How far the reading of rights is. */
export type RightsState =
  | { readonly at: "reading"; readonly read: number; readonly stop?: () => void }
  | ({ readonly at: "read" } & ReadRights)
  | { readonly at: "stopped"; readonly failure?: Failure };

/** Reads the rights of tokens as soon as it is shown; `again` reads those that are missing once more. `tokens` stay the same. */
export function useRights(tokens: Parameters<typeof readRights>[0]): readonly [state: RightsState, again: () => void] {
  const client = useQueryClient();
  const running = useRef<AbortController>(undefined);
  const [state, setState] = useState<RightsState>({ at: "reading", read: 0 });
  const read = useCallback(() => {
    running.current?.abort();
    const call = new AbortController();
    running.current = call;
    const told = (next: RightsState) => {
      if (running.current === call) setState(next);
    };
    const onProgress = (read: number) => told({ at: "reading", read, stop: () => call.abort() });
    onProgress(0);
    readRights(tokens, { client, signal: call.signal, onProgress }).then(
      (read) => told({ at: "read", ...read }),
      (error: unknown) => told(call.signal.aborted ? { at: "stopped" } : { at: "stopped", failure: failureOf(error) }),
    );
  }, [client, tokens]);
  useEffect(() => {
    read();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, [read]);
  return [state, read];
}
