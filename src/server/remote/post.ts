import { second } from "#domain/duration.ts";

/** What is sent to a webhook. */
export interface Delivery {
  /** Where to; http or https. */
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What came of it. Nothing of the answer but its status is kept: whatever answers there is none of the reader's business. */
export type DeliveryOutcome =
  | { readonly type: "delivered"; readonly status: number }
  /** `again` tells whether another try may succeed. */
  | { readonly type: "failed"; readonly status: number | undefined; readonly again: boolean };

/** How long one try may take, in ms. */
const tryTime = 10 * second;

/** Statuses of a receiver that may take the same later. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** Sends once. Follows no redirect. Never rejects but with the reason of `signal`. */
export async function deliver({ url, body, headers }: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(tryTime)]),
    });
    await response.body?.cancel();
    const { status, ok } = response;
    if (ok) return { type: "delivered", status };
    return { type: "failed", status, again: status >= 500 || passing.has(status) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { type: "failed", status: undefined, again: true };
  }
}
