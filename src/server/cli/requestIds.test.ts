import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { OrganizationDocument } from "#logscale/generated/organization.ts";
import { parseJson, writeJson } from "#logscale/json.ts";

import { loadLocalAdmin, type LocalAdmin } from "#server/auth/localAdmin.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { ask } from "#server/remote/client.ts";
import { lockFolder } from "#server/store/folderLock.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";
import { workOnAudit } from "./audit.ts";
import { makeBackup } from "./backup/backup.ts";
import { readCommand } from "./commands.ts";
import { restoreKit } from "./restoreKit.ts";
import { requestSignInLink } from "./signInLink.ts";

/** Runs a command as far as it gets. */
async function run(...args: readonly string[]): Promise<unknown> {
  const command = readCommand(args, {});
  if (command.type === "audit") return workOnAudit(command.task, command.config);
  if (command.type === "backup") return makeBackup(command, { work: 10 });
  if (command.type === "sign-in-link") return requestSignInLink(command.config, command.user);
  throw new Error(command.type);
}

describe("A command that a server failed names the request as the server's log does", () => {
  let dataDir: string;
  let localAdmin: LocalAdmin;
  /** A server whose database is gone. */
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "tokenhouse-ids-"));
    localAdmin = loadLocalAdmin(dataDir, () => undefined);
    // A running server has the folder.
    mkdirSync(join(dataDir, "database"));
    writeFileSync(join(dataDir, "database", "PG_VERSION"), "18");
    const lock = await lockFolder(join(dataDir, "database"));
    const store = await openTestStore("pglite");
    server = await testServer(store, { localAdminHash: localAdmin.secretHash });
    url = await server.app.listen({ host: "127.0.0.1", port: 0 });
    await store.close();
    return async () => {
      await server.app.close();
      lock.release();
      rmSync(dataDir, { recursive: true, force: true });
    };
  });

  /** The id in a sentence, which the log must have once. */
  async function expectNamed(failing: Promise<unknown>): Promise<void> {
    const error = await failing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const [, id = "no id"] = /\. Request id: ([\w-]+)\.$/u.exec(error instanceof Error ? error.message : "") ?? [];
    expect(server.log(), String(error)).toContain(`"requestId":"${id}"`);
  }

  it("where it asks by GraphQL", async () => {
    await expectNamed(ask({ origin: url, credential: localAdmin.tokenString }, OrganizationDocument, {}));
    const reading = readRecoveryKit(
      writeJson({ format: "tokenhouse-recovery-kit", version: 1, savedAt: 1, operations: {}, tokens: [] }),
      parseJson,
    );
    if (!reading.ok) throw new Error(reading.message);
    const options = { kit: reading.kit, refused: "", json: false, now: Date.now, write: () => undefined, tell: () => undefined };
    await expectNamed(restoreKit({ ...options, server: url, credential: localAdmin.tokenString }));
  });

  it("where it asks as the local administrator", async () => {
    const there = ["--data-dir", dataDir, "--port", new URL(url).port];
    await expectNamed(run("sign-in-link", ...there));
    await expectNamed(run("audit", "verify", ...there));
    const passphrase = join(dataDir, "passphrase.txt");
    writeFileSync(passphrase, "correct horse battery staple");
    await expectNamed(run("backup", join(dataDir, "file.age"), "--passphrase-file", passphrase, ...there));
  });

  it("but not where it was refused for a reason that the sentence says", async () => {
    const stranger = { origin: url, credential: `localroot~${"x".repeat(44)}` };
    expect(hashSecret("x".repeat(44))).not.toEqual(localAdmin.secretHash);
    await expect(ask(stranger, OrganizationDocument, {})).rejects.toThrow(/does not accept the token\. It may be .*rotated\.$/u);
  });
});
