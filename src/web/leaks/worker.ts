// oxlint-disable-next-line import/default -- Vite makes the address of the built worker out of this
import workerUrl from "./scan.worker.ts?worker&url";

import type { ScanInput, ScanMessage } from "./scanTypes.ts";

/** The part of Trusted Types that is used here. TypeScript does not know them yet, and not every browser has them. */
interface TrustedTypes {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): { createScriptURL(url: string): URL };
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
  }
}

/** The server's content security policy names it, and no other. */
const policyName = "tokenhouse-leak-scan";

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/** The address of the worker's file in the form that the browser asks for: this one file may run as a worker, whatever text becomes an address. */
function trustedUrl(): string | URL {
  if (window.trustedTypes === undefined) return workerUrl;
  policy ??= window.trustedTypes.createPolicy(policyName, {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new TypeError("Only the scanner's own file may run as a worker.");
      return url;
    },
  });
  return policy.createScriptURL(workerUrl);
}

/** Has an input scanned by a worker of its own. The result calls it off; the worker is gone once it has answered. */
export function startScan(input: ScanInput, onMessage: (message: ScanMessage) => void): () => void {
  const worker = new Worker(trustedUrl(), { type: "module", name: "leak scan" });
  worker.addEventListener("message", ({ data }: MessageEvent<ScanMessage>) => {
    if (data.type !== "progress") worker.terminate();
    onMessage(data);
  });
  worker.addEventListener("error", () => {
    worker.terminate();
    onMessage({ type: "failed" });
  });
  worker.postMessage(input);
  return () => worker.terminate();
}
