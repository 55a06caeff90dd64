/** Codes of Splunk's HTTP Event Collector, which its clients read. */
export const hecCodes = {
  success: 0,
  tokenRequired: 2,
  invalidAuthorization: 3,
  invalidToken: 4,
  noData: 5,
  invalidFormat: 6,
  incorrectIndex: 7,
  serverError: 8,
  serverBusy: 9,
  eventRequired: 12,
  eventBlank: 13,
  ackDisabled: 14,
} as const;

/** Of these, senders repeat 429 and 503 later, and no other. */
export type RefusalStatus = 400 | 401 | 403 | 413 | 415 | 429 | 503;

/** A request that is not taken: nothing of it is counted. The message is meant for who sent it, and never holds what was sent. */
export class IngestRefusal extends Error {
  override readonly name = "IngestRefusal";
  readonly status: RefusalStatus;
  /** What Splunk's clients are told besides. */
  readonly hecCode: number;

  constructor(status: RefusalStatus, message: string, hecCode: number) {
    super(message);
    this.status = status;
    this.hecCode = hecCode;
  }
}

/** A body of the wrong shape. */
export function malformed(message: string, hecCode: number = hecCodes.invalidFormat): IngestRefusal {
  return new IngestRefusal(400, message, hecCode);
}
