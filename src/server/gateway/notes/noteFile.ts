import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import writeFileAtomic from "write-file-atomic";
import { z } from "zod";

import { noFindingNotes } from "#domain/inventory/noNotes.ts";
import { applyChange, carryOver } from "#domain/inventory/noteChanges.ts";
import type { FindingNotes } from "#domain/inventory/notes.ts";
import { thresholdsFrom } from "#domain/inventory/thresholdsSchema.ts";
import { dismissalSchema, successorLinkSchema, writtenOwnerSchema } from "#logscale/findingNotes.ts";

import { ClientError } from "#server/errors.ts";
import { codeOf } from "#server/startError.ts";
import { StoreInUseError } from "#server/store/failures.ts";
import { lockFolder } from "#server/store/folderLock.ts";
import { randomId } from "#server/store/ids.ts";
import { parseJson } from "#server/gateway/cluster.ts";
import type { NoteStore } from "./noteStore.ts";

/** How long to wait for another process that writes the file, in ms, and how long between tries. */
const patience = { most: 5000, step: 20 };

const format = "tokenhouse-finding-notes";

/** The types of notes that this release writes. */
const knownTypes: ReadonlySet<string> = new Set(["dismissal", "owner", "link"]);

/** A note of a type that this release does not know is kept as it is. */
const noteSchema = z.looseObject({ type: z.string() });

const fileSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  thresholds: z
    .object({ values: z.unknown(), set: z.object({ by: z.string(), at: z.number(), version: z.string() }) })
    .nullable(),
  notes: z.array(noteSchema),
});

/** What the file holds. */
interface Content {
  readonly notes: FindingNotes;
  /** What a later release notes of tokens. */
  readonly others: readonly z.infer<typeof noteSchema>[];
}

const nothing: Content = { notes: noFindingNotes, others: [] };

/** The file cannot be used. What is wrong with it is meant for the log; the message for whoever asked. */
class NoteFileError extends ClientError {
  override readonly cause: unknown;

  constructor(code: "BUSY" | "STORAGE_FAILED", message: string, cause: unknown) {
    super(code, message);
    this.cause = cause;
  }
}

/**
 * What a gateway keeps about findings in a file of its data folder. A change replaces the file as a whole, once the new one is on the disk; so
 * whoever reads it, or is killed, never meets half of it. Several processes may use one file: they change it one after the other. A file
 * that cannot be read is left as it is.
 */
export function fileNoteStore(path: string): NoteStore {
  const name = basename(path);
  let last: { readonly stamp: string; readonly content: Content } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function read(): Promise<Content> {
    try {
      const { ino, size, mtimeMs } = await stat(path);
      const stamp = `${ino} ${size} ${mtimeMs}`;
      if (last?.stamp !== stamp) last = { stamp, content: contentOf(await readFile(path, "utf8")) };
      return last.content;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return nothing;
      throw unreadable(name, error);
    }
  }

  /** Holds the file against others while something is done with it; changes of this process come one after the other. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(async () => {
      const lock = await locked();
      try {
        return await work();
      } finally {
        lock.release();
      }
    });
    queue = done.catch(() => undefined);
    return done;
  }

  async function locked() {
    for (let waited = 0; ; waited += patience.step) {
      try {
        return await lockFolder(path);
      } catch (error) {
        if (!(error instanceof StoreInUseError)) throw unwritten(error);
        if (waited >= patience.most) {
          const message = `Another process holds ${name}. Nothing was saved. Try again; this server's log says more.`;
          throw new NoteFileError("BUSY", message, error);
        }
        await delay(patience.step);
      }
    }
  }

  function unwritten(error: unknown): ClientError {
    const code = codeOf(error);
    return new NoteFileError(
      "STORAGE_FAILED",
      `This server cannot write ${name}${code === undefined ? "" : ` (${code})`}. Nothing was saved. Whoever runs it should look at its DATA_DIR.`,
      error,
    );
  }

  async function write({ notes, others }: Content): Promise<void> {
    const { thresholds, dismissals, owners, links } = notes;
    const content: z.input<typeof fileSchema> = {
      format,
      version: 1,
      thresholds: thresholds.set === null ? null : { values: thresholds.values, set: thresholds.set },
      notes: [
        ...others,
        ...dismissals.map((dismissal) => ({ type: "dismissal", ...dismissal })),
        ...owners.map((owner) => ({ type: "owner", ...owner })),
        ...links.map((link) => ({ type: "link", ...link })),
      ],
    };
    try {
      await writeFileAtomic(path, `${JSON.stringify(content, null, 1)}\n`, { mode: 0o600 });
    } catch (error) {
      throw unwritten(error);
    }
  }

  return {
    read: async () => (await read()).notes,
    change: (change, author) =>
      alone(async () => {
        const content = await read();
        const applied = applyChange(content.notes, change, author, randomId(16));
        if (applied.ok) await write({ ...content, notes: applied.notes });
        return applied;
      }),
    carryOver: (from, to) =>
      alone(async () => {
        const content = await read();
        await write({ ...content, notes: carryOver(content.notes, from, to) });
      }),
    async close() {
      await queue;
    },
  };
}

/** @throws Error that says why a text is no such file */
function contentOf(text: string): Content {
  const json = parseJson(text);
  const version = z.looseObject({ format: z.literal(format), version: z.number() }).safeParse(json).data?.version;
  if (version !== undefined && version > 1) throw new Error(`It was written by a later release (version ${version}).`);
  const file = fileSchema.safeParse(json);
  if (!file.success) throw new Error(json === undefined ? "It is no JSON." : z.prettifyError(file.error).slice(0, 500));
  const { thresholds, notes } = file.data;
  const notesOf = <T>(noted: string, schema: z.core.$ZodType<T>): readonly T[] => {
    const parsed = z.safeParse(
      z.array(schema),
      notes.filter(({ type }) => type === noted),
    );
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error).slice(0, 500));
    return parsed.data;
  };
  return {
    notes: {
      thresholds:
        thresholds === null ? noFindingNotes.thresholds : { values: thresholdsFrom(thresholds.values), set: thresholds.set },
      dismissals: notesOf("dismissal", dismissalSchema),
      owners: notesOf("owner", writtenOwnerSchema),
      links: notesOf("link", successorLinkSchema),
    },
    others: notes.filter(({ type }) => !knownTypes.has(type)),
  };
}

function unreadable(name: string, error: unknown): ClientError {
  const code = codeOf(error);
  const why = code === undefined ? "is not as this release writes it" : `cannot be read (${code})`;
  return new NoteFileError(
    "STORAGE_FAILED",
    `The file ${name}, in which this server keeps what people write of tokens, ${why}. It is left as it is, and nothing is shown or saved until whoever runs the server repairs it or moves it away. The server's log says more.`,
    error,
  );
}
