import { existsSync } from "node:fs";
import { join } from "node:path";

import { auditExportPath, auditVerificationPath, chainReportSchema, type ChainReport } from "#logscale/audit.ts";
import { requestIdHeader, withRequestId } from "#logscale/errors.ts";

import { readKnownHead } from "#server/audit/head.ts";
import { allRecords } from "#server/audit/read.ts";
import { verifyAudit } from "#server/audit/verify.ts";
import { StartError } from "#server/startError.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { StoreInUseError } from "#server/store/failures.ts";
import { claimDatabase, createVault, findInstallationKey } from "#server/vault.ts";

import type { AuditTask } from "./commands.ts";
import type { Config } from "./config.ts";
import { runningServer } from "./listening.ts";
import { localAdminToken } from "./localCredential.ts";
import { print, printAll, type Output } from "./remote/output.ts";
import { countOf } from "./remote/words.ts";

/** The status to end with where the chain does not hold. */
const broken = 3;

/**
 * Looks through the audit trail of the embedded server and says whether its chain holds, or prints it, a record a line. Reads the database
 * itself where it can; a folder that a running server has is read by that server.
 */
export async function workOnAudit(task: AuditTask, config: Config, output: Output = process.stdout): Promise<void> {
  const store = await openToRead(config);
  try {
    if (task === "export") await exportTrail(store, config, output);
    else {
      const report = store === undefined ? await askForReport(config) : await reportOf(store, config);
      await print(`${wordsOf(report)}\n`, output);
      if (report.faults.length > 0) process.exitCode = broken;
    }
  } finally {
    await store?.close();
  }
}

/** The database; undefined where a running server has it. */
async function openToRead({ databaseUrl, dataDir }: Config): Promise<Store | undefined> {
  if (databaseUrl !== undefined) return openStore({ databaseUrl }, { upToDate: true });
  if (!existsSync(join(dataDir, "database", "PG_VERSION"))) {
    throw new StartError(`No embedded server has run on the data folder ${dataDir}. Name the server's own with --data-dir.`, {
      lasting: false,
    });
  }
  try {
    return await openStore({ dataDir }, { upToDate: true });
  } catch (error) {
    if (error instanceof StoreInUseError) return undefined;
    throw error;
  }
}

async function reportOf({ db }: Store, { dataDir, key }: Config): Promise<ChainReport> {
  const vault = createVault(findInstallationKey(dataDir, key));
  await claimDatabase(db, vault);
  return verifyAudit(db, vault, readKnownHead(dataDir));
}

async function askForReport(config: Config): Promise<ChainReport> {
  return chainReportSchema.parse(await (await askServer(config, auditVerificationPath)).json());
}

async function exportTrail(store: Store | undefined, config: Config, output: Output): Promise<void> {
  if (store !== undefined) return printAll(linesOf(store), output);
  const { body } = await askServer(config, auditExportPath);
  if (body !== null) await printAll(textOf(body), output);
}

async function* linesOf({ db }: Store): AsyncGenerator<string, void, void> {
  for await (const record of allRecords(db)) yield `${record}\n`;
}

async function* textOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Asks the running server as the local administrator. The credential goes to a loopback address or to HOST, nowhere else. */
async function askServer(config: Config, path: string): Promise<Response> {
  const token = localAdminToken(config, "");
  const server = runningServer(config);
  let response: Response;
  try {
    response = await fetch(`${server}${path}`, { headers: { authorization: `Bearer ${token}` }, redirect: "error" });
  } catch {
    throw new StartError(
      `Another process has the data folder ${config.dataDir}, and no Tokenhouse answers at ${server}. Name its --host and --port.`,
      { lasting: false },
    );
  }
  if (response.ok) return response;
  const refusal = `The server at ${server} does not read its audit trail out (status ${response.status}).`;
  throw new StartError(withRequestId(refusal, response.headers.get(requestIdHeader)), { lasting: false });
}

function wordsOf({ records, waiting, waitingSince, seals, head, compared, cutAfter, faults }: ChainReport): string {
  const lines = [
    faults.length === 0 ? "The chain of the audit trail holds." : "The chain of the audit trail does not hold:",
    ...faults.map(({ what, record }) => `- ${what}${record === null ? "" : ` Record ${record}.`}`),
    `${countOf(records, "record")} in ${countOf(seals, "seal")}; ${countOf(waiting, "record")} waiting to be chained${waitingSince == null ? "" : `, the oldest of ${waitingSince}`}.`,
    ...(cutAfter === 0 ? [] : [`Retention deleted the ${countOf(cutAfter, "record")} before these.`]),
    `Its end: seal ${head.seal}, ${countOf(head.records, "record")}, ${head.mac}.`,
    ...(compared ? [] : ["There is no end outside the database to compare with: an older database would not be noticed."]),
  ];
  return lines.join("\n");
}
