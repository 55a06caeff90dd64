import type { ColumnType, Insertable, Selectable } from "kysely";

import type { CreatorKind } from "#domain/token/creator.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";

import type { AuditAnchorTable, AuditRecordTable, AuditSealTable } from "./auditTables.ts";
import type { Defaulted } from "./columns.ts";
import type { GroupMemberTable, GroupRoleTable, GroupTable } from "./groupTables.ts";
import type { FindingThresholdTable, TokenNoteTable } from "./noteTables.ts";
import type { IngestEventTable, IngestHourTable, IngestTokenTable, ParserTable } from "./ingestTables.ts";

/**
 * The tables as Kysely sees them. Columns are snake_case in SQL and camelCase here: Kysely's CamelCasePlugin, which every store
 * installs, translates both ways, also for the rows of raw `sql` queries (names written inside raw SQL stay snake_case).
 *
 * Every time is a whole number of ms since epoch, kept as int8 and read as a JS number from both databases; `count(*)` likewise.
 * `bytea` is read as a Uint8Array. The database refuses what breaks a constraint: see `failures.ts` for telling which.
 */
export interface Database {
  organization: OrganizationTable;
  tokenPolicies: TokenPolicyTable;
  ipFilters: IpFilterTable;
  users: UserTable;
  searchDomains: SearchDomainTable;
  viewConnections: ViewConnectionTable;
  roles: RoleTable;
  userRoles: UserRoleTable;
  groups: GroupTable;
  groupMembers: GroupMemberTable;
  groupRoles: GroupRoleTable;
  tokens: TokenTable;
  tokenNames: TokenNameTable;
  featureFlags: FeatureFlagTable;
  sessions: SessionTable;
  signInCodes: SignInCodeTable;
  localAdministrators: LocalAdministratorTable;
  vaultCheck: VaultCheckTable;
  parsers: ParserTable;
  ingestTokens: IngestTokenTable;
  ingestHours: IngestHourTable;
  ingestEvents: IngestEventTable;
  collectorConfigurations: CollectorConfigurationTable;
  fleetTokens: FleetTokenTable;
  noticeDeliveries: NoticeDeliveryTable;
  notices: NoticeTable;
  noticeLooks: NoticeLookTable;
  tokenNotes: TokenNoteTable;
  findingThresholds: FindingThresholdTable;
  auditRecords: AuditRecordTable;
  auditSeals: AuditSealTable;
  auditAnchor: AuditAnchorTable;
  actsInParts: ActInPartsTable;
}

/** Id of the one organization, as LogScale itself names it on a single-organization cluster. */
export const organizationId = "SINGLE_ORGANIZATION_ID";

/** Acts in parts that are decided and not wholly in force yet; see `parts.ts`. Empty but for moments. */
interface ActInPartsTable {
  name: string;
}

/** One row for each token, kept by triggers: what lists are paged and searched by. */
interface TokenNameTable {
  id: string;
  kind: TokenKind;
  /** The name in small letters, as far as they are ASCII. */
  folded: string;
  /** What names are sorted by, bytewise. */
  nameOrder: string;
}

/** Exactly one row. */
interface OrganizationTable {
  /** Always {@link organizationId}. */
  id: string;
  cid: string | null;
  name: string;
  description: string | null;
  /** Id of the IP filter for read-only dashboards; null when none is set. */
  readonlyDashboardIpFilter: string | null;
  trialStartedAt: number | null;
  createdAt: number;
}

/** What one token kind's policy says; one row for each kind once the organization is set up. */
interface TokenPolicyTable {
  kind: TokenKind;
  enabled: boolean;
  /** In ms; null when not enforced. Its bounds, which what is written has been held against, keep it exact. */
  maximumLifetime: ColumnType<number | null, Long | null, Long | null>;
  /** The enforced IP filter; null when none is. The filter cannot be deleted while it is named here. */
  ipFilterId: string | null;
  allowPermissionUpdates: boolean;
}

/** Names are not unique, as in LogScale. */
export interface IpFilterTable {
  id: string;
  name: string;
  /** The rules, byte for byte as they were given. */
  ipFilter: string;
  createdAt: number;
}

/** A person. The id has 24 letters and digits and is the id of the person's personal token too. */
export interface UserTable {
  id: string;
  username: string;
  fullName: string | null;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  phoneNumber: string | null;
  picture: string | null;
  countryCode: string | null;
  stateCode: string | null;
  company: string | null;
  /** May do everything on the whole installation. */
  isRoot: Defaulted<boolean>;
  /** Owns the organization. */
  isOrgRoot: Defaulted<boolean>;
  createdAt: number;
}

/** What a search domain is: a repository holds events, a view shows those of repositories. */
type SearchDomainType = "repository" | "view";

/** Repositories and views. The name is unique, upper and lower case being different. */
export interface SearchDomainTable {
  id: string;
  name: string;
  type: SearchDomainType;
  description: string | null;
  /** One of LogScale's own repositories, such as `humio`. */
  isSystem: Defaulted<boolean>;
  /** How long events are kept, in ms; null when without limit. Repositories only, like the two sizes. */
  retentionInMillis: number | null;
  retentionInIngestSizeBytes: number | null;
  retentionInStorageSizeBytes: number | null;
  /** Whether a search there begins as soon as somebody opens it. */
  automaticSearch: Defaulted<boolean>;
  createdAt: number;
}

/** Which repositories a view shows, and which of their events. Gone with the view or the repository. */
interface ViewConnectionTable {
  viewId: string;
  repositoryId: string;
  filter: Defaulted<string>;
}

/** A set of permissions to give to users. Values are LogScale's enum names. */
export interface RoleTable {
  id: string;
  displayName: string;
  color: string | null;
  description: string | null;
  viewPermissions: Defaulted<string[]>;
  organizationPermissions: Defaulted<string[]>;
  systemPermissions: Defaulted<string[]>;
}

/** A user's role in a search domain. Gone with any of the three. */
export interface UserRoleTable {
  userId: string;
  searchDomainId: string;
  roleId: string;
}

/** The API tokens of the four governed kinds. Of the secret only a hash is kept. */
interface TokenTable {
  /** What stands before the `~` of the token string. Ordered bytewise (collation C) on both databases. */
  id: string;
  kind: TokenKind;
  /** Not unique. For a personal token the username. Ordered bytewise too. */
  name: string;
  /** SHA-256 of the part after the `~`: 32 bytes. */
  secretHash: Uint8Array;
  createdAt: number;
  /** Null when the token never expires. */
  expireAt: number | null;
  /** A filter cannot be deleted while a token names it. */
  ipFilterId: string | null;
  /** The owner of a personal token, equal to the token's id; null for the other kinds. The token goes with the user. */
  userId: string | null;
  /** LogScale's enum names; empty for personal tokens. */
  permissions: Defaulted<string[]>;
  /** Ids of the search domains that a view token reaches; empty for the other kinds. */
  viewIds: Defaulted<string[]>;
  /** Username of who created the token, or the name of the token that did; may name somebody who has left. Null when unknown. */
  createdBy: string | null;
  creatorKind: Defaulted<CreatorKind>;
  /** Id of the user or token that `createdBy` names; null when unknown, and for the local administrator. */
  creatorId: Defaulted<string | null>;
  /** At most a minute coarse; null when never used. */
  lastUsedAt: number | null;
  lastUsedFrom: string | null;
  /** Written with the first use; null when never used, and where `lastUsedAt` is older than this column. */
  firstUsedAt: Defaulted<number | null>;
}

interface FeatureFlagTable {
  name: string;
}

/** By whom and with what a sign-in link was made. All null for one that the server itself printed on a test's behalf. */
export interface LinkColumns {
  /** The user who made it. Sessions and codes go with that user. Null where it was nobody's, and for the local administrator. */
  linkedBy: Defaulted<string | null>;
  /** What whoever made it was called then. */
  linkedByName: Defaulted<string | null>;
  /** The token that it was made with, if any. Without that token, and with another secret, nothing that hangs on it is valid. */
  linkTokenId: Defaulted<string | null>;
  /** Hash of that token's secret; without a token, of the local administrator's. */
  linkSecretHash: Defaulted<Uint8Array | null>;
}

/** A browser session of the embedded backend. Those begun by link know who made the link. */
export interface SessionTable extends LinkColumns {
  /** What others may call it by; nobody gets in with it. */
  id: string;
  /** SHA-256 of the cookie's value. */
  idHash: Uint8Array;
  /** Who the session acts as, when it was begun by link. Gone with the user. */
  userId: string | null;
  /**
   * The token that the session acts as, when it was begun by pasting one. No foreign key, so that deleting very many tokens
   * stays quick: whoever reads a session finds the token gone and refuses.
   */
  tokenId: string | null;
  /** The token's secret hash when the session began: another one now means that the token was replaced. */
  tokenSecretHash: Uint8Array | null;
  createdAt: number;
  expiresAt: number;
  lastSeenAt: number;
  address: string | null;
  userAgent: string | null;
}

/** The local administrator's credential of each server, by an id that its data folder keeps. */
interface LocalAdministratorTable {
  instance: string;
  secretHash: Uint8Array;
}

/** A one-time sign-in code of a link. */
interface SignInCodeTable extends LinkColumns {
  /** SHA-256 of the code. */
  hash: Uint8Array;
  userId: string;
  expiresAt: number;
}

/** At most one row: a known text, sealed with the installation key that this database belongs to. */
interface VaultCheckTable {
  /** Always 1. */
  id: number;
  sealed: Uint8Array;
}

/** A configuration of log collectors. Its texts name tokens, so they are sealed for `collector-configuration/<id>`. Names are not unique. */
interface CollectorConfigurationTable {
  id: string;
  name: string;
  description: string | null;
  /** The published text; null before the first publication. */
  sealedYaml: Uint8Array | null;
  /** Characters of the published text, by which lists are sorted. */
  yamlCharacters: Defaulted<number>;
  sealedDraft: Uint8Array | null;
  /** How often it was published. */
  version: Defaulted<number>;
  modifiedAt: number;
  /** Null when there is no draft. */
  draftModifiedAt: number | null;
  /** Username of who changed it last, or the name of the token that did. */
  modifiedBy: string;
}

/** The fleet installation tokens. Names are not unique. */
interface FleetTokenTable {
  /** Known to the server alone: to everybody else a fleet token is its value. */
  id: string;
  name: string;
  /** The value, sealed for `fleet-token/<id>`. */
  sealedValue: Uint8Array;
  /** The value's fingerprint for `fleet-token`. */
  valueFingerprint: Uint8Array;
  /** A configuration cannot be deleted while a token names it. */
  configurationId: string | null;
  createdAt: number;
  createdBy: string;
}

/** A request to the webhook that tells of tokens that expire. */
export interface NoticeDeliveryTable {
  /** By which a receiver drops what comes twice. */
  id: string;
  /** What is sent, the same at every try. It holds no secret. */
  body: string;
  /** Of how many tokens it tells. */
  tokens: number;
  createdAt: number;
  /** When it is tried next; null once it is delivered or given up. */
  nextAt: number | null;
  tries: Defaulted<number>;
  lastTriedAt: Defaulted<number | null>;
  /** Status of the last answer; null when there was none. */
  lastStatus: Defaulted<number | null>;
  deliveredAt: Defaulted<number | null>;
}

/** That a token's passing of a threshold was dealt with. A token that gets another expiry is told of anew. */
interface NoticeTable {
  tokenId: string;
  expireAt: number;
  /** In ms before the expiry. */
  threshold: number;
  /** Null when it came too late to be sent. */
  deliveryId: string | null;
}

/** At most one row: when notices that are due were last looked for. */
interface NoticeLookTable {
  /** Always 1. */
  id: number;
  lookedAt: number;
}

/** The organization as read from the store. */
export type OrganizationRow = Selectable<OrganizationTable>;
/** An IP filter as read from the store. */
export type IpFilterRow = Selectable<IpFilterTable>;
/** A user as read from the store. */
export type UserRow = Selectable<UserTable>;
/** A repository or view as read from the store. */
export type SearchDomainRow = Selectable<SearchDomainTable>;
/** A view's connection as read from the store. */
export type ViewConnectionRow = Selectable<ViewConnectionTable>;
/** A role as read from the store. */
export type RoleRow = Selectable<RoleTable>;
/** A user's role as read from the store. */
export type UserRoleRow = Selectable<UserRoleTable>;
/** A token as read from the store. */
export type TokenRow = Selectable<TokenTable>;
/** All that is stored of a token but the hash of its secret. */
export type TokenModel = Omit<TokenRow, "secretHash">;
export type NewTokenRow = Insertable<TokenTable>;
/** A collector configuration as read from the store. */
export type CollectorConfigurationRow = Selectable<CollectorConfigurationTable>;
/** A fleet installation token as read from the store. */
export type FleetTokenRow = Selectable<FleetTokenTable>;
