/** What a field of a record holds. Nothing else gets into one: see `recordOf`. */
export type FieldKind =
  /** A text that somebody wrote, cut at {@link longestText}, without what may be a secret in it. */
  | "text"
  /** An id or a digest. */
  | "id"
  | "number"
  | "flag"
  /** Ids, or names from a catalogue, at most {@link mostTexts}. */
  | "texts"
  /** Texts that somebody wrote, as many. */
  | "names"
  /** Ids, as many as there are. */
  | "ids"
  /** Numbers by name. */
  | "counts"
  /** A token security policy. */
  | "policy";

export type Fields = Readonly<Record<string, FieldKind>>;

/** Characters of a text in a record, as JavaScript counts them. */
export const longestText = 1000;

/** Texts of one field of a record. */
export const mostTexts = 2000;

const token = {
  kind: "text",
  name: "text",
  userId: "id",
  createdAt: "number",
  expireAt: "number",
  ipFilterId: "id",
  permissions: "texts",
  viewIds: "texts",
} as const satisfies Fields;

const retention = {
  retentionInMillis: "number",
  retentionInIngestSizeBytes: "number",
  retentionInStorageSizeBytes: "number",
} as const satisfies Fields;

const searchDomain = {
  name: "text",
  type: "text",
  description: "text",
  automaticSearch: "flag",
  connections: "names",
  ...retention,
} as const satisfies Fields;

const parser = {
  name: "text",
  repositoryId: "id",
  languageVersion: "text",
  scriptCharacters: "number",
} as const satisfies Fields;

const role = {
  displayName: "text",
  description: "text",
  viewPermissions: "texts",
  organizationPermissions: "texts",
  systemPermissions: "texts",
} as const satisfies Fields;

const none = {} as const satisfies Fields;

/** What a type of record is about. */
interface TypeSpec {
  /** Whether LogScale would keep it for longer than its retention: it tells of rights and of what is gone. */
  readonly sensitive: boolean;
  /** What `before` and `after` may hold. */
  readonly state: Fields;
  /** What it may hold besides. */
  readonly details: Fields;
}

const spec = <S extends Fields, D extends Fields>(sensitive: boolean, state: S, details: D) => ({ sensitive, state, details });

/** The roles that a group has in one place, as `<search domain or kind> <role>` by id; and which one it is about, and whom. */
const groupRoles = spec(
  true,
  { assigned: "texts" },
  { roles: "ids", roleName: "text", permissions: "texts", searchDomains: "ids", viewName: "text", users: "ids" },
);

/**
 * Every type of record. Those without `tokenhouse.` before them are LogScale's own names, as its documentation of humio-audit has them, and
 * their records have LogScale's own fields beside ours: see `logscaleFields`.
 */
export const auditTypes = {
  // `replaces`: whose place a new token takes; by id, or an ingest token by name.
  "hashedtokens.change": spec(true, token, { replaces: "id" }),
  "hashedtokens.rotate": spec(true, token, none),
  // Ingest tokens.
  tokens: spec(
    true,
    { name: "text", repositoryId: "id", repository: "text", parserName: "text", isCustom: "flag", weakness: "text" },
    { replaces: "text" },
  ),
  "organizations.securitypolicies.tokens.update": spec(
    true,
    { personal: "policy", view: "policy", organization: "policy", system: "policy" },
    { plan: "id", base: "id", shown: "flag", counts: "counts", disruption: "counts", deleted: "ids", restricted: "ids" },
  ),
  // Tokens that the record of a change of the policies has no room for; `plan` is the same.
  "tokenhouse.policies.tokens": spec(true, none, { plan: "id", deleted: "ids", restricted: "ids", count: "number" }),
  "ipfilters.change": spec(true, { name: "text", ipFilter: "text" }, none),
  "user.profile": spec(
    true,
    {
      username: "text",
      fullName: "text",
      firstName: "text",
      lastName: "text",
      email: "text",
      countryCode: "text",
      stateCode: "text",
      company: "text",
      isRoot: "flag",
      isOrgRoot: "flag",
    },
    none,
  ),
  // Which user has which role in a search domain: `<user> <role>`, by id.
  "user.roles.change": spec(true, { assigned: "texts" }, { users: "ids" }),
  "group.membership.change": spec(true, none, { users: "ids", userNames: "texts" }),
  "group.role.assigned": groupRoles,
  "group.role.unassigned": groupRoles,
  "group.organizationrole.assigned": groupRoles,
  "group.organizationrole.unassigned": groupRoles,
  "group.systemrole.assigned": groupRoles,
  "group.systemrole.unassigned": groupRoles,
  organizations: spec(true, { isOrgRoot: "flag" }, none),
  "repository.create": spec(true, searchDomain, none),
  "view.rename": spec(true, searchDomain, none),
  "dataspace.retention": spec(true, retention, none),
  "dataspace.delete": spec(true, searchDomain, { userMessage: "text", deleted: "ids", narrowed: "ids" }),
  "parser.create": spec(false, parser, none),
  "parser.update": spec(false, parser, none),
  "parser.delete": spec(false, parser, none),
  // `addresses`: how many, where what came from several is counted together.
  "user.signin": spec(true, none, { method: "text", count: "number", until: "text", addresses: "number" }),
  "user.signout": spec(true, none, none),
  "tokenhouse.view.create": spec(true, searchDomain, none),
  // Of one that was removed: its roles, as `<search domain or kind> <role>`, and who lost them.
  "tokenhouse.group.change": spec(true, { displayName: "text", lookupName: "text", assigned: "texts" }, { users: "ids" }),
  "tokenhouse.searchdomain.change": spec(true, searchDomain, none),
  "tokenhouse.role.create": spec(true, role, none),
  // Whom a change or the end of it touches.
  "tokenhouse.role.change": spec(true, role, { users: "ids", groups: "ids" }),
  "tokenhouse.featureflag.change": spec(true, { enabled: "flag" }, none),
  "tokenhouse.fleettoken.change": spec(true, { name: "text", configurationId: "id" }, none),
  "tokenhouse.configuration.change": spec(
    false,
    { name: "text", description: "text", version: "number", yamlCharacters: "number", draft: "flag" },
    none,
  ),
  // What people note of tokens, and the thresholds of findings.
  "tokenhouse.notes.change": spec(
    false,
    { rule: "text", note: "text", until: "number", owner: "text", replaces: "id", thresholds: "counts" },
    { change: "text" },
  ),
  // Values of ingest and fleet tokens that an answer held.
  "tokenhouse.values.reveal": spec(true, none, { tokens: "names", ids: "ids", count: "number" }),
  "tokenhouse.tokens.purge": spec(true, none, { deleted: "ids", count: "number" }),
  // Sessions that were over: too old, idle for too long.
  "tokenhouse.sessions.purge": spec(true, none, { sessions: "ids", count: "number" }),
  "tokenhouse.file.save": spec(true, none, { file: "text", tokens: "ids", count: "number" }),
  "tokenhouse.signinlink.create": spec(true, none, none),
  // Sessions that somebody else, or their own user, ended: one, all of a user, or all.
  "tokenhouse.sessions.revoke": spec(true, none, { which: "text", sessions: "ids", count: "number" }),
  "tokenhouse.localadministrator.use": spec(true, none, { count: "number", until: "text", addresses: "number" }),
  "tokenhouse.read": spec(false, none, { count: "number", until: "text", addresses: "number" }),
  // All that the server knows was read out, or the database made of what once was: of which moment, and which tokens were left out of it
  // since they were deleted later.
  "tokenhouse.backup.make": spec(true, none, none),
  "tokenhouse.backup.restore": spec(true, none, { moment: "text", digest: "id", deleted: "ids", count: "number" }),
  "tokenhouse.audit.retention": spec(true, none, { count: "number", before: "text" }),
} as const satisfies Record<string, TypeSpec>;

export type AuditType = keyof typeof auditTypes;
