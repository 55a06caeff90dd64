/**
 * What the status of a command that judges an organization says, the graver before the lighter: a pipeline stops on whatever it does not
 * allow. These commands end with `error` where others end with 2 for a wrong command line, since 2 says something else of theirs.
 */
export const exitStatus = {
  /** There is nothing to do, and nothing to find. */
  nothing: 0,
  /** It could not be done: a wrong command line or file, a server that does not answer or refuses. */
  error: 1,
  /** Something would change, or differs. */
  changes: 2,
  /** Something would stop that is in use or may be, or is otherwise not to be. */
  harm: 3,
  /** Not everything was seen that it takes to say so. */
  unseen: 4,
  /** What was planned no longer holds. Nothing was changed. */
  stale: 5,
} as const;

/** The commands whose status says what they found, so that a wrong command line must not look like it. */
const judging: ReadonlySet<string> = new Set(["policies", "inventory", "findings", "leaks", "resources"]);

/** Whether a command's status says what it found, as {@link exitStatus} has it. */
export function judges(command: string): boolean {
  return judging.has(command);
}

/** The statuses as the help of such a command lists them. */
export function statusHelp(meanings: Readonly<Record<number, string>>): string {
  const lines = Object.entries(meanings).map(([status, meaning]) => `  ${status}  ${meaning}`);
  return ["", "Ends with:", ...lines].join("\n");
}
