CREATE FUNCTION public.drop_notes_of_fleet_tokens() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      begin
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = 'fleet' and token_notes.token_id = gone.id;
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = 'fleet' and token_notes.replaces_id = gone.id;
        return null;
      end $$;
CREATE FUNCTION public.drop_notes_of_ingest_tokens() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      begin
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = 'ingest' and token_notes.token_id = gone.id;
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = 'ingest' and token_notes.replaces_id = gone.id;
        return null;
      end $$;
CREATE FUNCTION public.drop_notes_of_tokens() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      begin
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = gone.kind and token_notes.token_id = gone.id;
        delete from token_notes using gone
          where token_notes.cluster = '' and token_notes.kind = gone.kind and token_notes.replaces_id = gone.id;
        return null;
      end $$;
CREATE FUNCTION public.keep_audit_trail() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
  end $$;
CREATE FUNCTION public.keep_token_names() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
  end $$;
CREATE FUNCTION public.token_name_order(folded text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
    select left(regexp_replace(regexp_replace(
      translate(folded collate "C",
        E' _-,;:!?.\'"()[]{}@*/\\&#%\`^+<=>|~$',
        E'\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21'),
      '[0-9]+', '00000000000000000000\&', 'g'), '[0-9]*([0-9]{20})', '\1', 'g'), 250)
  $_$;
CREATE TABLE public.acts_in_parts (
    name text NOT NULL
);
CREATE TABLE public.audit_anchor (
    id integer NOT NULL,
    seal bigint NOT NULL,
    last_position bigint NOT NULL,
    seal_mac bytea NOT NULL,
    cut_at bigint NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT audit_anchor_id_check CHECK ((id = 1)),
    CONSTRAINT audit_anchor_mac_check CHECK ((octet_length(mac) = 32))
);
CREATE TABLE public.audit_records (
    number bigint NOT NULL,
    record text NOT NULL,
    mac bytea NOT NULL,
    "position" bigint,
    id text NOT NULL COLLATE pg_catalog."C",
    happened_at text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    actor_id text NOT NULL COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    subject text COLLATE pg_catalog."C",
    others text[],
    CONSTRAINT audit_records_mac_check CHECK ((octet_length(mac) = 32))
);
ALTER TABLE ONLY public.audit_records ALTER COLUMN record SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.audit_records ALTER COLUMN others SET STORAGE EXTERNAL;
ALTER TABLE public.audit_records ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_records_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.audit_seals (
    number bigint NOT NULL,
    sealed_at bigint NOT NULL,
    last_position bigint NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT audit_seals_mac_check CHECK ((octet_length(mac) = 32))
);
CREATE TABLE public.collector_configurations (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    description text,
    sealed_yaml bytea,
    yaml_characters integer DEFAULT 0 NOT NULL,
    sealed_draft bytea,
    version integer DEFAULT 0 NOT NULL,
    modified_at bigint NOT NULL,
    draft_modified_at bigint,
    modified_by text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.feature_flags (
    name text NOT NULL
);
CREATE TABLE public.finding_thresholds (
    cluster text NOT NULL COLLATE pg_catalog."C",
    days text NOT NULL,
    set_by text NOT NULL,
    set_at bigint NOT NULL,
    version text NOT NULL
);
CREATE TABLE public.fleet_tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    sealed_value bytea NOT NULL,
    value_fingerprint bytea NOT NULL,
    configuration_id text COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    created_by text NOT NULL
);
CREATE TABLE public.group_members (
    group_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.group_roles (
    group_id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    search_domain_id text COLLATE pg_catalog."C",
    role_id text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT group_roles_kind_check CHECK ((kind = ANY (ARRAY['view'::text, 'organization'::text, 'system'::text]))),
    CONSTRAINT group_roles_place CHECK (((kind = 'view'::text) = (search_domain_id IS NOT NULL)))
);
CREATE TABLE public.groups (
    id text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL COLLATE pg_catalog."C",
    lookup_name text
);
CREATE TABLE public.ingest_events (
    id bigint NOT NULL,
    repository_id text NOT NULL COLLATE pg_catalog."C",
    token_name text NOT NULL,
    parser_name text,
    received_at bigint NOT NULL,
    size bigint NOT NULL,
    text text NOT NULL
);
ALTER TABLE public.ingest_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ingest_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.ingest_hours (
    token_id text NOT NULL COLLATE pg_catalog."C",
    hour bigint NOT NULL,
    events bigint NOT NULL
);
CREATE TABLE public.ingest_tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    repository_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    parser_name text COLLATE pg_catalog."C",
    sealed_value bytea NOT NULL,
    fingerprint bytea NOT NULL,
    is_custom boolean NOT NULL,
    weakness text,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    events bigint DEFAULT 0 NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    last_used_at bigint,
    last_used_from text,
    first_used_at bigint,
    CONSTRAINT ingest_tokens_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
    CONSTRAINT ingest_tokens_weakness_check CHECK ((weakness = ANY (ARRAY['short'::text, 'guessable'::text])))
);
CREATE TABLE public.ip_filters (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    ip_filter text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.kysely_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
CREATE TABLE public.kysely_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.local_administrators (
    instance text NOT NULL COLLATE pg_catalog."C",
    secret_hash bytea NOT NULL,
    CONSTRAINT local_administrators_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
CREATE TABLE public.notice_deliveries (
    id text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL,
    tokens integer NOT NULL,
    created_at bigint NOT NULL,
    next_at bigint,
    tries integer DEFAULT 0 NOT NULL,
    last_tried_at bigint,
    last_status integer,
    delivered_at bigint
);
CREATE TABLE public.notice_looks (
    id integer NOT NULL,
    looked_at bigint NOT NULL,
    CONSTRAINT notice_looks_id_check CHECK ((id = 1))
);
CREATE TABLE public.notices (
    token_id text NOT NULL COLLATE pg_catalog."C",
    expire_at bigint NOT NULL,
    threshold bigint NOT NULL,
    delivery_id text COLLATE pg_catalog."C"
);
CREATE TABLE public.organization (
    id text NOT NULL,
    cid text,
    name text NOT NULL,
    description text,
    readonly_dashboard_ip_filter text,
    trial_started_at bigint,
    created_at bigint NOT NULL,
    CONSTRAINT organization_id_check CHECK ((id = 'SINGLE_ORGANIZATION_ID'::text))
);
CREATE TABLE public.parsers (
    id text NOT NULL COLLATE pg_catalog."C",
    repository_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    script text NOT NULL,
    test_cases text NOT NULL,
    fields_to_tag text[] DEFAULT '{}'::text[] NOT NULL,
    fields_to_be_removed_before_parsing text[] DEFAULT '{}'::text[] NOT NULL,
    language_version text NOT NULL
);
CREATE TABLE public.roles (
    id text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL COLLATE pg_catalog."C",
    color text,
    description text,
    view_permissions text[] DEFAULT '{}'::text[] NOT NULL,
    organization_permissions text[] DEFAULT '{}'::text[] NOT NULL,
    system_permissions text[] DEFAULT '{}'::text[] NOT NULL
);
CREATE TABLE public.search_domains (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL,
    description text,
    is_system boolean DEFAULT false NOT NULL,
    retention_in_millis bigint,
    retention_in_ingest_size_bytes bigint,
    retention_in_storage_size_bytes bigint,
    created_at bigint NOT NULL,
    automatic_search boolean DEFAULT true NOT NULL,
    CONSTRAINT search_domains_type_check CHECK ((type = ANY (ARRAY['repository'::text, 'view'::text])))
);
CREATE TABLE public.sessions (
    id_hash bytea NOT NULL,
    user_id text COLLATE pg_catalog."C",
    token_id text COLLATE pg_catalog."C",
    token_secret_hash bytea,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    address text,
    user_agent text,
    id text NOT NULL COLLATE pg_catalog."C",
    linked_by text COLLATE pg_catalog."C",
    linked_by_name text,
    link_token_id text COLLATE pg_catalog."C",
    link_secret_hash bytea
);
CREATE TABLE public.sign_in_codes (
    hash bytea NOT NULL,
    user_id text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL,
    linked_by text COLLATE pg_catalog."C",
    linked_by_name text,
    link_token_id text COLLATE pg_catalog."C",
    link_secret_hash bytea
);
CREATE TABLE public.token_names (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    folded text NOT NULL COLLATE pg_catalog."C",
    name_order text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.token_notes (
    cluster text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    token_id text NOT NULL COLLATE pg_catalog."C",
    token_created_at bigint,
    type text NOT NULL COLLATE pg_catalog."C",
    rule text NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL,
    until bigint,
    written_by text NOT NULL,
    written_at bigint NOT NULL,
    version text NOT NULL,
    replaces_id text COLLATE pg_catalog."C",
    replaces_created_at bigint,
    CONSTRAINT token_notes_kind_check CHECK ((kind = ANY (ARRAY['personal'::text, 'view'::text, 'organization'::text, 'system'::text, 'ingest'::text, 'fleet'::text]))),
    CONSTRAINT token_notes_replaces CHECK ((((type = 'link'::text) = (replaces_id IS NOT NULL)) AND (replaces_id <> token_id))),
    CONSTRAINT token_notes_type CHECK ((type = ANY (ARRAY['dismissal'::text, 'owner'::text, 'link'::text])))
);
CREATE TABLE public.token_policies (
    kind text NOT NULL,
    enabled boolean NOT NULL,
    maximum_lifetime bigint,
    ip_filter_id text COLLATE pg_catalog."C",
    allow_permission_updates boolean NOT NULL,
    CONSTRAINT token_policies_kind_check CHECK ((kind = ANY (ARRAY['personal'::text, 'view'::text, 'organization'::text, 'system'::text]))),
    CONSTRAINT token_policies_maximum_lifetime_check CHECK ((maximum_lifetime > 0))
);
CREATE TABLE public.tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    secret_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    expire_at bigint,
    ip_filter_id text COLLATE pg_catalog."C",
    user_id text COLLATE pg_catalog."C",
    permissions text[] DEFAULT '{}'::text[] NOT NULL,
    view_ids text[] DEFAULT '{}'::text[] NOT NULL,
    created_by text,
    last_used_at bigint,
    last_used_from text,
    creator_kind text DEFAULT 'unknown'::text NOT NULL,
    creator_id text COLLATE pg_catalog."C",
    first_used_at bigint,
    CONSTRAINT tokens_creator_kind_check CHECK ((creator_kind = ANY (ARRAY['user'::text, 'token'::text, 'administrator'::text, 'unknown'::text]))),
    CONSTRAINT tokens_kind_check CHECK ((kind = ANY (ARRAY['personal'::text, 'view'::text, 'organization'::text, 'system'::text]))),
    CONSTRAINT tokens_owner CHECK (
CASE
    WHEN (kind = 'personal'::text) THEN ((user_id IS NOT NULL) AND (user_id = id))
    ELSE (user_id IS NULL)
END),
    CONSTRAINT tokens_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
CREATE TABLE public.user_roles (
    user_id text NOT NULL COLLATE pg_catalog."C",
    search_domain_id text NOT NULL COLLATE pg_catalog."C",
    role_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.users (
    id text NOT NULL COLLATE pg_catalog."C",
    username text NOT NULL COLLATE pg_catalog."C",
    full_name text,
    first_name text,
    last_name text,
    email text,
    phone_number text,
    picture text,
    country_code text,
    state_code text,
    company text,
    is_root boolean DEFAULT false NOT NULL,
    is_org_root boolean DEFAULT false NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT users_id_check CHECK ((id ~ '^[A-Za-z0-9]{24}$'::text))
);
CREATE TABLE public.vault_check (
    id integer NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT vault_check_id_check CHECK ((id = 1))
);
CREATE TABLE public.view_connections (
    view_id text NOT NULL COLLATE pg_catalog."C",
    repository_id text NOT NULL COLLATE pg_catalog."C",
    filter text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);
INSERT INTO public.audit_anchor VALUES
	(1, 1, 1, '\x9673a3036ef49a13e806ba3758941493ed3987e04b5682f31258d5532e7c03f0', 1767225600002, '\x9c5587553e176220114667b1fcc4abdad14a6804801e2229f39c0ed8339bc43a');
INSERT INTO public.audit_records OVERRIDING SYSTEM VALUE VALUES
	(2, '{"actionName":"purge","actor":{"orgRoot":false,"organizationId":"SINGLE_ORGANIZATION_ID","type":"server"},"after":null,"before":"2026-01-01T00:00:00.001Z","count":1,"id":"KBdnDOlLaau0FfrM1S3jAWFY","operation":"retention","outcome":"done","sensitive":true,"subjects":["audit"],"target":{"id":"audit","kind":"audit","name":null},"timestamp":"2026-01-01T00:00:00.002Z","type":"tokenhouse.audit.retention"}', '\x351626a853c4571c21097e4aad5eae455f6727b02821207bdd6caa678e953a78', 2, 'KBdnDOlLaau0FfrM1S3jAWFY', '2026-01-01T00:00:00.002Z', 'tokenhouse.audit.retention', 'done', 'server', NULL, 'audit', NULL),
	(3, '{"actionName":"purge","actor":{"orgRoot":false,"organizationId":"SINGLE_ORGANIZATION_ID","type":"server"},"after":null,"before":"2026-01-01T00:00:00.003Z","count":0,"id":"WMhEx6U7ZezyCdgL2wnKWptH","operation":"retention","outcome":"done","sensitive":true,"subjects":["audit"],"target":{"id":"audit","kind":"audit","name":null},"timestamp":"2026-01-01T00:00:00.003Z","type":"tokenhouse.audit.retention"}', '\x586817e808ddfe7284b1e271850e671dcc26e5f788c079d6657891059d22d533', 3, 'WMhEx6U7ZezyCdgL2wnKWptH', '2026-01-01T00:00:00.003Z', 'tokenhouse.audit.retention', 'done', 'server', NULL, 'audit', NULL),
	(4, '{"actionName":"purge","actor":{"orgRoot":false,"organizationId":"SINGLE_ORGANIZATION_ID","type":"server"},"after":null,"before":"2026-01-01T00:00:00.005Z","count":0,"id":"ZfXaTnOB0t2oBlyclYutBF0s","operation":"retention","outcome":"done","sensitive":true,"subjects":["audit"],"target":{"id":"audit","kind":"audit","name":null},"timestamp":"2026-01-01T00:00:00.005Z","type":"tokenhouse.audit.retention"}', '\xf61d92b6ec4c70128366daa8f2747d62b0bb3f1683e2974fb6928482d258483d', NULL, 'ZfXaTnOB0t2oBlyclYutBF0s', '2026-01-01T00:00:00.005Z', 'tokenhouse.audit.retention', 'done', 'server', NULL, 'audit', NULL);
INSERT INTO public.audit_seals VALUES
	(2, 1767225600004, 3, '\x78fe463570d30419f1b5876a347033877c200852ee371beb0a1d3f75b4ae860f');
INSERT INTO public.collector_configurations VALUES
	('09d92e9c4ff48a277a3df6db', 'collect', 'All', '\x01cd7101768a3d839f8bb4d167ec50c909d3a65d56c74918752cc5a3c2e5912d5367abb6140b74ce', 11, '\x01cd7101768a3d839f8bb4d167ec50c909d3a65d56c74918752cc5a3c2e5912d5367abb6140b74ce', 1, 1767225600000, 1767225600000, 'root');
INSERT INTO public.feature_flags VALUES
	('ArrayFunctions');
INSERT INTO public.finding_thresholds VALUES
	('', '{"olderThan":100}', 'root', 1767225600000, '54fd37fa077fa66c2745eb23');
INSERT INTO public.fleet_tokens VALUES
	('e36d115a88e15de353522511', 'collectors', '\x0158d746be63e97881fa0691ffbcf7bce8fe5d28167df7715084a1c22f9a247b2babc99c5aa8a2cbce8a8c2cb224fd30364c5e89c79f72abee5c009ba88a77b939a76a4c0a71e949f669480e3848d29627ffa5507d6ac457409f409190', '\x57cc12f4d1ef8fba9ef1144e562cfc9cabc81fdd4bdd28949c272ac567e9c480', '09d92e9c4ff48a277a3df6db', 1767225600000, 'root');
INSERT INTO public.group_members VALUES
	('5948c4cf5be428d540e3c3c8', '609bf69208f129cf489a0d72');
INSERT INTO public.group_roles VALUES
	('5948c4cf5be428d540e3c3c8', 'view', '1419d6d28ba7f13f119ee754', 'a7df0cd0cbf10a08c9a667a3'),
	('5948c4cf5be428d540e3c3c8', 'system', NULL, 'a7df0cd0cbf10a08c9a667a3');
INSERT INTO public.groups VALUES
	('5948c4cf5be428d540e3c3c8', 'staff', 'staff');
INSERT INTO public.ingest_events OVERRIDING SYSTEM VALUE VALUES
	(1, '1419d6d28ba7f13f119ee754', 'shipper', 'reader', 1767225600000, 10, 'an event');
INSERT INTO public.ingest_hours VALUES
	('88b917c9832bb0de278242c8', 1767225600000, 7);
INSERT INTO public.ingest_tokens VALUES
	('88b917c9832bb0de278242c8', '1419d6d28ba7f13f119ee754', 'shipper', 'reader', '\x012f5cc76b2c0dfcfa43e1c703941aa9f470a86972cc704f70d4131d77552c69246ab723f63ac5086dcad6bb97c00a34487835dc4deeacd84cd983a55bd2487b64', '\x32d24fcdaf66ace64c9a58eb834186a5d8adf7b8f56dfdf9dab89f969b362b69', false, 'short', 1767225600000, 'root', 7, 70, 1767225600000, '192.0.2.8', 1767225600000);
INSERT INTO public.ip_filters VALUES
	('3f68a00b712d802d66656b3f', 'everywhere', 'allow all', 1767225600000),
	('cda3e2d019f7db2767a913f5', 'nowhere', 'allow 192.0.2.1', 1767225600000);
INSERT INTO public.kysely_migration VALUES
	('0001-initial', '2026-11-27T22:28:12.434Z'),
	('0002-vault', '2026-11-27T22:28:12.517Z'),
	('0003-ingest', '2026-11-27T22:28:12.573Z'),
	('0004-fleet', '2026-11-27T22:28:12.612Z'),
	('0005-creators', '2026-11-27T22:28:12.648Z'),
	('0006-notes', '2026-11-27T22:28:12.687Z'),
	('0007-notices', '2026-11-27T22:28:12.724Z'),
	('0008-successors', '2026-11-27T22:28:12.759Z'),
	('0009-audit', '2026-11-27T22:28:13.017Z'),
	('0010-sessions', '2026-11-27T22:28:13.154Z'),
	('0011-groups', '2026-11-27T22:28:13.198Z'),
	('0012-automatic-search', '2026-11-27T22:28:13.223Z'),
	('0013-acts-in-parts', '2026-11-27T22:28:13.257Z'),
	('0014-token-names', '2026-11-27T22:28:13.372Z'),
	('0015-long-records', '2026-11-27T22:28:13.446Z');
INSERT INTO public.kysely_migration_lock VALUES
	('migration_lock', 0);
INSERT INTO public.local_administrators VALUES
	('one', '\x25bf8e1a2393f1108d37029b3df5593236c755742ec93465bbafa9b290bddcf6');
INSERT INTO public.notice_deliveries VALUES
	('4a985ba11b557b8e3662a9c5', '{}', 1, 1767225600000, NULL, 1, 1767225600000, 200, 1767225600000);
INSERT INTO public.notice_looks VALUES
	(1, 1767225600000);
INSERT INTO public.notices VALUES
	('1adf71feadac13e5c5515993f5e843ca', 1784505600000, 2592000000, '4a985ba11b557b8e3662a9c5');
INSERT INTO public.organization VALUES
	('SINGLE_ORGANIZATION_ID', 'cid', 'Old', 'As it was', '3f68a00b712d802d66656b3f', 1767225600000, 1767225600000);
INSERT INTO public.parsers VALUES
	('a5b2ba63e3fb2c03c9e912f2', '1419d6d28ba7f13f119ee754', 'reader', 'kvParse()', '[]', '{a}', '{b}', 'legacy');
INSERT INTO public.roles VALUES
	('a7df0cd0cbf10a08c9a667a3', 'readers', '#fff', 'May read', '{ReadAccess}', '{ViewUsage}', '{ReadHealthCheck}');
INSERT INTO public.search_domains VALUES
	('1419d6d28ba7f13f119ee754', 'sandbox', 'repository', 'To try', false, 2592000000, 1000000000, 1000000000, 1767225600000, true),
	('29ebb44f13a5106816a46857', 'overview', 'view', NULL, false, NULL, NULL, NULL, 1767225600000, true),
	('6fa75ae633442a6ca4fb2c53', 'quiet', 'repository', NULL, false, NULL, NULL, NULL, 1767225600000, false);
INSERT INTO public.sessions VALUES
	('\x65034280fcd59c7ad59e83ba9a0f421d69fc918df2b3d8713d6e7010ce6a86df', '609bf69208f129cf489a0d72', NULL, NULL, 1767225600000, 1767312000000, 1767225600000, '127.0.0.1', 'Browser', '8689b7a9545e12f90fa7b4ad', NULL, NULL, NULL, NULL),
	('\x082c4d5177119a0cfc963dc3d5ce92b2bccd66bba200bc983aef6018497bed3a', NULL, '304d5b9ac5875f28c6ae1210d599343e', '\xbbd4dea4ae342dbe1dc1c581017acd3d88f2904dfb7a8bd2433dab6b6bf49b43', 1767225600000, 1767312000000, 1767225600000, NULL, NULL, '4c0f83cecb2f987c2b974958', NULL, NULL, NULL, NULL),
	('\x703c1cc0f4a9b182797ef72a2124150067bc968e732229e0b856314e7765aa4d', '609bf69208f129cf489a0d72', NULL, NULL, 1767225600000, 1767312000000, 1767225600000, NULL, NULL, '5bf20d4b268f17a2d1ebae2c', 'eed995ca3e376102ab205391', 'root', '304d5b9ac5875f28c6ae1210d599343e', '\xbbd4dea4ae342dbe1dc1c581017acd3d88f2904dfb7a8bd2433dab6b6bf49b43');
INSERT INTO public.sign_in_codes VALUES
	('\x5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b', 'eed995ca3e376102ab205391', 1767312000000, NULL, NULL, NULL, NULL),
	('\xb1b1bdb480c61d075300d9bff7d9cb69cf31695ea048e478facadf426e8d0fb0', '609bf69208f129cf489a0d72', 1767312000000, 'eed995ca3e376102ab205391', 'root', '304d5b9ac5875f28c6ae1210d599343e', '\xbbd4dea4ae342dbe1dc1c581017acd3d88f2904dfb7a8bd2433dab6b6bf49b43');
INSERT INTO public.token_names VALUES
	('304d5b9ac5875f28c6ae1210d599343e', 'system', 'system', 'system'),
	('c0f96f7756bf68db9675ab8e34c33556', 'organization', 'filtered', 'filtered'),
	('953b0e9a2e708faf78776038c4975ebb', 'organization', 'expired', 'expired'),
	('609bf69208f129cf489a0d72', 'personal', 'personal', 'personal'),
	('1adf71feadac13e5c5515993f5e843ca', 'view', 'view', 'view'),
	('3d4e4b57274cad8ebee94a3635473cbe', 'organization', 'created by the root user', 'createdbytherootuser'),
	('ed23a890160e4106714e3497539824e3', 'organization', 'organization', 'organization');
INSERT INTO public.token_notes VALUES
	('', 'organization', 'ed23a890160e4106714e3497539824e3', 1767225600000, 'dismissal', 'never-expires', 'Agreed.', 1844985600000, 'root', 1767225600000, 'c8349907954c7c29babc2446', NULL, NULL),
	('', 'organization', 'ed23a890160e4106714e3497539824e3', 1767225600000, 'owner', '', 'ops', NULL, 'root', 1767225600000, 'cdd473f8c57b40d51aba6e85', NULL, NULL),
	('', 'organization', '3d4e4b57274cad8ebee94a3635473cbe', 1767225600000, 'link', '', '', NULL, 'root', 1767225600000, 'f59ba3f973a10ed74e4e81e7', 'ed23a890160e4106714e3497539824e3', 1767225600000);
INSERT INTO public.token_policies VALUES
	('personal', true, NULL, NULL, false),
	('view', true, 34560000000, '3f68a00b712d802d66656b3f', true),
	('organization', true, NULL, NULL, true),
	('system', true, NULL, NULL, false);
INSERT INTO public.tokens VALUES
	('304d5b9ac5875f28c6ae1210d599343e', 'system', 'system', '\xbbd4dea4ae342dbe1dc1c581017acd3d88f2904dfb7a8bd2433dab6b6bf49b43', 1767225600000, NULL, NULL, NULL, '{ReadHealthCheck}', '{}', NULL, NULL, NULL, 'unknown', NULL, NULL),
	('c0f96f7756bf68db9675ab8e34c33556', 'organization', 'filtered', '\xcb681de4ac7c103665929e649beab0086a3d5b5dd7ef220276e24da03d8c2770', 1767225600000, NULL, 'cda3e2d019f7db2767a913f5', NULL, '{ViewUsage}', '{}', NULL, NULL, NULL, 'unknown', NULL, NULL),
	('953b0e9a2e708faf78776038c4975ebb', 'organization', 'expired', '\x79caa268d7d8e0f15fc8a466b9fab99deb3f90e557c512e58612722da745da6a', 1767225600000, 1767225600001, NULL, NULL, '{ViewUsage}', '{}', NULL, NULL, NULL, 'unknown', NULL, NULL),
	('609bf69208f129cf489a0d72', 'personal', 'personal', '\x85c85fe28c5037741dbcdaf7b601db9227f24c505d18c0feddabc071b39f355e', 1767225600000, NULL, NULL, '609bf69208f129cf489a0d72', '{}', '{}', 'reader', NULL, NULL, 'user', '609bf69208f129cf489a0d72', NULL),
	('1adf71feadac13e5c5515993f5e843ca', 'view', 'view', '\x3d1b3de64817b5740b7471eb3f1f446bc9ecc7f82d65e05f20dd30e423b3ee10', 1767225600000, 1784505600000, NULL, NULL, '{ReadAccess}', '{1419d6d28ba7f13f119ee754}', 'root', NULL, NULL, 'user', 'eed995ca3e376102ab205391', NULL),
	('3d4e4b57274cad8ebee94a3635473cbe', 'organization', 'created by the root user', '\x5087804a9dec35a43560ca20f58f47e37b8abf9b16dfd5188dd07d084d6f6ad4', 1767225600000, NULL, NULL, NULL, '{ViewUsage}', '{}', 'root', NULL, NULL, 'user', 'eed995ca3e376102ab205391', NULL),
	('ed23a890160e4106714e3497539824e3', 'organization', 'organization', '\x9f658c04c89664b2ec8f13d699be35f73d1d636eb2579d49c9f49c5b3cbad9f0', 1767225600000, NULL, NULL, NULL, '{ViewUsage}', '{}', 'somebody', 1767225600000, '192.0.2.7', 'unknown', NULL, 1767225600000);
INSERT INTO public.user_roles VALUES
	('609bf69208f129cf489a0d72', '1419d6d28ba7f13f119ee754', 'a7df0cd0cbf10a08c9a667a3');
INSERT INTO public.users VALUES
	('eed995ca3e376102ab205391', 'root', 'Root', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true, 1767225600000),
	('609bf69208f129cf489a0d72', 'reader', NULL, 'R', 'Eader', 'reader@example.com', '1', 'p', 'DK', 's', 'c', false, false, 1767225600000);
INSERT INTO public.vault_check VALUES
	(1, '\x019922b91be27439292c73f081f99adb067a4f41a14e9b06b0cda4c9ed137b1a900f17673c6929cb0a873e8c2448badf7cb779d7dcc3ff3ab764545b0c8af19994d0c12e4f728970190287f377');
INSERT INTO public.view_connections VALUES
	('29ebb44f13a5106816a46857', '1419d6d28ba7f13f119ee754', '*');
SELECT pg_catalog.setval('public.audit_records_number_seq', 4, true);
SELECT pg_catalog.setval('public.ingest_events_id_seq', 1, true);
ALTER TABLE ONLY public.acts_in_parts
    ADD CONSTRAINT acts_in_parts_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.audit_anchor
    ADD CONSTRAINT audit_anchor_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_records
    ADD CONSTRAINT audit_records_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.collector_configurations
    ADD CONSTRAINT collector_configurations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.finding_thresholds
    ADD CONSTRAINT finding_thresholds_pkey PRIMARY KEY (cluster);
ALTER TABLE ONLY public.fleet_tokens
    ADD CONSTRAINT fleet_tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.fleet_tokens
    ADD CONSTRAINT fleet_tokens_value_fingerprint_key UNIQUE (value_fingerprint);
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT group_members_pkey PRIMARY KEY (user_id, group_id);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_display_name UNIQUE (display_name);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ingest_events
    ADD CONSTRAINT ingest_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ingest_hours
    ADD CONSTRAINT ingest_hours_pkey PRIMARY KEY (token_id, hour);
ALTER TABLE ONLY public.ingest_tokens
    ADD CONSTRAINT ingest_tokens_fingerprint UNIQUE (fingerprint);
ALTER TABLE ONLY public.ingest_tokens
    ADD CONSTRAINT ingest_tokens_name UNIQUE (repository_id, name);
ALTER TABLE ONLY public.ingest_tokens
    ADD CONSTRAINT ingest_tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ip_filters
    ADD CONSTRAINT ip_filters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.local_administrators
    ADD CONSTRAINT local_administrators_pkey PRIMARY KEY (instance);
ALTER TABLE ONLY public.notice_deliveries
    ADD CONSTRAINT notice_deliveries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notice_looks
    ADD CONSTRAINT notice_looks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (token_id, expire_at, threshold);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parsers
    ADD CONSTRAINT parsers_name UNIQUE (repository_id, name);
ALTER TABLE ONLY public.parsers
    ADD CONSTRAINT parsers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_domains
    ADD CONSTRAINT search_domains_name_key UNIQUE (name);
ALTER TABLE ONLY public.search_domains
    ADD CONSTRAINT search_domains_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_id UNIQUE (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id_hash);
ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.token_notes
    ADD CONSTRAINT token_notes_pkey PRIMARY KEY (cluster, kind, token_id, type, rule);
ALTER TABLE ONLY public.token_policies
    ADD CONSTRAINT token_policies_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_pkey PRIMARY KEY (user_id, search_domain_id, role_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_username_key UNIQUE (username);
ALTER TABLE ONLY public.vault_check
    ADD CONSTRAINT vault_check_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.view_connections
    ADD CONSTRAINT view_connections_pkey PRIMARY KEY (view_id, repository_id, filter);
CREATE INDEX audit_records_actor ON public.audit_records USING btree (actor_id, happened_at, number) WHERE ("position" IS NOT NULL);
CREATE INDEX audit_records_happened_at ON public.audit_records USING btree (happened_at, number) WHERE ("position" IS NOT NULL);
CREATE INDEX audit_records_id ON public.audit_records USING btree (id) WHERE ("position" IS NOT NULL);
CREATE INDEX audit_records_others ON public.audit_records USING gin (others) WHERE ("position" IS NOT NULL);
CREATE INDEX audit_records_position ON public.audit_records USING btree ("position") WHERE ("position" IS NOT NULL);
CREATE INDEX audit_records_subject ON public.audit_records USING btree (subject, happened_at, number) WHERE ("position" IS NOT NULL);
CREATE INDEX audit_records_unsealed ON public.audit_records USING btree (number) WHERE ("position" IS NULL);
CREATE INDEX collector_configurations_name ON public.collector_configurations USING btree (name, id);
CREATE INDEX fleet_tokens_configuration ON public.fleet_tokens USING btree (configuration_id) WHERE (configuration_id IS NOT NULL);
CREATE INDEX fleet_tokens_name ON public.fleet_tokens USING btree (name, id);
CREATE INDEX group_members_group ON public.group_members USING btree (group_id);
CREATE UNIQUE INDEX group_roles_once ON public.group_roles USING btree (group_id, kind, COALESCE(search_domain_id, ''::text), role_id);
CREATE INDEX group_roles_role ON public.group_roles USING btree (role_id);
CREATE INDEX group_roles_search_domain ON public.group_roles USING btree (search_domain_id) WHERE (search_domain_id IS NOT NULL);
CREATE INDEX ingest_events_repository ON public.ingest_events USING btree (repository_id, id);
CREATE INDEX ingest_hours_hour ON public.ingest_hours USING btree (hour);
CREATE INDEX notice_deliveries_next_at ON public.notice_deliveries USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX notices_delivery ON public.notices USING btree (delivery_id) WHERE (delivery_id IS NOT NULL);
CREATE INDEX sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_linked_by ON public.sessions USING btree (linked_by) WHERE (linked_by IS NOT NULL);
CREATE INDEX sessions_user ON public.sessions USING btree (user_id);
CREATE INDEX sign_in_codes_linked_by ON public.sign_in_codes USING btree (linked_by) WHERE (linked_by IS NOT NULL);
CREATE INDEX sign_in_codes_user ON public.sign_in_codes USING btree (user_id);
CREATE INDEX token_names_id ON public.token_names USING btree (lower(id));
CREATE INDEX token_names_order ON public.token_names USING btree (kind, name_order, id);
CREATE INDEX token_notes_replaces ON public.token_notes USING btree (cluster, kind, replaces_id) WHERE (replaces_id IS NOT NULL);
CREATE INDEX tokens_expire_at ON public.tokens USING btree (expire_at) WHERE (expire_at IS NOT NULL);
CREATE INDEX tokens_ip_filter ON public.tokens USING btree (ip_filter_id) WHERE (ip_filter_id IS NOT NULL);
CREATE INDEX tokens_kind_expire_at ON public.tokens USING btree (kind, expire_at, id);
CREATE INDEX tokens_kind_name ON public.tokens USING btree (kind, name, id);
CREATE INDEX user_roles_role ON public.user_roles USING btree (role_id);
CREATE INDEX user_roles_search_domain ON public.user_roles USING btree (search_domain_id);
CREATE INDEX view_connections_repository ON public.view_connections USING btree (repository_id);
CREATE TRIGGER add_names AFTER INSERT ON public.tokens REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION public.keep_token_names();
CREATE TRIGGER change_names AFTER UPDATE OF id, name ON public.tokens FOR EACH ROW WHEN (((old.id <> new.id) OR (old.name IS DISTINCT FROM new.name))) EXECUTE FUNCTION public.keep_token_names();
CREATE TRIGGER drop_names AFTER DELETE ON public.tokens REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.keep_token_names();
CREATE TRIGGER drop_notes AFTER DELETE ON public.fleet_tokens REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.drop_notes_of_fleet_tokens();
CREATE TRIGGER drop_notes AFTER DELETE ON public.ingest_tokens REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.drop_notes_of_ingest_tokens();
CREATE TRIGGER drop_notes AFTER DELETE ON public.tokens REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.drop_notes_of_tokens();
CREATE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON public.audit_records FOR EACH ROW EXECUTE FUNCTION public.keep_audit_trail();
CREATE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON public.audit_seals FOR EACH ROW EXECUTE FUNCTION public.keep_audit_trail();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON public.audit_records FOR EACH STATEMENT EXECUTE FUNCTION public.keep_audit_trail();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION public.keep_audit_trail();
ALTER TABLE ONLY public.fleet_tokens
    ADD CONSTRAINT fleet_tokens_configuration_id_fkey FOREIGN KEY (configuration_id) REFERENCES public.collector_configurations(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT group_members_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT group_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_roles
    ADD CONSTRAINT group_roles_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_roles
    ADD CONSTRAINT group_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_roles
    ADD CONSTRAINT group_roles_search_domain_id_fkey FOREIGN KEY (search_domain_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.ingest_events
    ADD CONSTRAINT ingest_events_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.ingest_hours
    ADD CONSTRAINT ingest_hours_token_id_fkey FOREIGN KEY (token_id) REFERENCES public.ingest_tokens(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.ingest_tokens
    ADD CONSTRAINT ingest_tokens_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.notice_deliveries(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.parsers
    ADD CONSTRAINT parsers_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_linked_by_fkey FOREIGN KEY (linked_by) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_linked_by_fkey FOREIGN KEY (linked_by) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.token_policies
    ADD CONSTRAINT token_policies_ip_filter_id_fkey FOREIGN KEY (ip_filter_id) REFERENCES public.ip_filters(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_ip_filter_id_fkey FOREIGN KEY (ip_filter_id) REFERENCES public.ip_filters(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_search_domain_id_fkey FOREIGN KEY (search_domain_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.user_roles
    ADD CONSTRAINT user_roles_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.view_connections
    ADD CONSTRAINT view_connections_repository_id_fkey FOREIGN KEY (repository_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.view_connections
    ADD CONSTRAINT view_connections_view_id_fkey FOREIGN KEY (view_id) REFERENCES public.search_domains(id) ON DELETE CASCADE;
