import { encodingOf } from "#domain/leak/packed.ts";
import type { ResourceFile } from "#logscale/operatorFiles.ts";

/** A file that was not read, and why: a sentence. */
export interface UnreadInput {
  readonly file: string;
  readonly why: string;
}

/** What somebody pasted, chose or dropped. */
export interface ResourceInput {
  readonly files: readonly ResourceFile[];
  readonly unread: readonly UnreadInput[];
}

/** What a pasted text is called. */
export const pastedName = "Pasted text";

/** The most bytes of a file that are read; what is read of them is bounded again. */
const mostBytes = 8_000_000;

/** The text of files, in the browser alone. */
export async function readInput(files: readonly File[]): Promise<ResourceInput> {
  const read: ResourceFile[] = [];
  const unread: UnreadInput[] = [];
  for (const file of files) {
    const text = await textOf(file);
    if (typeof text === "string") read.push({ name: file.name, text, named: true });
    else unread.push({ file: file.name, ...text });
  }
  return { files: read, unread };
}

async function textOf(file: File): Promise<string | { readonly why: string }> {
  if (file.size > mostBytes) return { why: "It is too long for a file of resources." };
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
    return new TextDecoder(encodingOf(new Uint8Array(bytes)), { fatal: true }).decode(bytes);
  } catch {
    return { why: "It is not UTF-8. Save it as such." };
  }
}
