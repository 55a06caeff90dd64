import { isIPv4 } from "node:net";

import ipaddr from "ipaddr.js";

import { decideAddress } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";

/** Stands for the address of a client where a proxy wrote something else. No IP filter accepts it, and all such clients count as one. */
export const unknownAddress = "unknown";

/**
 * An address as sockets and the X-Forwarded-For headers of proxies have it: alone, with a port (`10.0.0.1:5555`, `[2001:db8::1]:443`, as
 * Azure's gateways write it), in brackets, or with a zone. An IPv4-mapped IPv6 address is given as IPv4.
 */
export function readAddress(text: string | undefined): string {
  const [, inBrackets, beforePort] = /^\[([^\]]+)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/u.exec(text ?? "") ?? [];
  const address = inBrackets ?? beforePort ?? text ?? "";
  if (!address.includes(":")) return isIPv4(address) ? address : unknownAddress;
  const withoutZone = address.replace(/%.*$/u, "");
  return ipaddr.IPv6.isValid(withoutZone) ? ipaddr.process(withoutZone).toString() : unknownAddress;
}

/** What limits count by: an address as {@link readAddress} gives it, or for IPv6 the /64 that a customer has whole. */
export function limitKey(address: string): string {
  return address.includes(":") ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString() : address;
}

/** Tells whether an address is one of those that a setting names. It is read as in X-Forwarded-For, and they are as in an IP filter. */
export function among(ranges: readonly string[]): (address: string | undefined) => boolean {
  const { rules } = parseIpFilter(ranges.map((range) => `allow ${range}`).join("\n"));
  return (address) => decideAddress(rules, readAddress(address)).allowed;
}

/** Whether a text names addresses as settings may: by one or a CIDR in the usual notation, but not every address there is. */
export function isAddressRange(text: string): boolean {
  if (!/^[\d.:/a-f]+$/iu.test(text)) return false;
  const { rules, errors } = parseIpFilter(`allow ${text}`);
  const both = (first: string, last: string) => [first, last].every((address) => decideAddress(rules, address).allowed);
  return errors.length === 0 && !both("0.0.0.0", "255.255.255.255") && !both("::", `ffff${":ffff".repeat(7)}`);
}
