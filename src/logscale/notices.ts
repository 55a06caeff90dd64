import * as z from "zod/mini";

/** Where the embedded server tells what became of its notices of tokens that expire: a GET answers {@link noticesSchema}. */
export const noticesPath = "/api/tokenhouse/notices";

/** A request to the webhook. Of the answers nothing but the status is known. Instants are ms since epoch. */
export const noticeDeliverySchema = z.object({
  /** When it was laid ready. */
  createdAt: z.number(),
  /** Of how many tokens it tells. */
  tokens: z.number(),
  tries: z.number(),
  lastTriedAt: z.nullable(z.number()),
  /** Of the last answer; null where none came. */
  lastStatus: z.nullable(z.number()),
  deliveredAt: z.nullable(z.number()),
  /** When it is tried next; null once it is delivered or given up. */
  nextAt: z.nullable(z.number()),
});

/** See {@link noticeDeliverySchema}. */
export type NoticeDelivery = z.infer<typeof noticeDeliverySchema>;

/** Whether a webhook is set, and what became of what it was to be told. */
export const noticesSchema = z.object({
  /** The host, and port where it is not the scheme's own, alone: the rest of the URL may be a credential. Null where none is set. */
  webhook: z.nullable(z.object({ host: z.string() })),
  /** The latest, newest first. */
  deliveries: z.array(noticeDeliverySchema),
  /** How many there are beside those, older ones. */
  more: z.number(),
});

/** See {@link noticesSchema}. */
export type Notices = z.infer<typeof noticesSchema>;
