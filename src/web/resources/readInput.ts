import type { ResourceFile } from "#logscale/operatorFiles.ts";
import { textOfFile } from "#web/ui/textOfFile.ts";

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

/** The text of files, in the browser alone. */
export async function readInput(files: readonly File[]): Promise<ResourceInput> {
  const read: ResourceFile[] = [];
  const unread: UnreadInput[] = [];
  for (const file of files) {
    const reading = await textOfFile(file);
    if ("why" in reading) unread.push({ file: file.name, why: reading.why });
    else read.push({ name: file.name, text: reading.text, named: true });
  }
  return { files: read, unread };
}
