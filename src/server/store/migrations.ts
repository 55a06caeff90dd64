import { sql, type Kysely, type Migration, type MigrationProvider } from "kysely";

/**
 * The statements of the first migration, one to a string because a prepared statement holds just one.
 * Columns that pages are ordered by have collation C: PGlite knows no other, and a page must not depend on the database.
 */
const initial = [
  `create table organization (
    id text primary key check (id = 'SINGLE_ORGANIZATION_ID'),
    cid text,
    name text not null,
    description text,
    readonly_dashboard_ip_filter text,
    trial_started_at int8,
    created_at int8 not null
  )`,
  `create table ip_filters (
    id text collate "C" primary key,
    name text collate "C" not null,
    ip_filter text not null,
    created_at int8 not null
  )`,
  `create table token_policies (
    kind text primary key check (kind in ('personal', 'view', 'organization', 'system')),
    enabled boolean not null,
    maximum_lifetime int8 check (maximum_lifetime > 0),
    ip_filter_id text collate "C" references ip_filters on delete restrict,
    allow_permission_updates boolean not null
  )`,
  `create table users (
    id text collate "C" primary key check (id ~ '^[A-Za-z0-9]{24}$'),
    username text collate "C" not null unique,
    full_name text,
    first_name text,
    last_name text,
    email text,
    phone_number text,
    picture text,
    country_code text,
    state_code text,
    company text,
    is_root boolean not null default false,
    is_org_root boolean not null default false,
    created_at int8 not null
  )`,
  `create table search_domains (
    id text collate "C" primary key,
    name text collate "C" not null unique,
    type text not null check (type in ('repository', 'view')),
    description text,
    is_system boolean not null default false,
    retention_in_millis int8,
    retention_in_ingest_size_bytes int8,
    retention_in_storage_size_bytes int8,
    created_at int8 not null
  )`,
  `create table view_connections (
    view_id text collate "C" not null references search_domains on delete cascade,
    repository_id text collate "C" not null references search_domains on delete cascade,
    filter text collate "C" not null default '',
    primary key (view_id, repository_id, filter)
  )`,
  `create index view_connections_repository on view_connections (repository_id)`,
  `create table roles (
    id text collate "C" primary key,
    display_name text collate "C" not null,
    color text,
    description text,
    view_permissions text[] not null default '{}',
    organization_permissions text[] not null default '{}',
    system_permissions text[] not null default '{}'
  )`,
  `create table user_roles (
    user_id text collate "C" not null references users on delete cascade,
    search_domain_id text collate "C" not null references search_domains on delete cascade,
    role_id text collate "C" not null references roles on delete cascade,
    primary key (user_id, search_domain_id, role_id)
  )`,
  `create index user_roles_search_domain on user_roles (search_domain_id)`,
  `create index user_roles_role on user_roles (role_id)`,
  // A personal token's id is its user's id, which also keeps it to one for each user.
  `create table tokens (
    id text collate "C" primary key,
    kind text not null check (kind in ('personal', 'view', 'organization', 'system')),
    name text collate "C" not null,
    secret_hash bytea not null check (octet_length(secret_hash) = 32),
    created_at int8 not null,
    expire_at int8,
    ip_filter_id text collate "C" references ip_filters on delete restrict,
    user_id text collate "C" unique references users on delete cascade,
    permissions text[] not null default '{}',
    view_ids text[] not null default '{}',
    created_by text,
    last_used_at int8,
    last_used_from text,
    constraint tokens_owner check (case when kind = 'personal' then user_id is not null and user_id = id else user_id is null end)
  )`,
  // The purge.
  `create index tokens_expire_at on tokens (expire_at) where expire_at is not null`,
  // The lists, in both orders that they can be sorted by.
  `create index tokens_kind_name on tokens (kind, name, id)`,
  `create index tokens_kind_expire_at on tokens (kind, expire_at, id)`,
  // Where an IP filter is used, and the foreign key's own check.
  `create index tokens_ip_filter on tokens (ip_filter_id) where ip_filter_id is not null`,
  `create table feature_flags (name text primary key)`,
  `create table sessions (
    id_hash bytea primary key,
    user_id text collate "C" references users on delete cascade,
    token_id text collate "C",
    token_secret_hash bytea,
    created_at int8 not null,
    expires_at int8 not null,
    last_seen_at int8 not null,
    address text,
    user_agent text
  )`,
  `create index sessions_user on sessions (user_id)`,
  `create index sessions_expires_at on sessions (expires_at)`,
  `create table sign_in_codes (
    hash bytea primary key,
    user_id text collate "C" not null references users on delete cascade,
    expires_at int8 not null
  )`,
  `create index sign_in_codes_user on sign_in_codes (user_id)`,
];

/** What tells which installation key a database belongs to. */
const vault = [`create table vault_check (id int4 primary key check (id = 1), sealed bytea not null)`];

/** Parsers, ingest tokens, and what is kept of the data that arrives. */
const ingest = [
  `create table parsers (
    id text collate "C" primary key,
    repository_id text collate "C" not null references search_domains on delete cascade,
    name text collate "C" not null,
    script text not null,
    test_cases text not null,
    fields_to_tag text[] not null default '{}',
    fields_to_be_removed_before_parsing text[] not null default '{}',
    language_version text not null,
    constraint parsers_name unique (repository_id, name)
  )`,
  `create table ingest_tokens (
    id text collate "C" primary key,
    repository_id text collate "C" not null references search_domains on delete cascade,
    name text collate "C" not null,
    parser_name text collate "C",
    sealed_value bytea not null,
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    is_custom boolean not null,
    weakness text check (weakness in ('short', 'guessable')),
    created_at int8 not null,
    created_by text not null,
    events int8 not null default 0,
    bytes int8 not null default 0,
    last_used_at int8,
    last_used_from text,
    constraint ingest_tokens_name unique (repository_id, name),
    constraint ingest_tokens_fingerprint unique (fingerprint)
  )`,
  `create table ingest_hours (
    token_id text collate "C" not null references ingest_tokens on delete cascade,
    hour int8 not null,
    events int8 not null,
    primary key (token_id, hour)
  )`,
  `create index ingest_hours_hour on ingest_hours (hour)`,
  `create table ingest_events (
    id int8 generated always as identity primary key,
    repository_id text collate "C" not null references search_domains on delete cascade,
    token_name text not null,
    parser_name text,
    received_at int8 not null,
    size int8 not null,
    text text not null
  )`,
  `create index ingest_events_repository on ingest_events (repository_id, id)`,
];

/** Fleet installation tokens and the configurations they are assigned. */
const fleet = [
  `create table collector_configurations (
    id text collate "C" primary key,
    name text collate "C" not null,
    description text,
    sealed_yaml bytea,
    yaml_characters int4 not null default 0,
    sealed_draft bytea,
    version int4 not null default 0,
    modified_at int8 not null,
    draft_modified_at int8,
    modified_by text collate "C" not null
  )`,
  `create index collector_configurations_name on collector_configurations (name, id)`,
  `create table fleet_tokens (
    id text collate "C" primary key,
    name text collate "C" not null,
    sealed_value bytea not null,
    value_fingerprint bytea not null unique,
    configuration_id text collate "C" references collector_configurations on delete restrict,
    created_at int8 not null,
    created_by text not null
  )`,
  `create index fleet_tokens_name on fleet_tokens (name, id)`,
  `create index fleet_tokens_configuration on fleet_tokens (configuration_id) where configuration_id is not null`,
];

/**
 * What created a token, beside the name that is on record. A name stands for whoever bears it alone; a user who came after the token was
 * made is somebody else of the same name. All others stay unknown.
 */
const creators = [
  `alter table tokens
    add column creator_kind text not null default 'unknown' check (creator_kind in ('user', 'token', 'administrator', 'unknown')),
    add column creator_id text collate "C"`,
  `with candidates as (
    select username as name, 'user' as kind, id, created_at as since from users
    union all select name, 'token', id, null from tokens where kind <> 'personal'
    union all select 'local administrator', 'administrator', null, null
  ), alone as (
    select name, min(kind) as kind, min(id) as id, min(since) as since from candidates group by name having count(*) = 1
  )
  update tokens set creator_kind = alone.kind, creator_id = alone.id
  from alone where alone.name = tokens.created_by and (alone.since is null or alone.since <= tokens.created_at)`,
];

/** The function of the triggers below: the notes of the rows that a statement deletes from a table of tokens go with them, in one go. */
const dropNotes = (
  table: string,
  kind: string,
) => `create function drop_notes_of_${table}() returns trigger language plpgsql as $$
  begin
    delete from token_notes using gone
      where token_notes.cluster = '' and token_notes.kind = ${kind} and token_notes.token_id = gone.id;
    return null;
  end $$`;

const dropNotesTrigger = (table: string) => `create trigger drop_notes after delete on ${table}
  referencing old table as gone for each statement execute function drop_notes_of_${table}()`;

/** What people note of tokens, and the thresholds of findings. A token is deleted in many ways, by cascades too, so triggers take its notes along. */
const notes = [
  `create table token_notes (
    cluster text collate "C" not null,
    kind text collate "C" not null check (kind in ('personal', 'view', 'organization', 'system', 'ingest', 'fleet')),
    token_id text collate "C" not null,
    token_created_at int8,
    type text collate "C" not null,
    rule text collate "C" not null,
    text text not null,
    until int8,
    written_by text not null,
    written_at int8 not null,
    version text not null,
    primary key (cluster, kind, token_id, type, rule)
  )`,
  `create table finding_thresholds (
    cluster text collate "C" primary key,
    days text not null,
    set_by text not null,
    set_at int8 not null,
    version text not null
  )`,
  ...[
    ["tokens", "gone.kind"],
    ["ingest_tokens", "'ingest'"],
    ["fleet_tokens", "'fleet'"],
  ].flatMap(([table = "", kind = ""]) => [dropNotes(table, kind), dropNotesTrigger(table)]),
];

/** What the webhook was told, and is to be told, of tokens that expire. */
const notices = [
  `create table notice_deliveries (
    id text collate "C" primary key,
    body text not null,
    tokens int not null,
    created_at int8 not null,
    next_at int8,
    tries int not null default 0,
    last_tried_at int8,
    last_status int,
    delivered_at int8
  )`,
  `create index notice_deliveries_next_at on notice_deliveries (next_at) where next_at is not null`,
  `create table notices (
    token_id text collate "C" not null,
    expire_at int8 not null,
    threshold int8 not null,
    delivery_id text collate "C" references notice_deliveries (id) on delete cascade,
    primary key (token_id, expire_at, threshold)
  )`,
  `create index notices_delivery on notices (delivery_id) where delivery_id is not null`,
  `create table notice_looks (id int primary key check (id = 1), looked_at int8 not null)`,
];

/** Owners and links among the notes. A link goes with either of its tokens. */
const successors = [
  `alter table token_notes
    add column replaces_id text collate "C",
    add column replaces_created_at int8,
    add constraint token_notes_type check (type in ('dismissal', 'owner', 'link')),
    add constraint token_notes_replaces check ((type = 'link') = (replaces_id is not null) and replaces_id <> token_id)`,
  `create index token_notes_replaces on token_notes (cluster, kind, replaces_id) where replaces_id is not null`,
  ...[
    ["tokens", "gone.kind"],
    ["ingest_tokens", "'ingest'"],
    ["fleet_tokens", "'fleet'"],
  ].map(
    ([table = "", kind = ""]) => `create or replace function drop_notes_of_${table}() returns trigger language plpgsql as $$
      begin
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = ${kind} and token_notes.token_id = gone.id;
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = ${kind} and token_notes.replaces_id = gone.id;
        return null;
      end $$`,
  ),
];

/** When tokens were first used. Of one that was used before this column came it is not known. */
const firstUse = [`alter table tokens add column first_used_at int8`, `alter table ingest_tokens add column first_used_at int8`];

/**
 * The audit trail. What it is searched by stands beside the record, which the chain covers; who verifies the chain holds one against the
 * other. Its rows are written once: the one later change is their place in the chain, and only retention deletes.
 */
const audit = [
  `create table audit_records (
    number int8 generated always as identity primary key,
    record text not null,
    mac bytea not null check (octet_length(mac) = 32),
    position int8,
    id text collate "C" not null,
    happened_at text collate "C" not null,
    type text collate "C" not null,
    outcome text collate "C" not null,
    actor_id text collate "C" not null,
    address text collate "C",
    subject text collate "C",
    others text[]
  )`,
  `create index audit_records_unsealed on audit_records (number) where position is null`,
  // Of chained records alone: whoever acts waits for none of these.
  ...[
    "position on audit_records (position)",
    "id on audit_records (id)",
    "happened_at on audit_records (happened_at, number)",
    "actor on audit_records (actor_id, happened_at, number)",
    "subject on audit_records (subject, happened_at, number)",
    "others on audit_records using gin (others)",
  ].map((index) => `create index audit_records_${index} where position is not null`),
  `create table audit_seals (
    number int8 primary key,
    sealed_at int8 not null,
    last_position int8 not null,
    mac bytea not null check (octet_length(mac) = 32)
  )`,
  `create table audit_anchor (
    id int4 primary key check (id = 1),
    seal int8 not null,
    last_position int8 not null,
    seal_mac bytea not null,
    cut_at int8 not null,
    mac bytea not null check (octet_length(mac) = 32)
  )`,
  `create function keep_audit_trail() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and tg_table_name = 'audit_records' then
      if old.position is null and new.position is not null
        and to_jsonb(new) - 'position' = to_jsonb(old) - 'position' then
        return new;
      end if;
    elsif tg_op = 'DELETE' and current_setting('tokenhouse.audit_retention', true) = 'on' then
      return old;
    end if;
    raise exception 'The audit trail is append-only: its rows are neither changed nor deleted.';
  end $$`,
  ...["audit_records", "audit_seals"].flatMap((table) => [
    `create trigger keep_rows before update or delete on ${table} for each row execute function keep_audit_trail()`,
    `create trigger keep_table before truncate on ${table} for each statement execute function keep_audit_trail()`,
  ]),
];

/**
 * An id of sessions by which they can be spoken of, and who made the link that a session was begun by, and with what. Where a local
 * administrator's token was replaced, what hangs on the former one is found by the row of its server.
 */
const sessionOrigins = [
  `alter table sessions
    add column id text collate "C",
    add column linked_by text collate "C" references users on delete cascade,
    add column linked_by_name text,
    add column link_token_id text collate "C",
    add column link_secret_hash bytea`,
  // As `sessionName` has it.
  `update sessions set id = left(encode(sha256(convert_to('session name', 'UTF8') || decode('00', 'hex') || id_hash), 'hex'), 24)`,
  `alter table sessions alter column id set not null, add constraint sessions_id unique (id)`,
  `create index sessions_linked_by on sessions (linked_by) where linked_by is not null`,
  `alter table sign_in_codes
    add column linked_by text collate "C" references users on delete cascade,
    add column linked_by_name text,
    add column link_token_id text collate "C",
    add column link_secret_hash bytea`,
  `create index sign_in_codes_linked_by on sign_in_codes (linked_by) where linked_by is not null`,
  `create table local_administrators (
    instance text collate "C" primary key,
    secret_hash bytea not null check (octet_length(secret_hash) = 32)
  )`,
];

/**
 * Groups of users, and the roles assigned to them: each kind of a role's permissions by itself, those on search domains for one search
 * domain.
 */
const groups = [
  `create table groups (
    id text collate "C" primary key,
    display_name text collate "C" not null,
    lookup_name text,
    constraint groups_display_name unique (display_name)
  )`,
  `create table group_members (
    group_id text collate "C" not null references groups on delete cascade,
    user_id text collate "C" not null references users on delete cascade,
    primary key (user_id, group_id)
  )`,
  `create index group_members_group on group_members (group_id)`,
  `create table group_roles (
    group_id text collate "C" not null references groups on delete cascade,
    kind text collate "C" not null check (kind in ('view', 'organization', 'system')),
    search_domain_id text collate "C" references search_domains on delete cascade,
    role_id text collate "C" not null references roles on delete cascade,
    constraint group_roles_place check ((kind = 'view') = (search_domain_id is not null))
  )`,
  // No key: a null is in it where the role is not for a search domain.
  `create unique index group_roles_once on group_roles (group_id, kind, coalesce(search_domain_id, ''), role_id)`,
  `create index group_roles_search_domain on group_roles (search_domain_id) where search_domain_id is not null`,
  `create index group_roles_role on group_roles (role_id)`,
];

/** Whether a search of a repository or view begins as soon as somebody opens it. */
const automaticSearch = [`alter table search_domains add column automatic_search boolean not null default true`];

/**
 * What lists of tokens are paged and searched by, in a table of its own: a policy change that restricts every token writes none of these
 * indexes. `name_order` sorts bytewise as people sort names: numbers by their value, upper and lower case alike, and marks as Unicode has
 * them. Names outside ASCII come after the others. Triggers keep the rows, since tokens come and go in many ways.
 */
const tokenNames = [
  `create table token_names (
    id text collate "C" not null,
    kind text not null,
    folded text collate "C" not null,
    name_order text collate "C" not null
  )`,
  // Each mark becomes a character before the digits. A number becomes twenty digits.
  String.raw`create function token_name_order(folded text) returns text language sql immutable strict parallel safe as $sql$
    select left(regexp_replace(regexp_replace(
      translate(folded collate "C",
        E' _-,;:!?.\'"()[]{}@*/\\&#%\`^+<=>|~$',
        E'\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21'),
      '[0-9]+', '00000000000000000000\&', 'g'), '[0-9]*([0-9]{20})', '\1', 'g'), 250)
  $sql$`,
  `insert into token_names select id, kind, lower(name), token_name_order(lower(name)) from tokens`,
  `create index token_names_order on token_names (kind, name_order, id)`,
  // Ids are looked for by how they begin, in any case.
  `create index token_names_id on token_names (lower(id))`,
  // Deleting is planned each time: what suits a single token would take minutes for all of them, and the other way round.
  `create function keep_token_names() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      insert into token_names select id, kind, lower(name), token_name_order(lower(name)) from made;
    elsif tg_op = 'UPDATE' then
      update token_names set id = new.id, folded = lower(new.name), name_order = token_name_order(lower(new.name))
        where lower(id) = lower(old.id) and id = old.id;
    else
      execute 'delete from token_names using gone where lower(token_names.id) = lower(gone.id) and token_names.id = gone.id';
    end if;
    return null;
  end $$`,
  `create trigger add_names after insert on tokens
    referencing new table as made for each statement execute function keep_token_names()`,
  // A rotation gives a token another id.
  `create trigger change_names after update of id, name on tokens
    for each row when (old.id <> new.id or old.name is distinct from new.name) execute function keep_token_names()`,
  `create trigger drop_names after delete on tokens
    referencing old table as gone for each statement execute function keep_token_names()`,
];

/**
 * What is long in a record is ids, which hardly get shorter. PostgreSQL would try to compress them each time that it writes them: half of the
 * time that a record of a policy change takes.
 */
const longRecords = [
  `alter table audit_records alter column record set storage external, alter column others set storage external`,
];

/** A migration that runs plain statements one after the other; the Migrator wraps all pending ones in one transaction. */
function statements(texts: readonly string[]): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const text of texts) await sql.raw(text).execute(db);
    },
  };
}

/** Every migration by name; they run in the order of their names, and one that has been released is never edited. */
const migrations: Record<string, Migration> = {
  "0001-initial": statements(initial),
  "0002-vault": statements(vault),
  "0003-ingest": statements(ingest),
  "0004-fleet": statements(fleet),
  "0005-creators": statements(creators),
  "0006-notes": statements(notes),
  "0007-notices": statements(notices),
  "0008-successors": statements([...successors, ...firstUse]),
  "0009-audit": statements(audit),
  "0010-sessions": statements(sessionOrigins),
  "0011-groups": statements(groups),
  "0012-automatic-search": statements(automaticSearch),
  "0013-acts-in-parts": statements([`create table acts_in_parts (name text primary key)`]),
  "0014-token-names": statements(tokenNames),
  "0015-long-records": statements(longRecords),
};

/** Hands the migrations to Kysely's Migrator from code, so that the built server needs no folder of files. */
export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve(migrations),
};
