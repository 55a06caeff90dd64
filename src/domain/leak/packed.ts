/** How a file may be packed, by its first bytes. */
const packings = [
  { format: "gzip", bytes: [0x1f, 0x8b] },
  { format: "ZIP", bytes: [0x50, 0x4b, 0x03, 0x04] },
  { format: "bzip2", bytes: [0x42, 0x5a, 0x68] },
  { format: "xz", bytes: [0xfd, 0x37, 0x7a, 0x58] },
  { format: "Zstandard", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: "7z", bytes: [0x37, 0x7a, 0xbc, 0xaf] },
] as const;

/** How many of the first bytes of a file tell how it is packed, and how it is encoded. */
export const headLength = 4;

/** How a file is packed, by its first bytes; undefined where it is not, as far as they tell. Nothing can be found in it like that. */
export function packingOf(head: Uint8Array): (typeof packings)[number]["format"] | undefined {
  return packings.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))?.format;
}

/** How a text is encoded, as its first bytes say: by its mark, or by the zeros that signs of ASCII have where there is none. */
export function encodingOf([first, second, third, fourth]: Uint8Array): "utf-16le" | "utf-16be" | "utf-8" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first && second === 0 && third && fourth === 0) return "utf-16le";
  if (first === 0 && second && third === 0 && fourth) return "utf-16be";
  return "utf-8";
}
