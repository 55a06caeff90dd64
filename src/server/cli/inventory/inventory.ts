import { inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";
import { clockedServerOf } from "#server/cli/remote/options.ts";
import { printAll, progressOn, tell, type Output } from "#server/cli/remote/output.ts";
import { exitStatus } from "#server/cli/remote/status.ts";
import { workRemotely } from "#server/cli/remote/work.ts";
import type { RemoteServer } from "#server/remote/client.ts";
import { readInventory } from "#server/remote/inventory.ts";
import { judgeInventory, type JudgedInventory } from "#server/remote/judge.ts";
import { unseenKind, type UnseenKind } from "#server/remote/unseen.ts";
import { StartError } from "#server/startError.ts";

import type { InventoryCommand } from "./command.ts";
import { narrowed, writtenInventory } from "./formats.ts";

/** Lists the tokens of every kind. */
export async function listInventory(
  command: InventoryCommand,
  output: Output = process.stdout,
  ownClock?: () => number,
): Promise<void> {
  const { server, now } = clockedServerOf(command, ownClock);
  await workRemotely(async (signal) => {
    const judged = await readJudged(server, { now, signal });
    tellUnseen(unseenOf(judged, command.kinds), judged.remarks, command.kinds);
    await printAll(writtenInventory(narrowed(judged, command), command.format), output);
    return exitStatus.nothing;
  });
}

/** Reads and judges the tokens of a server; whoever watches is told how far it is. */
export async function readJudged(
  server: RemoteServer,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Promise<JudgedInventory> {
  const progress = progressOn();
  const reading = { now, signal, onProgress: progress.tell };
  try {
    return await judgeInventory(server, await readInventory(server, reading), reading);
  } finally {
    progress.end();
  }
}

/** The kinds, of those that are asked for, of which not every token was seen. */
export function unseenOf({ kinds }: Pick<JudgedInventory, "kinds">, wanted: readonly InventoryKind[]): readonly UnseenKind[] {
  return kinds.flatMap((read) => (wanted.includes(read.kind) ? (unseenKind(read.kind, read) ?? []) : []));
}

/** Says on standard error what was not seen. Throws where that is all that was asked for. */
export function tellUnseen(unseen: readonly UnseenKind[], remarks: readonly string[], wanted: readonly InventoryKind[]): void {
  for (const words of [...unseen.map(({ reason }) => reason), ...remarks]) tell(words);
  if (unseen.filter(({ seen }) => seen === "none").length < wanted.length) return;
  const nouns = new Intl.ListFormat("en-US", { type: "disjunction" }).format(wanted.map((kind) => inventoryTraits[kind].noun));
  throw new StartError(`So nobody can tell anything of ${nouns} tokens. Use a token that may list them.`, { lasting: false });
}
