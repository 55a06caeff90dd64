// `npm run drill`: what the server must survive, each promise tried and counted. Exit 1 where anything was lost.
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";

import { lostIn, type Drill } from "./drill.ts";
import { drills } from "./drills.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: "boolean" }, short: { type: "boolean" }, rounds: { type: "string" } },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) fail("--rounds takes a whole number above 0.");
const chosen = values.all === true ? drills : positionals.map(named);
if (chosen.length === 0) list();
const outcomes: Outcome[] = [];
for (const drill of chosen) outcomes.push(await carryOut(drill));
if (outcomes.length > 1) console.table(outcomes);
if (outcomes.some(({ lost }) => lost > 0)) process.exit(1);

interface Outcome {
  readonly drill: string;
  readonly took: string;
  readonly tried: number;
  readonly lost: number;
}

function named(name: string): Drill {
  return drills.find((drill) => drill.name === name) ?? fail(`There is no drill ${name}. npm run drill lists them.`);
}

function list(): void {
  console.log("npm run drill -- NAME… [--short] [--rounds N]   carries drills out; --all carries out each of them\n");
  const width = Math.max(...drills.map(({ name }) => name.length));
  for (const { name, about, minutes } of drills) console.log(`${name.padEnd(width)}  ${about} (${minutes} min)`);
}

/** Runs one and prints what it found. One that could not be carried out has lost what it was to try. */
async function carryOut(drill: Drill): Promise<Outcome> {
  console.log(`\n${drill.name}: ${drill.about} (about ${drill.minutes} min)`);
  const began = performance.now();
  try {
    const report = await drill.run({
      ...(values.short === true && { short: true }),
      ...(rounds !== undefined && { rounds }),
    });
    console.table(report.rows);
    for (const [figure, value] of Object.entries(report.figures ?? {})) console.log(`${figure}: ${value}`);
    const [tried, lost] = [report.rows.reduce((sum, row) => sum + row.tried, 0), lostIn(report)];
    console.log(
      `${drill.name}: ${tried} tried, ${lost === 0 ? "nothing lost" : `${lost} LOST`} in ${took(began)}, at commit ${commit()}.`,
    );
    return { drill: drill.name, took: took(began), tried, lost };
  } catch (error) {
    console.error(error);
    console.error(`${drill.name}: could not be carried out; it ended after ${took(began)}.`);
    return { drill: drill.name, took: took(began), tried: 0, lost: 1 };
  }
}

function took(began: number): string {
  const seconds = Math.round((performance.now() - began) / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** What was measured, for the table in docs/reliability.md. */
function commit(): string {
  try {
    const short = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
    const changed = execFileSync("git", ["status", "--porcelain", "--untracked-files=no"], { encoding: "utf8" }) !== "";
    return changed ? `${short}, with changes` : short;
  } catch {
    return "unknown";
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
