import { chmodSync, linkSync, rmSync, writeFileSync } from "node:fs";

import { randomId } from "./store/ids.ts";

/**
 * Makes a file that only the owner may read, in one step, so that nobody ever reads half of it. One that is there is left as it is, but
 * closed to others. Several processes that do so at once end up with the same file. Throws what the file system throws.
 */
export function createPrivateFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}.${randomId(8)}`;
  try {
    writeFileSync(draft, content, { flag: "wx", mode: 0o600, flush: true });
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    chmodSync(file, 0o600);
  } finally {
    rmSync(draft, { force: true });
  }
}
