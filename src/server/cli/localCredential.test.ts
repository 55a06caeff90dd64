import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { localAdminFile, localAdminPlaces } from "#server/auth/localAdmin.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer } from "#server/testing/server.ts";
import { readCommand, type Command } from "./commands.ts";
import { findEnding } from "./expiring/find.ts";
import { restoreKit } from "./restoreKit.ts";
import { requestSignInLink } from "./signInLink.ts";

/** Where a proxy listens that TRUST_PROXY does not name, in front of a server. */
let port: number;
let credential: string;
const dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-test-"));

beforeAll(async () => {
  const store = await openTestStore("pglite");
  const server = await testServer(store);
  credential = server.localAdmin;
  const file = localAdminFile(dataDir);
  mkdirSync(join(file, ".."), { mode: 0o700 });
  writeFileSync(file, credential, { mode: 0o600 });
  const proxy = createServer((request, response) => {
    const { method, url = "/", headers } = request;
    void server.app
      .inject({ method: method === "POST" ? "POST" : "GET", url, headers: { ...headers, via: "1.1 proxy" }, payload: request })
      .then((answer) =>
        response.writeHead(answer.statusCode, { "content-type": answer.headers["content-type"] }).end(answer.body),
      );
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  ({ port } = proxy.address() as AddressInfo);
  return async () => {
    proxy.close();
    await server.app.close();
    await store.close();
  };
});
afterAll(() => rmSync(dataDir, { recursive: true }));

/** What each command that uses the local administrator's token ends with. */
const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  "sign-in-link": () => {
    const command: Command = readCommand(["sign-in-link", "--port", String(port), "--data-dir", dataDir], {});
    return command.type === "sign-in-link" ? requestSignInLink(command.config, undefined) : expect.unreachable();
  },
  "restore-kit": () =>
    restoreKit({
      kit: { format: "tokenhouse-recovery-kit", version: 1, savedAt: 0, operations: {}, tokens: [] },
      server: `http://127.0.0.1:${port}`,
      credential,
      refused: "it does not use the data folder",
      json: false,
      now: () => 0,
      write: () => undefined,
      tell: () => undefined,
    }),
  expiring: async () => {
    const { unseen } = await findEnding({
      server: { origin: `http://127.0.0.1:${port}`, credential },
      kinds: ["system"],
      within: 1,
      now: () => 0,
      signal: new AbortController().signal,
    });
    throw new Error(unseen.map(({ reason }) => reason).join("\n"));
  },
};

it.each(Object.keys(commands))("says where the local administrator's token is taken, and what to name: %s", async (name) => {
  await expect(commands[name]?.()).rejects.toThrow(localAdminPlaces);
});
