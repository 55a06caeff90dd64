import { createHash } from "node:crypto";

import type { Kysely } from "kysely";
import type { Client } from "pg";

import { cutAudit } from "#server/audit/retention.ts";
import { sealAudit } from "#server/audit/seal.ts";
import { makeTrail, serverActor } from "#server/audit/trail.ts";
import { sealText } from "#server/services/collectorConfigurations.ts";
import { sealValue as sealFleetValue } from "#server/services/fleet.ts";
import { sealValue as sealIngestValue } from "#server/services/ingestTokens.ts";
import type { Database } from "#server/store/schema.ts";
import { claimDatabase, createVault } from "#server/vault.ts";

import {
  filters,
  fixed,
  fleet,
  ingestToken,
  installationKey,
  madeAt,
  repositories,
  role,
  secretHash,
  sessionCookie,
  tokens,
  users,
  type KnownToken,
} from "./known.ts";

const vault = createVault(installationKey);
const day = 86_400_000;
const hash = (text: string) => createHash("sha256").update(text).digest();

interface Into {
  readonly client: Client;
  /** The same database, for what is written by the server's own code. It knows the latest tables, so only those that never changed. */
  readonly db: Kysely<Database>;
}

type Row = Readonly<Record<string, unknown>>;

async function insert({ client }: Into, table: string, ...rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row);
    const places = columns.map((_, index) => `$${index + 1}`);
    await client.query(`insert into ${table} (${columns.join(", ")}) values (${places.join(", ")})`, Object.values(row));
  }
}

const tokenRow = (which: KnownToken, row: Row = {}): Row => ({
  id: tokens[which].id,
  kind: tokens[which].kind,
  name: tokens[which].name,
  secret_hash: secretHash(which),
  created_at: madeAt,
  ...row,
});

const note = { cluster: "", kind: "organization", token_created_at: madeAt, written_by: "root", written_at: madeAt };

/**
 * What the release of each migration has written, once the migration has run: at least one row in each of its tables, and one with each of
 * its columns. A migration without rows of its own needs no entry when it brings no table and no column.
 */
export const rowsAfter: Readonly<Record<string, (into: Into) => Promise<void>>> = {
  async "0001-initial"(into) {
    await insert(into, "organization", {
      id: "SINGLE_ORGANIZATION_ID",
      cid: "cid",
      name: "Old",
      description: "As it was",
      readonly_dashboard_ip_filter: filters.everywhere,
      trial_started_at: madeAt,
      created_at: madeAt,
    });
    await insert(
      into,
      "ip_filters",
      { id: filters.everywhere, name: "everywhere", ip_filter: "allow all", created_at: madeAt },
      { id: filters.nowhere, name: "nowhere", ip_filter: "allow 192.0.2.1", created_at: madeAt },
    );
    await insert(
      into,
      "token_policies",
      { kind: "personal", enabled: true, maximum_lifetime: null, ip_filter_id: null, allow_permission_updates: false },
      {
        kind: "view",
        enabled: true,
        maximum_lifetime: 400 * day,
        ip_filter_id: filters.everywhere,
        allow_permission_updates: true,
      },
      { kind: "organization", enabled: true, maximum_lifetime: null, ip_filter_id: null, allow_permission_updates: true },
      { kind: "system", enabled: true, maximum_lifetime: null, ip_filter_id: null, allow_permission_updates: false },
    );
    await insert(
      into,
      "users",
      { id: users.root, username: "root", full_name: "Root", is_root: true, is_org_root: true, created_at: madeAt },
      {
        id: users.reader,
        username: "reader",
        email: "reader@example.com",
        phone_number: "1",
        picture: "p",
        country_code: "DK",
        state_code: "s",
        company: "c",
        first_name: "R",
        last_name: "Eader",
        created_at: madeAt,
      },
    );
    await insert(
      into,
      "search_domains",
      {
        id: repositories.sandbox,
        name: "sandbox",
        type: "repository",
        description: "To try",
        retention_in_millis: 30 * day,
        retention_in_ingest_size_bytes: 1e9,
        retention_in_storage_size_bytes: 1e9,
        created_at: madeAt,
      },
      { id: repositories.view, name: "overview", type: "view", created_at: madeAt },
    );
    await insert(into, "view_connections", { view_id: repositories.view, repository_id: repositories.sandbox, filter: "*" });
    await insert(into, "roles", {
      id: role,
      display_name: "readers",
      color: "#fff",
      description: "May read",
      view_permissions: ["ReadAccess"],
      organization_permissions: ["ViewUsage"],
      system_permissions: ["ReadHealthCheck"],
    });
    await insert(into, "user_roles", { user_id: users.reader, search_domain_id: repositories.sandbox, role_id: role });
    await insert(
      into,
      "tokens",
      tokenRow("personal", { user_id: users.reader, created_by: "reader" }),
      tokenRow("view", {
        permissions: ["ReadAccess"],
        view_ids: [repositories.sandbox],
        created_by: "root",
        expire_at: madeAt + 200 * day,
      }),
      tokenRow("organization", {
        permissions: ["ViewUsage"],
        created_by: "somebody",
        last_used_at: madeAt,
        last_used_from: "192.0.2.7",
      }),
      tokenRow("system", { permissions: ["ReadHealthCheck"] }),
      tokenRow("filtered", { permissions: ["ViewUsage"], ip_filter_id: filters.nowhere }),
      tokenRow("expired", { permissions: ["ViewUsage"], expire_at: madeAt + 1 }),
    );
    await insert(into, "feature_flags", { name: "ArrayFunctions" });
    await insert(
      into,
      "sessions",
      {
        id_hash: hash(sessionCookie),
        user_id: users.reader,
        created_at: madeAt,
        expires_at: madeAt + day,
        last_seen_at: madeAt,
        address: "127.0.0.1",
        user_agent: "Browser",
      },
      {
        id_hash: hash("by token"),
        token_id: tokens.system.id,
        token_secret_hash: secretHash("system"),
        created_at: madeAt,
        expires_at: madeAt + day,
        last_seen_at: madeAt,
      },
    );
    await insert(into, "sign_in_codes", { hash: hash("code"), user_id: users.root, expires_at: madeAt + day });
  },
  async "0002-vault"({ db }) {
    await claimDatabase(db, vault);
  },
  async "0003-ingest"(into) {
    const { sealedValue, fingerprint } = sealIngestValue(vault, ingestToken.id, ingestToken.value);
    await insert(into, "parsers", {
      id: fixed("parser", 24),
      repository_id: repositories.sandbox,
      name: "reader",
      script: "kvParse()",
      test_cases: "[]",
      fields_to_tag: ["a"],
      fields_to_be_removed_before_parsing: ["b"],
      language_version: "legacy",
    });
    await insert(into, "ingest_tokens", {
      id: ingestToken.id,
      repository_id: repositories.sandbox,
      name: ingestToken.name,
      parser_name: "reader",
      sealed_value: Buffer.from(sealedValue),
      fingerprint: Buffer.from(fingerprint),
      is_custom: false,
      weakness: "short",
      created_at: madeAt,
      created_by: "root",
      events: 7,
      bytes: 70,
      last_used_at: madeAt,
      last_used_from: "192.0.2.8",
    });
    await insert(into, "ingest_hours", { token_id: ingestToken.id, hour: madeAt, events: 7 });
    await insert(into, "ingest_events", {
      repository_id: repositories.sandbox,
      token_name: ingestToken.name,
      parser_name: "reader",
      received_at: madeAt,
      size: 10,
      text: "an event",
    });
  },
  async "0004-fleet"(into) {
    const { sealedValue, valueFingerprint } = sealFleetValue(vault, fleet.token, fleet.value);
    const sealed = Buffer.from(sealText(vault, fleet.configuration, fleet.yaml));
    await insert(into, "collector_configurations", {
      id: fleet.configuration,
      name: "collect",
      description: "All",
      sealed_yaml: sealed,
      yaml_characters: fleet.yaml.length,
      sealed_draft: sealed,
      version: 1,
      modified_at: madeAt,
      draft_modified_at: madeAt,
      modified_by: "root",
    });
    await insert(into, "fleet_tokens", {
      id: fleet.token,
      name: fleet.name,
      sealed_value: Buffer.from(sealedValue),
      value_fingerprint: Buffer.from(valueFingerprint),
      configuration_id: fleet.configuration,
      created_at: madeAt,
      created_by: "root",
    });
  },
  async "0005-creators"(into) {
    await insert(
      into,
      "tokens",
      tokenRow("created", { permissions: ["ViewUsage"], created_by: "root", creator_kind: "user", creator_id: users.root }),
    );
  },
  async "0006-notes"(into) {
    await insert(into, "token_notes", {
      ...note,
      token_id: tokens.organization.id,
      type: "dismissal",
      rule: "never-expires",
      text: "Agreed.",
      until: madeAt + 900 * day,
      version: fixed("dismissal", 24),
    });
    await insert(into, "finding_thresholds", {
      cluster: "",
      days: JSON.stringify({ olderThan: 100 }),
      set_by: "root",
      set_at: madeAt,
      version: fixed("thresholds", 24),
    });
  },
  async "0007-notices"(into) {
    await insert(into, "notice_deliveries", {
      id: fixed("delivery", 24),
      body: "{}",
      tokens: 1,
      created_at: madeAt,
      next_at: null,
      tries: 1,
      last_tried_at: madeAt,
      last_status: 200,
      delivered_at: madeAt,
    });
    await insert(into, "notices", {
      token_id: tokens.view.id,
      expire_at: madeAt + 200 * day,
      threshold: 30 * day,
      delivery_id: fixed("delivery", 24),
    });
    await insert(into, "notice_looks", { id: 1, looked_at: madeAt });
  },
  async "0008-successors"(into) {
    await insert(
      into,
      "token_notes",
      { ...note, token_id: tokens.organization.id, type: "owner", rule: "", text: "ops", version: fixed("owner", 24) },
      {
        ...note,
        token_id: tokens.created.id,
        type: "link",
        rule: "",
        text: "",
        version: fixed("link", 24),
        replaces_id: tokens.organization.id,
        replaces_created_at: madeAt,
      },
    );
    await into.client.query("update tokens set first_used_at = $1 where last_used_at is not null", [madeAt]);
    await into.client.query("update ingest_tokens set first_used_at = $1", [madeAt]);
  },
  async "0009-audit"({ db }) {
    const trail = makeTrail(vault);
    const write = (at: number) =>
      trail.append(
        db,
        {
          type: "tokenhouse.audit.retention",
          action: "purge",
          target: { kind: "audit", id: "audit", name: null },
          details: { count: 0, before: new Date(at).toISOString() },
        },
        { at, actor: serverActor, operation: "retention" },
      );
    // Chained and cut, chained, and waiting for its place in the chain.
    await write(madeAt);
    await sealAudit(db, vault, madeAt);
    await cutAudit(db, vault, trail, madeAt + 1, madeAt + 2);
    await write(madeAt + 3);
    await sealAudit(db, vault, madeAt + 4);
    await write(madeAt + 5);
  },
  async "0010-sessions"(into) {
    const id_hash = hash("by link");
    const id = createHash("sha256").update("session name\0").update(id_hash).digest("hex").slice(0, 24);
    const link = {
      linked_by: users.root,
      linked_by_name: "root",
      link_token_id: tokens.system.id,
      link_secret_hash: secretHash("system"),
    };
    await insert(into, "sessions", {
      id,
      id_hash,
      user_id: users.reader,
      created_at: madeAt,
      expires_at: madeAt + day,
      last_seen_at: madeAt,
      ...link,
    });
    await insert(into, "sign_in_codes", { hash: hash("link"), user_id: users.reader, expires_at: madeAt + day, ...link });
    await insert(into, "local_administrators", { instance: "one", secret_hash: hash("local") });
  },
  async "0011-groups"(into) {
    await insert(into, "groups", { id: fixed("group", 24), display_name: "staff", lookup_name: "staff" });
    await insert(into, "group_members", { group_id: fixed("group", 24), user_id: users.reader });
    await insert(
      into,
      "group_roles",
      { group_id: fixed("group", 24), kind: "view", search_domain_id: repositories.sandbox, role_id: role },
      { group_id: fixed("group", 24), kind: "system", role_id: role },
    );
  },
  async "0012-automatic-search"(into) {
    await insert(into, "search_domains", {
      id: repositories.quiet,
      name: "quiet",
      type: "repository",
      automatic_search: false,
      created_at: madeAt,
    });
  },
};
