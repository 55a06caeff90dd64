import { randomInt } from "node:crypto";

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A fresh id or secret of letters and digits from the system's generator: 24 characters for users, 32 or 44 for tokens and secrets. */
export function randomId(length: number): string {
  return Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join("");
}
