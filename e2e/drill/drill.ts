/** What a drill is asked for on the command line, or by the test of its short form. */
export interface DrillOptions {
  /** Fewer rounds, for a run within minutes. */
  readonly short?: boolean;
  /** How many rounds, where a drill has rounds; its own number by default. */
  readonly rounds?: number;
}

/** One promise that was put to the test. */
export interface DrillRow {
  /** What was promised, and where: "tokens created, on PGlite". */
  readonly what: string;
  readonly tried: number;
  /** How often the promise was broken: 0, or the drill has failed. */
  readonly lost: number;
}

export interface DrillReport {
  readonly rows: readonly DrillRow[];
  /** Figures that may be anything, such as times. */
  readonly figures?: Readonly<Record<string, number | string>>;
}

/** A drill: it does to the built server what must not hurt anybody, and counts what was lost. */
export interface Drill {
  /** The word that starts it: `npm run drill -- NAME`. */
  readonly name: string;
  /** One sentence for the list of drills. */
  readonly about: string;
  /** How long it takes on a machine with two cores, in minutes: 20 at most. */
  readonly minutes: number;
  /** @throws Error where it could not be carried out */
  readonly run: (options: DrillOptions) => Promise<DrillReport>;
}

/** How many promises were broken; a drill that tried nothing has broken the one to try. */
export function lostIn({ rows }: DrillReport): number {
  if (rows.length === 0) return 1;
  return rows.reduce((sum, { tried, lost }) => sum + (tried === 0 ? 1 : lost), 0);
}
