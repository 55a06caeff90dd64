import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { readCommand } from "#server/cli/commands.ts";
import { workOn } from "#server/cli/policies/policies.ts";
import { buildGateway } from "#server/gateway/gateway.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const host = { host: "127.0.0.1", port: 0 };

/** The ways in which the same organization is reached. */
export type Way = "embedded" | "strict" | "gateway";

/** What a run of the command came to. */
export interface Ran {
  readonly status: number;
  /** What was written to standard output. */
  readonly output: string;
  /** What was told on standard error, a line each. */
  readonly told: readonly string[];
}

/** How a command is run. */
export interface PoliciesRun {
  /** The embedded server unless told. */
  readonly way?: Way;
  /** Another address than the way's. */
  readonly origin?: string;
  /** The administrator's personal token unless told. */
  readonly credential?: string;
  /** What is typed when the command asks; without it nobody can be asked. */
  readonly typed?: string;
  readonly input?: string;
  /** Called with each question, before it is answered. */
  readonly onAsk?: (question: string) => Promise<void>;
  /** Calls it off. */
  readonly signal?: AbortSignal;
  /** Takes what is told on standard error, as it is told. */
  readonly onTell?: (words: string) => void;
  /** Takes what is printed; throws where it cannot be written. */
  readonly onPrint?: (text: string) => void;
}

/** An organization behind an embedded server, behind one that serves LogScale's part alone, and behind a gateway to that. */
export interface PoliciesBench {
  readonly server: TestServer;
  readonly origins: Readonly<Record<Way, string>>;
  /** A folder of its own. */
  readonly folder: string;
  /** The administrator's personal token. */
  readonly credential: string;
  /** Writes a file into the folder and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Runs `tokenhouse policies` with these arguments. */
  run(args: readonly string[], options?: PoliciesRun): Promise<Ran>;
  /** Takes out of the organization what tests put into it: the administrator's token stays, and the default policies are in force. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an organization in which the administrator has a token and nothing else is. */
export async function openPoliciesBench(): Promise<PoliciesBench> {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  const { tokenString: credential } = await server.token({ kind: "personal", name: "admin" });
  const strict = await testServer(store, { extensions: false, now: () => server.now });
  const strictOrigin = await strict.app.listen(host);
  const gateway = await buildGateway({ logscale: strictOrigin, key: new Uint8Array(32).fill(1), failedSignIns: 1e6 });
  const origins = { embedded: await server.app.listen(host), strict: strictOrigin, gateway: await gateway.listen(host) };
  const folder = mkdtempSync(join(tmpdir(), "tokenhouse-policies-"));
  return {
    server,
    origins,
    folder,
    credential,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    async run(args, options = {}) {
      const { way = "embedded", origin = origins[way], typed, input = "", onAsk } = options;
      const token = options.credential ?? credential;
      const command = readCommand(["policies", ...args, "--url", origin], { LOGSCALE_TOKEN: token });
      if (command.type !== "policies") throw new Error(`The command is ${command.type}.`);
      let output = "";
      const told: string[] = [];
      const status = await workOn(
        command.task,
        { origin, credential: token },
        {
          now: () => server.now,
          signal: options.signal ?? new AbortController().signal,
          print: async (text) => {
            options.onPrint?.(text);
            output += text;
          },
          paint: (_, text) => text,
          tell: (words) => {
            options.onTell?.(words);
            told.push(words);
          },
          progress: () => undefined,
          endProgress: () => undefined,
          input: Readable.from([Buffer.from(input)]),
          ask:
            typed === undefined
              ? undefined
              : async (question) => {
                  await onAsk?.(question);
                  return typed;
                },
        },
      );
      return { status, output, told };
    },
    async empty() {
      const { db } = store;
      await db.deleteFrom("tokens").where("name", "!=", "admin").execute();
      await db.deleteFrom("tokenPolicies").execute();
      await db.deleteFrom("ipFilters").execute();
    },
    async close() {
      await gateway.close();
      await strict.app.close();
      await server.app.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
