/** Archives that the browser cannot unpack, by their first bytes. */
const archives = [
  { format: "ZIP", bytes: [0x50, 0x4b, 0x03, 0x04] },
  { format: "bzip2", bytes: [0x42, 0x5a, 0x68] },
  { format: "xz", bytes: [0xfd, 0x37, 0x7a, 0x58] },
  { format: "Zstandard", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: "7z", bytes: [0x37, 0x7a, 0xbc, 0xaf] },
] as const;

/** Thrown for a file in which nothing can be found as it is. The message is a sentence for the reader. */
export class PackedError extends Error {
  override readonly name = "PackedError";
}

/**
 * The text of a file, piece by piece, however large it is. What gzip packed is unpacked; bytes of UTF-16 are read as such where the file
 * says so at its beginning, and all others as UTF-8. `onRead` is told how many bytes of the file were read.
 *
 * @throws PackedError for an archive; what the browser throws where a file cannot be read, or is damaged
 */
export async function* textOf(file: Blob, onRead: (bytes: number) => void): AsyncGenerator<string> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const archive = archives.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  if (archive !== undefined) {
    throw new PackedError(`It is packed (${archive.format}), and nothing can be found in it like that. Unpack it first.`);
  }
  let decoder: TextDecoder | undefined;
  for await (const bytes of bytesOf(file, head[0] === 0x1f && head[1] === 0x8b, onRead)) {
    decoder ??= new TextDecoder(encodingOf(bytes));
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder?.decode() ?? "";
}

async function* bytesOf(file: Blob, packed: boolean, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let read = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        read += chunk.length;
        onRead(read);
        controller.enqueue(chunk);
      },
    }),
  );
  const reader = (packed ? counted.pipeThrough(new DecompressionStream("gzip")) : counted).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}
