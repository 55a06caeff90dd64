import type { LeakKind } from "./match.ts";
import { mostPlaces, type Leak, type LeakReport } from "./scan.ts";

/** Where a string was found. */
export interface FoundPlace {
  /** The file's name; undefined in a text that has none. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** A token-shaped string, wherever in several files it was found. */
export interface FoundLeak extends Omit<Leak, "places"> {
  readonly places: readonly FoundPlace[];
}

/** What was found in several files. */
export interface FoundLeaks {
  /** Each string once. */
  readonly leaks: readonly FoundLeak[];
  /** Strings that were found and not kept, since there are so many of the kind. */
  readonly unkept: Readonly<Partial<Record<LeakKind, number>>>;
  readonly characters: number;
  readonly lines: number;
}

/** The report of one file. */
export interface FileReport {
  readonly file: string | undefined;
  readonly report: LeakReport;
}

/** The reports of several files as one, each string once. */
export function foundIn(reports: readonly FileReport[]): FoundLeaks {
  const leaks = new Map<string, FoundLeak>();
  const unkept: Partial<Record<LeakKind, number>> = {};
  for (const { file, report } of reports) {
    for (const { places, ...leak } of report.leaks) {
      const key = JSON.stringify([leak.kind, leak.id ?? leak.value]);
      const former = leaks.get(key);
      const here = places.map((place) => ({ file, ...place }));
      leaks.set(
        key,
        former === undefined
          ? { ...leak, places: here }
          : {
              ...former,
              count: former.count + leak.count,
              places: [...former.places, ...here].slice(0, mostPlaces),
              encodings: [...new Set([...former.encodings, ...leak.encodings])],
              secrets: Math.max(former.secrets, leak.secrets),
              named: former.named || leak.named,
              glued: former.glued && leak.glued,
            },
      );
    }
    for (const [kind, count] of Object.entries(report.unkept)) {
      const known = kind as keyof typeof unkept;
      unkept[known] = (unkept[known] ?? 0) + count;
    }
  }
  return {
    leaks: [...leaks.values()],
    unkept,
    characters: reports.reduce((sum, { report }) => sum + report.read, 0),
    lines: reports.reduce((sum, { report }) => sum + report.lines, 0),
  };
}

/** The strings that hold an id, each id once: whole ones first, and a beginning where there is no whole one. */
export function withIds<Found extends Pick<FoundLeak, "kind" | "id">>(
  finds: readonly Found[],
): readonly { readonly find: Found; readonly id: string }[] {
  const of = (kind: LeakKind) =>
    finds.flatMap((find) => (find.kind === kind && find.id !== undefined ? [{ find, id: find.id }] : []));
  const whole = of("token");
  const ids = new Set(whole.map(({ id }) => id));
  return [...whole, ...of("cut").filter(({ id }) => !ids.has(id))];
}

/** A personal token has its user's id, which is shorter than those of all other kinds. */
export const personalIdLength = 24;
