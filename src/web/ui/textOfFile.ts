import { encodingOf } from "#domain/leak/packed.ts";

/** The most bytes of a file that are read. What is read of its text is bounded again. */
const mostBytes = 8_000_000;

/** What is in a file, or why it cannot be read: a sentence. */
export type FileText = { readonly text: string } | { readonly why: string };

/** Reads a file as text. What is no text in Unicode must not become one with other letters: a name would be another. */
export async function textOfFile(file: Blob): Promise<FileText> {
  if (file.size > mostBytes) return { why: "It is too long: at most 8 MB are read." };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return {
      why: "The browser could not read it: it is a folder, or was moved or changed meanwhile. Choose the files in a folder instead.",
    };
  }
  try {
    // UTF-16 is what PowerShell writes with `>`.
    return { text: new TextDecoder(encodingOf(new Uint8Array(bytes)), { fatal: true }).decode(bytes) };
  } catch {
    return { why: "It is not UTF-8. Save it as such." };
  }
}
