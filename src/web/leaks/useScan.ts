import { useCallback, useEffect, useRef, useState } from "react";

import type { FoundLeak } from "#domain/leak/found.ts";
import { Secret } from "#web/secrets/secret.ts";

import type { ScanInput, ScanResult } from "./scanTypes.ts";
import { startScan } from "./worker.ts";

/** A string that was found. A value that can be asked about alone is kept as a secret, until the page goes. */
export interface Find extends Omit<FoundLeak, "value"> {
  readonly key: string;
  readonly value: Secret | undefined;
}

/** What came of a scan, as the page holds it. */
export interface Finds extends Omit<ScanResult, "leaks"> {
  /** Differs from one scan to the next. */
  readonly scan: number;
  readonly finds: readonly Find[];
}

export type Scan =
  | { readonly at: "ready" | "failed" }
  | { readonly at: "scanning"; readonly read: number; readonly total: number }
  | { readonly at: "done"; readonly finds: Finds };

let scans = 0;

/** Has inputs scanned, one at a time, and forgets all of it when the component goes. */
export function useScan() {
  const [scan, setScan] = useState<Scan>({ at: "ready" });
  const cancel = useRef<() => void>(undefined);
  const held = useRef<readonly Find[]>([]);

  const forget = useCallback(() => {
    cancel.current?.();
    cancel.current = undefined;
    for (const { value } of held.current) value?.forget();
    held.current = [];
  }, []);
  useEffect(() => forget, [forget]);

  const start = useCallback(
    (input: ScanInput) => {
      forget();
      setScan({ at: "scanning", read: 0, total: 0 });
      cancel.current = startScan(input, (message) => {
        if (message.type !== "done") {
          setScan(message.type === "failed" ? { at: "failed" } : { at: "scanning", read: message.read, total: message.total });
          return;
        }
        const { leaks, ...rest } = message.result;
        const finds = leaks.map(({ value, ...leak }, index) => ({
          ...leak,
          key: String(index),
          value: value === undefined ? undefined : new Secret(value),
        }));
        held.current = finds;
        setScan({ at: "done", finds: { ...rest, finds, scan: ++scans } });
      });
    },
    [forget],
  );
  const stop = useCallback(() => {
    forget();
    setScan({ at: "ready" });
  }, [forget]);
  return { scan, start, stop };
}
