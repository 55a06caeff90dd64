import { resolve } from "node:path";

import type { FastifyInstance } from "fastify";

import { readKnownHead } from "#server/audit/head.ts";
import { makeTrail } from "#server/audit/trail.ts";
import { loadInstance, loadLocalAdmin, type LocalAdmin } from "#server/auth/localAdmin.ts";
import { registerLocalAdmin } from "#server/auth/localAdminRow.ts";
import { createSignInCode, findAdministrator, linkOfLocalAdmin, signInLink } from "#server/auth/sessions.ts";
import { logStreamTo } from "#server/http/logging.ts";
import { openStore, type Store } from "#server/store/client.ts";
import { storageTrouble } from "#server/store/failures.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { claimDatabase, createVault, loadInstallationKey, type Vault } from "#server/vault.ts";

import type { Config } from "./config.ts";
import { endOnSignal, endWith } from "./ending.ts";
import { listen, listeningOn, localOrigin } from "./listening.ts";

/** Serves the app with a database of its own. */
export async function serve(config: Config, webRoot: string | undefined): Promise<void> {
  // PGlite starts in a thread of its own while the greater part of the server is loaded.
  const opening = openStore(
    config.databaseUrl === undefined ? { dataDir: config.dataDir } : { databaseUrl: config.databaseUrl },
    {
      onFailure: endWith,
      onCreate: () => console.log(`Preparing the database in ${resolve(config.dataDir)} …`),
      onNoNameIndex: (reason) =>
        console.log(
          `A search for tokens reads every name, as the database has no extension pg_trgm (${reason}). CREATE EXTENSION pg_trgm, by whoever may, makes it quick from the next start on.`,
        ),
    },
  );
  const [store, { buildApp }, { startHousekeeping }] = await Promise.all([
    opening,
    import("#server/app.ts"),
    import("./housekeeping.ts"),
  ]);
  let app: FastifyInstance;
  let vault: Vault;
  let localAdmin: LocalAdmin;
  try {
    vault = createVault(loadInstallationKey(config.dataDir, config.key));
    await claimDatabase(store.db, vault);
    await fill(store, config, vault);
    localAdmin = loadLocalAdmin(config.dataDir, (sentence) => console.log(sentence));
    await registerLocalAdmin(store.db, loadInstance(config.dataDir), localAdmin.secretHash, makeTrail(vault), Date.now());
    app = await buildApp({
      store,
      now: Date.now,
      localAdminHash: localAdmin.secretHash,
      localAdminFrom: config.localAdminFrom,
      knownAuditHead: () => readKnownHead(config.dataDir),
      backupFolder: config.dataDir,
      vault,
      publicUrl: config.publicUrl,
      trustProxy: config.trustProxy,
      ingestBodyLimit: config.ingestBodyLimit,
      findingEditors: config.findingsEditors,
      webhookHost: config.noticeReceiver && new URL(config.noticeReceiver.url).host,
      extensions: !config.strictLogscale,
      webRoot,
      log: await logStreamTo(process.stderr),
      metrics: config.metrics,
    });
    await listen(app, config);
  } catch (error) {
    await store.close();
    throw error;
  }

  const origin = config.publicUrl ?? localOrigin(app, config);
  const { noticeReceiver } = config;
  const housekeeping = startHousekeeping(app, store, noticeReceiver && { ...noticeReceiver, server: origin }, {
    vault,
    dataDir: config.dataDir,
    retention: config.auditRetention,
    stream: config.auditStream,
  });
  console.log(`Tokenhouse listening on ${listeningOn(app, config)}`);
  console.log(await signInWords(store, origin, localAdmin));
  endOnSignal(app, async () => {
    await housekeeping.stop();
    await store.close();
  });
}

/** How to sign in. A database that cannot be written is no reason to end: what is in it can be read. */
async function signInWords({ db }: Store, origin: string, { secretHash }: LocalAdmin): Promise<string> {
  try {
    const administrator = await findAdministrator(db);
    return administrator === undefined
      ? "Sign in: there is no user with root's rights; the local administrator's token can still be used."
      : `Sign in: ${signInLink(origin, await createSignInCode(db, administrator.id, Date.now(), linkOfLocalAdmin(secretHash)))}`;
  } catch (error) {
    if (storageTrouble(error) === undefined) throw error;
    return "Sign in: no link can be made, since the database cannot be written now. Once it can, `tokenhouse sign-in-link` prints one.";
  }
}

/** Sets up an empty database, as the sample organization where that is asked for. */
async function fill({ db }: Store, { demo }: Config, vault: Vault): Promise<void> {
  const now = Date.now();
  if (demo === undefined) return ensureOrganization(db, now);
  const empty = (await db.selectFrom("organization").select("id").executeTakeFirst()) === undefined;
  const { demoTokenCount, fillDemoOrganization } = await import("#server/demo/organization.ts");
  const { tokens = demoTokenCount } = demo;
  // With many tokens this takes its time.
  if (empty) console.log(`Filling the database with the sample organization, ${tokens.toLocaleString("en-US")} tokens …`);
  const filled = await fillDemoOrganization(db, { now, tokens, vault, detailed: true });
  if (!filled && demo.tokens !== undefined) {
    console.log("The database holds an organization already and is used as it is; --tokens has no effect.");
  }
}
