import tab from "@bomb.sh/tab/commander";
import { script } from "@bomb.sh/tab";

import { createProgram, type Shell } from "./commands.ts";

/** Prints what a shell must read to complete the program's commands and flags. */
export function printCompletion(shell: Shell): void {
  script(shell, "tokenhouse", "tokenhouse");
  // Where nothing of ours fits, bash completes file names.
  if (shell === "bash") console.log("complete -o default -F __tokenhouse_complete tokenhouse");
}

/** Prints how the words of a command line, of which the last may be begun, can go on. */
export function printSuggestions(words: readonly string[]): void {
  const completion = tab(
    createProgram({}, () => undefined),
    { completionCommandName: "completion" },
  );
  // The library says that no file name fits anywhere; but files of kits and folders are what is typed most.
  Object.defineProperty(completion, "directive", {
    get: () => (completion.completions.length === 0 ? 0 : 4),
    set() {},
  });
  completion.parse([...words]);
}
