import { hecCodes, IngestRefusal } from "./refusal.ts";
import { busy } from "./thread.ts";

/** What one request holds in memory: its body, then its answer. */
export interface Holding {
  /**
   * Holds so many bytes more. Throws IngestRefusal 503 when that is too much for the sender, or for all together. A request that is alone
   * is never refused: sent again, it would be refused again.
   */
  add(bytes: number): void;
  /** Gives everything back. */
  release(): void;
}

/** Bounds what requests hold in memory at once, by sender and in all. */
export interface HeldBytes {
  open(sender: string): Holding;
  /** Bytes held at the moment. */
  readonly held: number;
}

/** Makes the account. Each request may always hold `free` bytes, so slow senders shut nobody out. */
export function holdings({
  ofSender,
  ofAll,
  free,
}: {
  readonly ofSender: number;
  readonly ofAll: number;
  readonly free: number;
}): HeldBytes {
  const bySender = new Map<string, number>();
  let all = 0;

  function change(sender: string, bytes: number): void {
    all += bytes;
    const left = (bySender.get(sender) ?? 0) + bytes;
    if (left === 0) bySender.delete(sender);
    else bySender.set(sender, left);
  }

  return {
    get held() {
      return all;
    },
    open(sender) {
      let own = 0;
      return {
        add(bytes) {
          const others = (bySender.get(sender) ?? 0) - own;
          if (own + bytes > free) {
            if (others + own + bytes > ofSender && others > 0) throw busy();
            if (all + bytes > ofAll && all > own) throw full();
          }
          own += bytes;
          change(sender, bytes);
        },
        release() {
          change(sender, -own);
          own = 0;
        },
      };
    },
  };
}

function full(): IngestRefusal {
  return new IngestRefusal(
    503,
    "Too much is on the way to this server at once. Nothing of this request was taken: send it again.",
    hecCodes.serverBusy,
  );
}
