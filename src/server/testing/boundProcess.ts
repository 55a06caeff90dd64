import { spawnSync } from "node:child_process";

const setpriv = "/usr/bin/setpriv";

let canBind: boolean | undefined;

/** Whether the system ends a child with its parent, however the parent ends: Linux does, by util-linux's `setpriv`. */
export function endsWithParent(): boolean {
  return (canBind ??=
    process.platform === "linux" && spawnSync(setpriv, ["--pdeathsig", "KILL", "true"], { stdio: "ignore" }).status === 0);
}

/** A command that becomes `command` and gets a signal when this process ends, however it ends. Where the system cannot do that, itself. */
export function bound(
  signal: "KILL" | "QUIT",
  command: string,
  args: readonly string[],
): readonly [command: string, args: string[]] {
  return endsWithParent() ? [setpriv, ["--pdeathsig", signal, command, ...args]] : [command, [...args]];
}
