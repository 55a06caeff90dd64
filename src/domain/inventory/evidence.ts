import { isoInstant } from "#domain/instant.ts";
import type { Long } from "#domain/long.ts";
import { visibleName } from "#domain/name.ts";
import type { Creator } from "#domain/token/creator.ts";

import { hasExpired, type InventoryToken, type TokenRights } from "./item.ts";

/** A finding on a token as the evidence has it. */
export interface EvidenceFinding {
  readonly rule: string;
  /** The rule in a few words. */
  readonly title: string;
  readonly severity: string;
  /** Why it holds for this token. */
  readonly reason: string;
  /** How that was found out. */
  readonly judged: string;
  readonly todo: string;
}

/** A finding that somebody has put aside for now. */
export interface EvidenceDismissal extends EvidenceFinding {
  /** Why, in the words of whoever did it. */
  readonly note: string;
  readonly dismissedBy: string;
  /** When it comes back: a time in UTC, or `never`. */
  readonly until: string;
}

/** What the rules say of a token: what they found, and which of them could not be judged here. */
export interface RowFindings {
  readonly found: readonly EvidenceFinding[];
  readonly dismissed: readonly EvidenceDismissal[];
  /** Names of rules. None of them is to be taken for kept. */
  readonly notJudged: readonly string[];
}

/** What a token may do, and from where that is known. */
export const rightsSources = ["token", "user", "sends-events", "enrols-collectors", "unknown"] as const;

/** What stands where nobody knows; never to be taken for nothing. */
export const unknownValue = "unknown";

/** What stands for a time that never is. */
export const neverValue = "never";

/**
 * A token as a row of the evidence, by the name of the column, in the order of {@link evidenceColumns}. Null where there is nothing to tell;
 * what is not known is called `unknown`. All values are text, so that a file holds each exactly. Names stand as the page shows them.
 */
export interface EvidenceRow {
  readonly kind: InventoryToken["kind"];
  readonly name: string;
  readonly id: string | null;
  readonly repository: string | null;
  readonly owner: string;
  readonly ownerKind: Creator["kind"];
  readonly ownerId: string | null;
  readonly writtenOwner: string | null;
  readonly writtenBy: string | null;
  readonly writtenAt: string | null;
  readonly state: "active" | "expired" | typeof unknownValue;
  readonly created: string;
  readonly expires: string;
  readonly ipFilter: string | null;
  readonly ipFilterId: string | null;
  readonly lastUsed: string;
  readonly lastUsedFrom: string | null;
  readonly lastUseKnownBy: "recorded" | "at-least" | null;
  readonly rights: (typeof rightsSources)[number];
  readonly permissions: readonly string[];
  readonly views: readonly string[];
  readonly viewIds: readonly string[];
  readonly parser: string | null;
  readonly events: string | null;
  readonly eventsInLastDay: string | null;
  readonly customValue: "yes" | "no" | typeof unknownValue | null;
  readonly customValueWeakness: "Short" | "Guessable" | typeof unknownValue | null;
  readonly configuration: string | null;
  readonly configurationId: string | null;
  readonly findings: readonly EvidenceFinding[];
  readonly findingsDismissed: readonly EvidenceDismissal[];
  readonly findingsNotJudged: readonly string[];
}

/** The name of a column. */
export type EvidenceColumnName = keyof EvidenceRow;

/** What a column is called in a table, and what its values mean. */
export interface EvidenceColumn {
  readonly title: string;
  readonly meaning: string;
}

/** Every column of the evidence, in order. The documentation and the schema say of them what stands here. */
export const evidenceColumns = {
  kind: { title: "Kind", meaning: "`personal`, `view`, `organization`, `system`, `ingest` or `fleet`." },
  name: { title: "Name", meaning: "What cannot be seen in a name stands as its code point, such as `⟨U+202E⟩`." },
  id: { title: "Id", meaning: "What stands before the `~` of the token. Ingest and fleet tokens have none." },
  repository: { title: "Repository", meaning: "Where an ingest token sends to; with its name, this tells it apart." },
  owner: { title: "Owner", meaning: "The user of a personal token, else whoever made it." },
  ownerKind: { title: "Owner is", meaning: "`user`, `token`, `administrator` (the local one, who is no user) or `unknown`." },
  ownerId: { title: "Owner id", meaning: "Id of that user or token." },
  writtenOwner: {
    title: "Written owner",
    meaning: "Who is to act for it, as somebody wrote it down; counts before the owner. `unknown` where that could not be read.",
  },
  writtenBy: { title: "Written by", meaning: "Who wrote that down." },
  writtenAt: { title: "Written at", meaning: "When; time in UTC." },
  state: { title: "State", meaning: "`active` or `expired` at the time of the export." },
  created: { title: "Created", meaning: "Time in UTC." },
  expires: { title: "Expires", meaning: "Time in UTC, or `never`." },
  ipFilter: { title: "IP filter", meaning: "Name of the filter. Empty: the token works from every address." },
  ipFilterId: { title: "IP filter id", meaning: "Id of that filter." },
  lastUsed: { title: "Last used", meaning: "Time in UTC, or `never`." },
  lastUsedFrom: { title: "Last used from", meaning: "The address it was used from." },
  lastUseKnownBy: {
    title: "Last use known by",
    meaning: "`recorded`: the server notes every use. `at-least`: an audit log names this use; there may be later ones.",
  },
  rights: {
    title: "Rights",
    meaning:
      "`token`: those of the next columns. `user`: whatever its user may do. `sends-events`: an ingest token can do nothing else. `enrols-collectors`: nor can a fleet token.",
  },
  permissions: { title: "Permissions", meaning: "LogScale's names, composed ones taken apart." },
  views: { title: "Views", meaning: "Names of the repositories and views that a view token is for." },
  viewIds: { title: "View ids", meaning: "Their ids, in the same order." },
  parser: { title: "Parser", meaning: "Of an ingest token. Empty: none is assigned." },
  events: { title: "Events", meaning: "How many events an ingest token has delivered." },
  eventsInLastDay: { title: "Events in last day", meaning: "How many of them within a day before the list was read." },
  customValue: { title: "Custom value", meaning: "Whether somebody chose the value of an ingest token: `yes` or `no`." },
  customValueWeakness: { title: "Weakness", meaning: "How a chosen value could be found out: `Short` or `Guessable`." },
  configuration: { title: "Configuration", meaning: "Of a fleet token. Empty: none is assigned." },
  configurationId: { title: "Configuration id", meaning: "Id of that configuration." },
  findings: {
    title: "Findings",
    meaning:
      "What the rules found. JSON: `rule`, `title`, `severity`, `reason`, `judged` (how) and `todo`. CSV: severity, rule and reason.",
  },
  findingsDismissed: {
    title: "Findings dismissed",
    meaning: "What was found and somebody put aside. JSON also has `note`, `dismissedBy` and `until`. CSV has rule and note.",
  },
  findingsNotJudged: { title: "Findings not judged", meaning: "Rules that could not be judged. They may apply all the same." },
} as const satisfies Record<EvidenceColumnName, EvidenceColumn>;

/** The names of all columns, in order. */
export const evidenceColumnNames = Object.keys(evidenceColumns) as readonly EvidenceColumnName[];

/** What a row is made from, besides the token. */
export interface EvidenceContext {
  /** When the export was asked for, ms since epoch, as the server's clock says. */
  readonly now: Long;
  /** Undefined where the name could not be read. */
  readonly filterName: (id: string) => string | undefined;
  readonly viewName: (id: string) => string | undefined;
  /** Undefined where the rights were not read. */
  readonly rightsOf: (token: InventoryToken) => TokenRights | undefined;
  readonly findingsOf: (token: InventoryToken) => RowFindings;
  /** Whether it is known which owners are written down. */
  readonly ownersRead: boolean;
}

/** A token as a row of the evidence. It has no secret, since an {@link InventoryToken} has none. */
export function evidenceRow(token: InventoryToken, context: EvidenceContext): EvidenceRow {
  const { kind, id, name, owner, createdAt, expireAt, ipFilter, lastUse, ingest, fleet } = token;
  const { found, dismissed, notJudged } = context.findingsOf(token);
  return {
    kind,
    name: visibleName(name),
    id: id ?? null,
    repository: ingest === undefined ? null : visibleName(ingest.repository),
    owner: ownerName(owner),
    ownerKind: owner.kind,
    ownerId: owner.id,
    ...writtenCells(token, context),
    state: expireAt === undefined ? unknownValue : hasExpired(token, context.now) ? "expired" : "active",
    created: timeOrWord(createdAt),
    expires: timeOrWord(expireAt),
    ipFilter: ipFilter === null ? null : nameOrUnknown(context.filterName(ipFilter)),
    ipFilterId: ipFilter,
    lastUsed: timeOrWord(lastUse?.at),
    lastUsedFrom: lastUse?.at === null ? null : (lastUse?.from ?? unknownValue),
    lastUseKnownBy: lastUse?.source ?? null,
    ...rightsCells(token, context),
    parser: ingest?.parser == null ? null : visibleName(ingest.parser),
    events: ingest === undefined ? null : figure(ingest.events),
    eventsInLastDay: ingest === undefined ? null : figure(ingest.eventsInLastDay),
    customValue: ingest === undefined ? null : yesOrNo(ingest.isCustom),
    customValueWeakness: ingest === undefined ? null : ingest.weakness === undefined ? unknownValue : ingest.weakness,
    configuration: fleet?.configuration == null ? null : visibleName(fleet.configuration.name),
    configurationId: fleet?.configuration?.id ?? null,
    findings: found.map(findingCell),
    findingsDismissed: dismissed.map((finding) => ({
      ...findingCell(finding),
      note: finding.note,
      dismissedBy: visibleName(finding.dismissedBy),
      until: finding.until,
    })),
    findingsNotJudged: notJudged,
  };
}

function writtenCells(
  { kind, written }: InventoryToken,
  { ownersRead }: EvidenceContext,
): Pick<EvidenceRow, "writtenOwner" | "writtenBy" | "writtenAt"> {
  if (written !== undefined) {
    const { owner, by, at } = written;
    return { writtenOwner: visibleName(owner), writtenBy: visibleName(by), writtenAt: isoInstant(at) };
  }
  // A personal token has none.
  const nothing = ownersRead || kind === "personal" ? null : unknownValue;
  return { writtenOwner: nothing, writtenBy: nothing, writtenAt: nothing };
}

function rightsCells(
  token: InventoryToken,
  { rightsOf, viewName }: EvidenceContext,
): Pick<EvidenceRow, "rights" | "permissions" | "views" | "viewIds"> {
  const none = { permissions: [], views: [], viewIds: [] };
  switch (token.kind) {
    case "personal":
      return { rights: "user", ...none };
    case "ingest":
      return { rights: "sends-events", ...none };
    case "fleet":
      return { rights: "enrols-collectors", ...none };
    case "view":
    case "organization":
    case "system": {
      const rights = rightsOf(token);
      if (rights === undefined) return { rights: "unknown", ...none };
      const { permissions, views } = rights;
      return { rights: "token", permissions, views: views.map((id) => nameOrUnknown(viewName(id))), viewIds: views };
    }
    default:
      return token.kind satisfies never;
  }
}

/** A finding may have more to it than belongs into a file. */
function findingCell({ rule, title, severity, reason, judged, todo }: EvidenceFinding): EvidenceFinding {
  return { rule, title, severity, reason, judged, todo };
}

function ownerName({ kind, name }: Creator): string {
  if (name !== null) return visibleName(name);
  return kind === "administrator" ? "local administrator" : unknownValue;
}

function nameOrUnknown(name: string | undefined): string {
  return name === undefined ? unknownValue : visibleName(name);
}

function timeOrWord(at: Long | null | undefined): string {
  return at === undefined ? unknownValue : at === null ? neverValue : isoInstant(at);
}

function figure(value: Long | undefined): string {
  return value === undefined ? unknownValue : String(value);
}

function yesOrNo(value: boolean | undefined): "yes" | "no" | typeof unknownValue {
  return value === undefined ? unknownValue : value ? "yes" : "no";
}

/**
 * A row as one line of JSON, by which the digest is made and as which it stands in the file, so that whoever has the file can make the
 * digest again.
 */
export function evidenceLine(row: EvidenceRow): string {
  return JSON.stringify(row);
}

/** The headings of the table. */
export function evidenceHeadings(): readonly string[] {
  return evidenceColumnNames.map((column) => evidenceColumns[column].title);
}

/** A row as the cells of a table. */
export function evidenceCells(row: EvidenceRow): readonly string[] {
  return evidenceColumnNames.map((column) => evidenceCell(row, column));
}

function evidenceCell(row: EvidenceRow, column: EvidenceColumnName): string {
  switch (column) {
    case "findings":
      return row.findings.map(({ rule, severity, reason }) => `${severity} ${rule}: ${reason}`).join("\n");
    case "findingsDismissed":
      return row.findingsDismissed.map(({ rule, note }) => `${rule}: ${note}`).join("\n");
    case "permissions":
    case "viewIds":
    case "findingsNotJudged":
      return row[column].join(" ");
    case "views":
      return row.views.join(", ");
    default:
      return row[column] ?? "";
  }
}
