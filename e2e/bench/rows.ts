import { benchApplyEmbedded, benchApplyPostgres, type ApplyBench } from "./apply.ts";
import { benchAuthentication } from "./authentication.ts";
import { benchCreationsEmbedded, benchCreationsPostgres, type CreationBench } from "./creations.ts";
import { benchIngest, benchIngestDelay } from "./ingest.ts";
import { benchInventory } from "./inventory.ts";
import { benchLists, type ListFigures } from "./lists.ts";
import { benchMutations } from "./mutations.ts";
import { benchPages } from "./pages.ts";
import { benchPairs } from "./pairs.ts";
import { benchDisruption, benchPlan } from "./plan.ts";
import { benchOpeningPostgres, benchPreview, type OpeningTimes } from "./preview.ts";
import { benchStart } from "./start.ts";
import { benchTerminal } from "./terminal.ts";

/** How much is measured. */
export interface Scale {
  /** Whether all rows together must take less than ten minutes: fewer rounds, never something easier. */
  readonly quick: boolean;
  /** How many tokens an organization has that rows about large ones are measured in. */
  readonly tokens: number;
}

/** A bound that a figure must keep. */
export interface Goal {
  readonly bound: number;
  readonly keep: "at most" | "at least";
}

const atMost = (bound: number): Goal => ({ bound, keep: "at most" });
const atLeast = (bound: number): Goal => ({ bound, keep: "at least" });

/** One thing that is measured. */
export interface BenchRow {
  /** What `--only` takes. */
  readonly row: string;
  readonly about: string;
  /** What it is held against: what the machine can do at best, measured beside it or known. */
  readonly limit: string;
  /** The bounds, by what they bound. A figure that {@link measure} gives under another word is told without a bound. */
  readonly goals: Readonly<Record<string, Goal>>;
  /** Whether `--quick` leaves it out, since no goal of today is about it. */
  readonly longOnly?: boolean;
  readonly measure: (scale: Scale) => Promise<Readonly<Record<string, number>>> | Readonly<Record<string, number>>;
}

const listGoals = {
  "times the list of 20": atMost(1.2),
  "read to the first row, kB": atMost(100),
  "search, times a look-up": atMost(3),
  "most a search reads, kB": atMost(100),
};

const openingGoals = { "opened to the impact of all, ms": atMost(1500), "read by then, MB as sent": atMost(4) };

/** Everything that is measured, in the order in which it is printed. */
export const rows: readonly BenchRow[] = [
  {
    row: "plan",
    about: "The plan of a policy change for 1,000,000 tokens, a tenth of them affected",
    limit: "one plain pass over the same objects",
    goals: { "times the pass": atMost(5) },
    measure({ quick }) {
      const { ratio, planMs, passMs } = benchPlan(1_000_000, quick ? 9 : 15);
      return { "times the pass": ratio, "plan, ms": planMs, "pass, ms": passMs };
    },
  },
  {
    row: "disruption",
    about: "What the broadest change of 1,000,000 tokens disrupts, counted beside its plan",
    limit: "the plan",
    goals: {},
    longOnly: true,
    measure() {
      const { planMs, disruptionMs } = benchDisruption(1_000_000, 15);
      return { "times the plan": disruptionMs / planMs, "plan, ms": planMs, "disruption, ms": disruptionMs };
    },
  },
  {
    row: "pairs",
    about: "Which of 100,000 tokens replace which, guessed of all",
    limit: "–",
    goals: { "pairs, ms": atMost(100) },
    longOnly: true,
    measure: () => ({ "pairs, ms": benchPairs(100_000, 20).pairsMs }),
  },
  {
    row: "pages",
    about: "Opening pages of an organization with 20 tokens, on a processor four times slower",
    limit: "a page of one sentence from a bare server",
    goals: {
      "sign-in, scripts, kB of gzip": atMost(145),
      "list, scripts, kB of gzip": atMost(200),
      "policies, scripts, kB of gzip": atMost(270),
      "list, requests": atMost(15),
      "policies, requests": atMost(18),
      "sign-in, largest paint, times the limit": atMost(1.8),
      "list, largest paint, times the limit": atMost(1.8),
      "list, blocked, ms": atMost(0),
    },
    async measure({ quick }) {
      const { pages, bare } = await benchPages(quick ? 3 : 7);
      return Object.fromEntries([
        ...Object.entries(pages).flatMap(([page, { scripts, requests, largestPaint, blocked }]): [string, number][] => [
          [`${page}, scripts, kB of gzip`, scripts],
          [`${page}, requests`, requests],
          [`${page}, largest paint, ms`, largestPaint],
          [`${page}, largest paint, times the limit`, largestPaint / bare],
          [`${page}, blocked, ms`, blocked],
        ]),
        ["the limit, ms", bare],
      ]);
    },
  },
  {
    row: "preview",
    about: "The policies page of a large organization on PGlite, in a browser",
    limit: "0.27 s for the same bytes from a bare server",
    goals: { "keystroke to painted impact, median, ms": atMost(50), ...openingGoals },
    async measure({ tokens, quick }) {
      const preview = await benchPreview(tokens, quick ? 3 : 7);
      return {
        "keystroke to painted impact, median, ms": preview.median,
        "slowest, ms": preview.slowest,
        ...openingFigures(preview),
        "confirmed to reported, ms": preview.applied,
      };
    },
  },
  {
    row: "preview-postgres",
    about: "The policies page of a large organization on PostgreSQL, opened in a browser",
    limit: "0.27 s for the same bytes from a bare server",
    goals: openingGoals,
    measure: async ({ tokens, quick }) => openingFigures(await benchOpeningPostgres(tokens, quick ? 3 : 7)),
  },
  {
    row: "inventory",
    about: "The list of all tokens of a large organization, in a browser",
    limit: "the list of 20 tokens",
    goals: { "key in the search to painted rows, median, ms": atMost(50) },
    async measure({ tokens }) {
      const { firstRows, search, facet, plan, rights } = await benchInventory(tokens);
      return {
        "opened to first rows, ms": firstRows,
        "key in the search to painted rows, median, ms": search,
        "click on a facet to painted rows, median, ms": facet,
        "the plan's fields, MB": plan.raw / 1e6,
        "gzipped, MB": plan.gzip / 1e6,
        "what tokens may do, MB": rights.raw / 1e6,
        "of these gzipped, MB": rights.gzip / 1e6,
      };
    },
  },
  {
    row: "lists-embedded",
    about: "The list of all tokens opened, and searched, on PGlite",
    limit: "the list of 20 tokens; a look-up of one token through the same server",
    goals: listGoals,
    measure: async ({ tokens, quick }) => listFigures(await benchLists("PGlite", tokens, quick ? 5 : 11)),
  },
  {
    row: "lists-postgres",
    about: "The list of all tokens opened, and searched, on PostgreSQL",
    limit: "the list of 20 tokens; a look-up of one token through the same server",
    goals: listGoals,
    measure: async ({ tokens, quick }) => listFigures(await benchLists("PostgreSQL", tokens, quick ? 5 : 11)),
  },
  {
    row: "terminal",
    about: "The plan of a file of policies in the terminal, for a large organization",
    limit: "a command that reads the same tokens",
    goals: { "times reading them": atMost(1.5) },
    longOnly: true,
    async measure({ tokens }) {
      const { reading, json, text, ratio } = await benchTerminal(tokens);
      return { "times reading them": ratio, "reading them, ms": reading, "as JSON, ms": json, "as text, ms": text };
    },
  },
  {
    row: "mutations",
    about: "Mutations with a record in the audit trail",
    limit: "the same without",
    goals: {
      "PGlite, one at a time": atLeast(0.8),
      "PostgreSQL, 1 at once": atLeast(0.8),
      "PostgreSQL, 8 at once": atLeast(0.8),
    },
    longOnly: true,
    async measure() {
      const [pglite, one, eight] = await benchMutations();
      return {
        "PGlite, one at a time": pglite?.ratio ?? Number.NaN,
        "PostgreSQL, 1 at once": one?.ratio ?? Number.NaN,
        "PostgreSQL, 8 at once": eight?.ratio ?? Number.NaN,
      };
    },
  },
  {
    row: "creations-postgres",
    about: "Tokens created on PostgreSQL by 16 clients that wait for each answer, which is durable",
    limit: "pgbench with as many clients, which inserts the same row",
    goals: { "share of the inserts": atLeast(0.1) },
    measure: async ({ quick }) => creationFigures(await benchCreationsPostgres(quick ? 2 : 5, 3000)),
  },
  {
    row: "creations-embedded",
    about: "Tokens created on PGlite by 16 clients that wait for each answer, which is durable",
    limit: "PGlite's own inserts of the same row",
    goals: { "share of the inserts": atLeast(0.5) },
    measure: async ({ quick }) => creationFigures(await benchCreationsEmbedded(quick ? 2 : 5, 3000)),
  },
  {
    row: "authentication",
    about: "GraphQL requests that are answered without the database, each by a token, on PostgreSQL",
    limit: "a server that does nothing for a request but look up one row by its key",
    goals: {
      "share of the look-ups, 2,000 tokens": atLeast(0.6),
      "share of the look-ups, large organization": atLeast(0.6),
    },
    async measure({ quick, tokens }) {
      const small = await benchAuthentication(2000, quick ? 2 : 5, 3000);
      const large = await benchAuthentication(tokens, quick ? 2 : 5, 3000);
      return {
        "share of the look-ups, 2,000 tokens": small.ratio,
        "share of the look-ups, large organization": large.ratio,
        "requests a second, 2,000 tokens": small.authenticated,
        "requests a second, large organization": large.authenticated,
        "look-ups a second": large.lookUps,
      };
    },
  },
  {
    row: "apply-postgres",
    about: "Applying a policy that restricts 1,000,000 tokens on PostgreSQL",
    limit: "the same change as one statement of SQL",
    goals: { "times the statement": atMost(3), "most memory, MB": atMost(350), "reads meanwhile, p99, ms": atMost(250) },
    measure: async ({ quick }) => applyFigures(await benchApplyPostgres(1_000_000, quick ? 1 : 3)),
  },
  {
    row: "apply-embedded",
    about: "Applying a policy that restricts 100,000 tokens on PGlite",
    limit: "the same change as one statement of SQL",
    goals: { "times the statement": atMost(2), "reads meanwhile, slowest, ms": atMost(1000) },
    measure: async ({ quick }) => applyFigures(await benchApplyEmbedded(100_000, quick ? 1 : 3)),
  },
  {
    row: "ingest",
    about: "Data taken in, one event to a request",
    limit: "a route of the same server that only answers",
    goals: { "share of the bare route": atLeast(0.5) },
    async measure({ quick }) {
      const { bare, accepted, eventsInBatches, ratio } = await benchIngest(quick ? 3 : 5, quick ? 1500 : 2000);
      return {
        "share of the bare route": ratio,
        "bare requests a second": bare,
        "taken a second": accepted,
        "events a second, a hundred to a request": eventsInBatches,
      };
    },
  },
  {
    row: "ingest-delay",
    about: "What others wait for while one token sends bodies that are costly to read, 8 at a time",
    limit: "nothing sent meanwhile",
    goals: {},
    longOnly: true,
    async measure() {
      const delays = await benchIngestDelay();
      return Object.fromEntries(
        delays.flatMap(({ load, bareSlowest, eventSlowest, memory }) => [
          [`${load}: bare request, slowest, ms`, bareSlowest],
          [`${load}: another token's event, slowest, ms`, eventSlowest],
          [`${load}: most memory, MB`, memory],
        ]),
      );
    },
  },
  {
    row: "start-embedded",
    about: "The second start, on PGlite",
    limit: "–",
    goals: { "until it listens, ms": atMost(1500), "memory, MB": atMost(220) },
    measure: async ({ quick }) => startFigures("PGlite", quick ? 3 : 7),
  },
  {
    row: "start-postgres",
    about: "The second start, on PostgreSQL",
    limit: "–",
    goals: { "until it listens, ms": atMost(1500), "memory, MB": atMost(130) },
    measure: async ({ quick }) => startFigures("PostgreSQL", quick ? 3 : 7),
  },
];

function listFigures(figures: ListFigures): Readonly<Record<string, number>> {
  return {
    "times the list of 20": figures.ratio,
    "to the first row of many, ms": figures.manyMs,
    "of 20, ms": figures.fewMs,
    "read to the first row, kB": figures.bytes / 1000,
    "search, times a look-up": figures.searchRatio,
    "most a search reads, kB": figures.searchBytes / 1000,
    "a search, ms": figures.searchMs,
    "a look-up, ms": figures.lookUpMs,
    ...Object.fromEntries(figures.searches.map(({ text, ms }) => [`a search for ${text}, ms`, ms])),
  };
}

function openingFigures({ form, usable, sent }: OpeningTimes): Readonly<Record<string, number>> {
  return {
    "opened to form and progress bar, ms": form,
    "opened to the impact of all, ms": usable,
    "read by then, MB as sent": sent / 1e6,
  };
}

function applyFigures(bench: ApplyBench): Readonly<Record<string, number>> {
  return {
    "times the statement": bench.ratio,
    "applied, ms": bench.applyMs,
    "the statement, ms": bench.bareMs,
    "most memory, MB": bench.memory,
    "reads meanwhile": bench.reads,
    "reads meanwhile, median, ms": bench.readMedian,
    "reads meanwhile, p99, ms": bench.readP99,
    "reads meanwhile, slowest, ms": bench.readSlowest,
  };
}

function creationFigures({ ratio, created, inserted }: CreationBench): Readonly<Record<string, number>> {
  return { "share of the inserts": ratio, "created a second": created, "inserted a second": inserted };
}

async function startFigures(database: "PGlite" | "PostgreSQL", times: number): Promise<Readonly<Record<string, number>>> {
  const { startMs, memory } = await benchStart(database, times);
  return { "until it listens, ms": startMs, "memory, MB": memory };
}
