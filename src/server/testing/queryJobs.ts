import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A row that a search of the audit log finds; values are texts, as in every aggregate of LogScale. */
export type AuditRow = Readonly<Record<string, string>>;

/** What {@link queryJobs} answers, and what was asked of it. Tests change it as they go. */
export interface AuditLog {
  rows: AuditRow[];
  /** Bearer credentials that may search; others are told that there is no such repository. */
  readonly readers: Set<string>;
  /** How many times a job says that it is not done yet; Infinity: it never is. */
  pollsUntilDone: number;
  /** Whether a job gives its rows page by page, or always all of them. */
  turnsPages: boolean;
  /** The most rows in an answer, whatever is asked for. */
  mostRows: number;
  warnings: string[];
  cancelled: boolean;
  /** The jobs that were asked for, as they came. */
  readonly asked: unknown[];
  /** How often a job was looked at. */
  polls: number;
  /** Jobs that were not ended. */
  readonly running: Set<string>;
  /** Those of them that were looked at: whoever asked for one has its id. */
  readonly watched: Set<string>;
}

/** An audit log with rows, which the credentials may search. */
export function auditLog(rows: readonly AuditRow[], readers: readonly string[]): AuditLog {
  return {
    rows: [...rows],
    readers: new Set(readers.map((token) => `Bearer ${token}`)),
    pollsUntilDone: 0,
    turnsPages: true,
    mostRows: 1500,
    warnings: [],
    cancelled: false,
    asked: [],
    polls: 0,
    running: new Set(),
    watched: new Set(),
  };
}

const folder = "/api/v1/repositories/humio-audit/queryjobs";

/** Serves LogScale's query jobs over the repository `humio-audit`, as its documentation describes them; false for any other path. */
export async function queryJobs(log: AuditLog, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  if (!pathname.startsWith(folder)) return false;
  const answer = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (!log.readers.has(request.headers.authorization ?? "")) {
    answer(404, { error: "Could not find a repository or view with that name." });
    return true;
  }
  if (request.method === "POST" && pathname === folder) {
    const asked: unknown = JSON.parse(await text(request));
    log.asked.push(asked);
    const id = `P1-job ${log.asked.length}/x`;
    log.running.add(id);
    answer(200, { id });
    return true;
  }
  const id = decodeURIComponent(pathname.slice(folder.length + 1));
  if (!log.running.has(id)) answer(404, { error: "No such job." });
  else if (request.method === "DELETE") {
    log.running.delete(id);
    log.watched.delete(id);
    response.writeHead(204).end();
  } else {
    log.watched.add(id);
    const done = ++log.polls > log.pollsUntilDone;
    const [limit, offset] = ["paginationLimit", "paginationOffset"].map((name) => Number(searchParams.get(name)));
    const rows = done ? log.rows : log.rows.slice(0, 1);
    const page = log.turnsPages ? rows.slice(offset, (offset ?? 0) + Math.min(limit ?? 0, log.mostRows)) : rows;
    answer(200, { done, cancelled: log.cancelled, events: page, metaData: { pollAfter: 1, warnings: log.warnings } });
  }
  return true;
}
