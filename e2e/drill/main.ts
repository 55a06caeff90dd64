// `npm run drill`: kills the built server while it writes and prints what was found. Exit 1 when anything acknowledged was lost.
import { crashDrill } from "./crash.ts";

const rounds = Number(process.argv[2] ?? 10);
const databaseUrl = process.env["DATABASE_URL"];
const report = await crashDrill({ rounds, ...(databaseUrl !== undefined && { databaseUrl }) });
console.table({
  database: databaseUrl === undefined ? "PGlite" : "PostgreSQL",
  kills: report.rounds,
  "tokens created": report.created,
  "tokens deleted": report.deleted,
  lost: report.lost,
  revived: report.revived,
  "slowest restart, ms": Math.round(Math.max(...report.restarts)),
});
if (report.lost + report.revived > 0) process.exit(1);
