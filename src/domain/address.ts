import ipaddr from "ipaddr.js";

/** The most characters of an address that is read: 45 at most without a zone, which takes up to 15 more. Bounds the work on nonsense. */
export const longestAddress = 64;

export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** An address as a number; null for anything but the usual notation (no octal, no short IPv4, no zone). */
export function readAddress(text: string): Address | null {
  if (text.length > longestAddress) return null;
  // The library reads more notations than the filter's documentation names, some of them ambiguous between systems.
  if (!text.includes(":")) {
    return ipaddr.IPv4.isValidFourPartDecimal(text)
      ? { family: 4, value: numberOf(ipaddr.IPv4.parse(text).toByteArray()) }
      : null;
  }
  const dotted = /^(.*:)([\d.]+\.[\d.]+)$/u.exec(text);
  const [, head = "", tail = ""] = dotted ?? [];
  if (dotted !== null && !ipaddr.IPv4.isValidFourPartDecimal(tail)) return null;
  // Its dotted form of `::1.2.3.4` would be the mapped address; by RFC 4291 that is `::102:304`.
  const plain = dotted === null ? text : head + hextets(ipaddr.IPv4.parse(tail).toByteArray());
  return /^[0-9a-f:]+$/iu.test(plain) && ipaddr.IPv6.isValid(plain)
    ? { family: 6, value: numberOf(ipaddr.IPv6.parse(plain).toByteArray()) }
    : null;
}

/** Four bytes as the last two groups of an IPv6 address. */
function hextets([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** An address, given as a number, in its usual notation. */
export function addressText(family: 4 | 6, value: bigint): string {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}
