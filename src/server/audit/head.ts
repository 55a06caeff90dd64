import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Kysely } from "kysely";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import { codeOf } from "#server/startError.ts";
import type { Database } from "#server/store/schema.ts";
import { hex, type Link } from "./chain.ts";
import type { KnownHead, OutsideHead } from "./verify.ts";

/** Name of the file in the data folder that holds the end of the audit trail's chain. */
export const headFileName = "audit-head.json";

const headSchema = z.object({
  seal: z.int().nonnegative(),
  records: z.int().nonnegative(),
  mac: z.string().regex(/^[0-9a-f]{64}$/u),
});

/** The end of the chain as a data folder has it; undefined where it has none, and why not where something else is in its place. */
export function readKnownHead(dataDir: string): OutsideHead {
  const file = join(dataDir, headFileName);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    return { fault: `${file}, which holds the end of the chain, cannot be read (${codeOf(error) ?? "for no known reason"}).` };
  }
  const parsed = headSchema.safeParse(readJson(text));
  return parsed.success ? parsed.data : { fault: `${file} does not hold the end of an audit trail: it was altered or cut off.` };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What became of an end of the chain that was to be written down. */
export type HeadOutcome =
  | "written"
  | "unchanged"
  /** The chain does not contain the end that stands in the folder, or something else does: it stays there. */
  | "broken";

/**
 * Writes the end of the chain down in a data folder. It only ever goes on from what stands there: of a chain that lost its end, or that has
 * another in that place, nothing is written, so that looking at the trail finds it out.
 */
export async function writeKnownHead(db: Kysely<Database>, dataDir: string, head: Link): Promise<HeadOutcome> {
  const known = readKnownHead(dataDir);
  if (known !== undefined) {
    if ("fault" in known) return "broken";
    if (known.seal === head.number) return known.mac === hex(head.mac) ? "unchanged" : "broken";
    if (known.seal > head.number) return "broken";
    if (known.seal > 0 && !(await contains(db, known))) return "broken";
  }
  const next: KnownHead = { seal: head.number, records: head.lastPosition, mac: hex(head.mac) };
  await writeFileAtomic(join(dataDir, headFileName), `${JSON.stringify(next)}\n`, { mode: 0o600 });
  return "written";
}

async function contains(db: Kysely<Database>, known: KnownHead): Promise<boolean> {
  const seal = await db.selectFrom("auditSeals").select("mac").where("number", "=", known.seal).executeTakeFirst();
  if (seal !== undefined) return hex(seal.mac) === known.mac;
  // Retention may have taken it.
  const anchor = await db.selectFrom("auditAnchor").select(["seal", "sealMac"]).executeTakeFirst();
  if (anchor === undefined || anchor.seal < known.seal) return false;
  return anchor.seal > known.seal || hex(anchor.sealMac) === known.mac;
}
