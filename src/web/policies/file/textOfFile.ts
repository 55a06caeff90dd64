import { encodingOf } from "#domain/leak/packed.ts";

/** The most bytes that are read: far more than a file of policies may have characters. */
const mostBytes = 8_000_000;

/**
 * The text of a file, as far as it could be one of policies; undefined where it is no text in Unicode, or cannot be read. PowerShell writes
 * UTF-16. What is no text must not become one with other letters: a name would be another.
 */
export async function textOfFile(file: Blob): Promise<string | undefined> {
  try {
    const bytes = new Uint8Array(await file.slice(0, mostBytes).arrayBuffer());
    return new TextDecoder(encodingOf(bytes), { fatal: file.size <= mostBytes }).decode(bytes);
  } catch {
    return undefined;
  }
}
