import { createHash } from "node:crypto";

import type { Vault } from "#server/vault.ts";

/** A link of the chain, or what it hangs on. */
export interface Link {
  /** From 1; 0 is where an uncut chain begins. */
  readonly number: number;
  /** Place of its last record; places begin at 1. */
  readonly lastPosition: number;
  readonly mac: Uint8Array;
}

/** Where an uncut chain begins. */
export const beginning: Link = { number: 0, lastPosition: 0, mac: new Uint8Array(32) };

/** Puts together the HMAC of a link, of any number of records. */
export function linkMac(vault: Vault, before: Link, sealedAt: number) {
  const digest = createHash("sha256");
  let records = 0;
  return {
    /** In the order of their places. */
    add(record: string): void {
      // Each at a length of its own, so that no two lists of records are the same bytes.
      digest.update(createHash("sha256").update(record).digest());
      records++;
    },
    mac(): Uint8Array {
      const parts = ["seal", before.number + 1, before.lastPosition, records, sealedAt, hex(before.mac), digest.digest("hex")];
      return vault.signAudit(parts.join("\n"));
    },
  };
}

/** The HMAC of the place at which retention cut the chain. */
export function anchorMac(vault: Vault, { number, lastPosition, mac }: Link, cutAt: number): Uint8Array {
  return vault.signAudit(["anchor", number, lastPosition, cutAt, hex(mac)].join("\n"));
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Whether two HMACs are the same. */
export function sameMac(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other);
}
