CREATE TABLE public.feature_flags (
    name text NOT NULL
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
    user_agent text
);
CREATE TABLE public.sign_in_codes (
    hash bytea NOT NULL,
    user_id text NOT NULL COLLATE pg_catalog."C",
    expires_at bigint NOT NULL
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
CREATE TABLE public.view_connections (
    view_id text NOT NULL COLLATE pg_catalog."C",
    repository_id text NOT NULL COLLATE pg_catalog."C",
    filter text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);
INSERT INTO public.feature_flags VALUES
	('ArrayFunctions');
INSERT INTO public.ip_filters VALUES
	('3f68a00b712d802d66656b3f', 'everywhere', 'allow all', 1767225600000),
	('cda3e2d019f7db2767a913f5', 'nowhere', 'allow 192.0.2.1', 1767225600000);
INSERT INTO public.kysely_migration VALUES
	('0001-initial', '2026-11-27T10:57:59.477Z');
INSERT INTO public.kysely_migration_lock VALUES
	('migration_lock', 0);
INSERT INTO public.organization VALUES
	('SINGLE_ORGANIZATION_ID', 'cid', 'Old', 'As it was', '3f68a00b712d802d66656b3f', 1767225600000, 1767225600000);
INSERT INTO public.roles VALUES
	('a7df0cd0cbf10a08c9a667a3', 'readers', '#fff', 'May read', '{ReadAccess}', '{ViewUsage}', '{ReadHealthCheck}');
INSERT INTO public.search_domains VALUES
	('1419d6d28ba7f13f119ee754', 'sandbox', 'repository', 'To try', false, 2592000000, 1000000000, 1000000000, 1767225600000),
	('29ebb44f13a5106816a46857', 'overview', 'view', NULL, false, NULL, NULL, NULL, 1767225600000);
INSERT INTO public.sessions VALUES
	('\x65034280fcd59c7ad59e83ba9a0f421d69fc918df2b3d8713d6e7010ce6a86df', '609bf69208f129cf489a0d72', NULL, NULL, 1767225600000, 1767312000000, 1767225600000, '127.0.0.1', 'Browser'),
	('\x082c4d5177119a0cfc963dc3d5ce92b2bccd66bba200bc983aef6018497bed3a', NULL, '304d5b9ac5875f28c6ae1210d599343e', '\xbbd4dea4ae342dbe1dc1c581017acd3d88f2904dfb7a8bd2433dab6b6bf49b43', 1767225600000, 1767312000000, 1767225600000, NULL, NULL);
INSERT INTO public.sign_in_codes VALUES
	('\x5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b', 'eed995ca3e376102ab205391', 1767312000000);
INSERT INTO public.token_policies VALUES
	('personal', true, NULL, NULL, false),
	('view', true, 34560000000, '3f68a00b712d802d66656b3f', true),
	('organization', true, NULL, NULL, true),
	('system', true, NULL, NULL, false);
INSERT INTO public.tokens VALUES
	('609bf69208f129cf489a0d72', 'personal', 'personal', '\x85c85fe28c5037741dbcdaf7b601db9227f24c505d18c0feddabc071b39f355e', 1767225600000, NULL, NULL, '609bf69208f129cf489a0d72', '{}', '{}', 'reader', NULL, NULL),
	('1adf71feadac13e5c5515993f5e843ca', 'view', 'view', '\x3d1b3de64817b5740b7471eb3f1f446bc9ecc7f82d65e05f20dd30e423b3ee10', 1767225600000, 1784505600000, NULL, NULL, '{ReadAccess}', '{1419d6d28ba7f13f119ee754}', 'root', NULL, NULL),
	('ed23a890160e4106714e3497539824e3', 'organization', 'organization', '\x9f658c04c89664b2ec8f13d699be35f73d1d636eb2579d49c9f49c5b3cbad9f0', 1767225600000, NULL, NULL, NULL, '{ViewUsage}', '{}', 'somebody', 1767225600000, '192.0.2.7'),
	('304d5b9ac5875f28c6ae1210d599343e', 'system', 'system', '\xbbd4dea4ae342dbe1dc1c581017acd3d88f2904dfb7a8bd2433dab6b6bf49b43', 1767225600000, NULL, NULL, NULL, '{ReadHealthCheck}', '{}', NULL, NULL, NULL),
	('c0f96f7756bf68db9675ab8e34c33556', 'organization', 'filtered', '\xcb681de4ac7c103665929e649beab0086a3d5b5dd7ef220276e24da03d8c2770', 1767225600000, NULL, 'cda3e2d019f7db2767a913f5', NULL, '{ViewUsage}', '{}', NULL, NULL, NULL),
	('953b0e9a2e708faf78776038c4975ebb', 'organization', 'expired', '\x79caa268d7d8e0f15fc8a466b9fab99deb3f90e557c512e58612722da745da6a', 1767225600000, 1767225600001, NULL, NULL, '{ViewUsage}', '{}', NULL, NULL, NULL);
INSERT INTO public.user_roles VALUES
	('609bf69208f129cf489a0d72', '1419d6d28ba7f13f119ee754', 'a7df0cd0cbf10a08c9a667a3');
INSERT INTO public.users VALUES
	('eed995ca3e376102ab205391', 'root', 'Root', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, true, 1767225600000),
	('609bf69208f129cf489a0d72', 'reader', NULL, 'R', 'Eader', 'reader@example.com', '1', 'p', 'DK', 's', 'c', false, false, 1767225600000);
INSERT INTO public.view_connections VALUES
	('29ebb44f13a5106816a46857', '1419d6d28ba7f13f119ee754', '*');
ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.ip_filters
    ADD CONSTRAINT ip_filters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration_lock
    ADD CONSTRAINT kysely_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kysely_migration
    ADD CONSTRAINT kysely_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.search_domains
    ADD CONSTRAINT search_domains_name_key UNIQUE (name);
ALTER TABLE ONLY public.search_domains
    ADD CONSTRAINT search_domains_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id_hash);
ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_pkey PRIMARY KEY (hash);
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
ALTER TABLE ONLY public.view_connections
    ADD CONSTRAINT view_connections_pkey PRIMARY KEY (view_id, repository_id, filter);
CREATE INDEX sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_user ON public.sessions USING btree (user_id);
CREATE INDEX sign_in_codes_user ON public.sign_in_codes USING btree (user_id);
CREATE INDEX tokens_expire_at ON public.tokens USING btree (expire_at) WHERE (expire_at IS NOT NULL);
CREATE INDEX tokens_ip_filter ON public.tokens USING btree (ip_filter_id) WHERE (ip_filter_id IS NOT NULL);
CREATE INDEX tokens_kind_expire_at ON public.tokens USING btree (kind, expire_at, id);
CREATE INDEX tokens_kind_name ON public.tokens USING btree (kind, name, id);
CREATE INDEX user_roles_role ON public.user_roles USING btree (role_id);
CREATE INDEX user_roles_search_domain ON public.user_roles USING btree (search_domain_id);
CREATE INDEX view_connections_repository ON public.view_connections USING btree (repository_id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
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
