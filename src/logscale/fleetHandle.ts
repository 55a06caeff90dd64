import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { handleDigits } from "./handleDigits.ts";

/**
 * What stands for a fleet token in the app's links: the beginning of its value's SHA-256. A value has 190 bits, so nobody finds it
 * from that; the value itself must not get into the browser's history.
 */
export function handleOf(value: string): string {
  return bytesToHex(sha256(utf8ToBytes(value))).slice(0, handleDigits);
}
