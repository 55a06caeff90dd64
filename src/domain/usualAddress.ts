import ipaddr from "ipaddr.js";

import { addressText, longestAddress, readAddress } from "./address.ts";

/**
 * The address of a client in the notation that the server keeps it in: short, in small letters, without a zone, and as IPv4 where it is a
 * mapped one. A text that is no address stays as it is.
 */
export function usualAddress(text: string): string {
  const address = text.length > longestAddress ? null : readAddress(text.trim().replace(/(:.*)%.*$/u, "$1"));
  if (address === null) return text;
  const isMapped = address.family === 6 && address.value >> 32n === 0xffffn;
  return isMapped ? addressText(4, address.value & 0xffff_ffffn) : addressText(address.family, address.value);
}

/** The /64 of an IPv6 address in its usual notation, which one customer mostly has whole; null for anything else. */
export function networkOf(address: string): string | null {
  return ipaddr.IPv6.isValid(address) ? `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64` : null;
}
