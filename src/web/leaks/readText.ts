import { encodingOf, headLength, packingOf } from "#domain/leak/packed.ts";

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
  const head = new Uint8Array(await file.slice(0, headLength).arrayBuffer());
  const packing = packingOf(head);
  // What gzip packed is all that a browser unpacks by itself.
  if (packing !== undefined && packing !== "gzip") {
    throw new PackedError(`It is packed (${packing}), and nothing can be found in it like that. Unpack it first.`);
  }
  let decoder: TextDecoder | undefined;
  for await (const bytes of bytesOf(file, packing === "gzip", onRead)) {
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
