import type { NoticeDelivery } from "#logscale/notices.ts";

/**
 * - `delivered`: the receiver took it
 * - `waiting`: not tried yet
 * - `retrying`: tried in vain, and tried again
 * - `given-up`: tried in vain, and not tried any more
 */
export type DeliveryState = "delivered" | "waiting" | "retrying" | "given-up";

/** How a delivery stands. */
export function stateOf({ deliveredAt, nextAt, tries }: NoticeDelivery): DeliveryState {
  if (deliveredAt !== null) return "delivered";
  if (nextAt === null) return "given-up";
  return tries === 0 ? "waiting" : "retrying";
}

export const stateWords = {
  delivered: "Delivered",
  waiting: "Not sent yet",
  retrying: "Failed, tried again",
  "given-up": "Given up",
} as const satisfies Record<DeliveryState, string>;

/** What came back at the last try, in words. */
export function statusWords({ tries, lastStatus }: NoticeDelivery): string {
  if (tries === 0) return "";
  return lastStatus === null ? "no answer" : `status ${lastStatus}`;
}
