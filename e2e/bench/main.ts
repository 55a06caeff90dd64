// `npm run bench [-- --quick] [-- --only ROW …] [-- --tokens 100000]`: measures each row of `rows.ts` beside its limit and says which fall
// short of their goals. Ratios are to something measured in the same minutes, since times depend on the machine. Exit 0 unless something
// broke: falling short is a result.
import { parseArgs } from "node:util";

import { rows, type BenchRow } from "./rows.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    tokens: { type: "string", default: "100000" },
  },
});
const tokens = Number(values.tokens);
if (!Number.isInteger(tokens) || tokens < 1000) refuse("--tokens takes a whole number from 1000 up.");
const unknown = values.only.filter((name) => !rows.some(({ row }) => row === name));
if (unknown.length > 0) {
  refuse(`There is no row ${unknown.join(", ")}. There are: ${rows.map(({ row }) => row).join(", ")}.`);
}
const wanted =
  values.only.length > 0
    ? rows.filter(({ row }) => values.only.includes(row))
    : rows.filter(({ longOnly }) => !values.quick || longOnly !== true);

const short: string[] = [];
const broken: string[] = [];
const began = performance.now();
for (const row of wanted) await tell(row);

console.log(`\nMeasured ${wanted.length} rows in ${Math.round((performance.now() - began) / 1000)} s.`);
if (short.length === 0 && broken.length === 0) console.log("Every goal is kept.");
if (short.length > 0) console.log(`Short of the goal:\n${short.map((line) => `  ${line}`).join("\n")}`);
if (broken.length > 0) {
  console.log(`Not measured, for something broke:\n${broken.map((line) => `  ${line}`).join("\n")}`);
  process.exitCode = 1;
}

/** Measures a row and prints it. What goes wrong with one row does not keep the others from being measured. */
async function tell({ row, about, limit, goals, measure }: BenchRow): Promise<void> {
  const start = performance.now();
  try {
    const figures = await measure({ quick: values.quick, tokens });
    console.log(`\n${row}: ${about}. Limit: ${limit}. (${Math.round((performance.now() - start) / 1000)} s)`);
    const told = [...new Set([...Object.keys(goals), ...Object.keys(figures)])].map((what) => {
      const figure = figures[what];
      const goal = goals[what];
      const bound = goal === undefined ? "" : `${goal.keep} ${goal.bound}`;
      // A figure that is missing or no number keeps no goal.
      const kept = goal === undefined || (goal.keep === "at most" ? Number(figure) <= goal.bound : Number(figure) >= goal.bound);
      if (!kept) short.push(`${row}, ${what}: ${figure === undefined ? "none" : round(figure)}, goal ${bound}`);
      return { what, measured: figure === undefined ? "none" : round(figure), goal: bound, verdict: verdictOf(bound, kept) };
    });
    console.table(Object.fromEntries(told.map(({ what, ...cells }) => [what, cells])));
  } catch (error) {
    console.log(`\n${row}: ${about}. Not measured:`, error);
    broken.push(`${row}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function verdictOf(bound: string, kept: boolean): string {
  if (bound === "") return "";
  return kept ? "kept" : "SHORT";
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}
