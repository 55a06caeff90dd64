import { formatDuration } from "#domain/duration.ts";
import type { auditTypes, AuditType } from "#domain/audit/types.ts";
import type { Long } from "#domain/long.ts";
import type { AuditRecord } from "#logscale/audit.ts";
import { count } from "#web/ui/counts.ts";
import { localAndUtcTime } from "#web/ui/times.ts";

/** What became of one thing that a record tells about its target. Null: nothing was there. */
export interface Difference {
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Of a list: what came and what went; everything else of it stayed. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

type StateField = { [T in AuditType]: keyof (typeof auditTypes)[T]["state"] & string }[AuditType];

/** What every field of `before` and `after` is called. */
export const fieldLabels: Readonly<Record<StateField, string>> = {
  kind: "Kind",
  name: "Name",
  userId: "User",
  createdAt: "Created",
  expireAt: "Expires",
  ipFilterId: "IP filter",
  permissions: "Permissions",
  viewIds: "Repositories and views",
  repositoryId: "Id of the repository",
  repository: "Repository",
  parserName: "Parser",
  isCustom: "Value chosen by its maker",
  weakness: "Weakness of the value",
  personal: "Personal tokens",
  view: "View tokens",
  organization: "Organization tokens",
  system: "System tokens",
  ipFilter: "Rules",
  username: "User name",
  fullName: "Full name",
  firstName: "First name",
  lastName: "Last name",
  email: "Email",
  countryCode: "Country",
  stateCode: "State",
  company: "Company",
  isRoot: "Root",
  isOrgRoot: "Owner of the organization",
  assigned: "Assigned roles, by id",
  lookupName: "Lookup name",
  type: "Type",
  description: "Description",
  automaticSearch: "Searches when opened",
  retentionInMillis: "Retention",
  retentionInIngestSizeBytes: "Retention by ingested bytes",
  retentionInStorageSizeBytes: "Retention by stored bytes",
  connections: "Connections",
  languageVersion: "Language version",
  scriptCharacters: "Characters of the script",
  displayName: "Name",
  viewPermissions: "Permissions in repositories and views",
  organizationPermissions: "Organization permissions",
  systemPermissions: "System permissions",
  enabled: "On",
  configurationId: "Configuration",
  version: "Version",
  yamlCharacters: "Characters of the YAML",
  draft: "Has a draft",
  rule: "Finding",
  note: "Note",
  until: "Until",
  owner: "Owner",
  replaces: "In place of",
  thresholds: "Thresholds",
};

/** Fields that hold instants and spans of time; other numbers are counts. */
const instants: readonly string[] = ["createdAt", "expireAt", "until"];
const spans: readonly string[] = ["retentionInMillis", "maximumLifetime"];

/** What nothing means in a field. */
const nothing: Readonly<Record<string, string>> = { expireAt: "never", ipFilterId: "none", maximumLifetime: "no maximum" };

const policyLabels = {
  enabled: "enabled",
  maximumLifetime: "longest life",
  ipFilter: "IP filter",
  allowPermissionUpdates: "permissions may be changed",
} as const;

/** What a record tells of before and after, line by line: what changed, or all of what came or went. */
export function differences({ before, after }: AuditRecord): readonly Difference[] {
  // What came or went is told whole.
  const all = before === null || after === null;
  const from = lines(before);
  const to = lines(after);
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((key): Difference[] => {
    const [old, now] = [from.get(key), to.get(key)];
    const label = old?.label ?? now?.label ?? key;
    const items = { before: new Set(old?.items), after: new Set(now?.items) };
    const isList = (old?.items ?? now?.items) !== undefined;
    const added = [...items.after].filter((item) => !items.before.has(item));
    const removed = [...items.before].filter((item) => !items.after.has(item));
    const same = isList
      ? added.length + removed.length === 0 && (old === undefined) === (now === undefined)
      : old?.text === now?.text;
    if (same && !all) return [];
    return [{ label, before: old?.text ?? null, after: now?.text ?? null, added, removed }];
  });
}

/** One line of a state: a text, and what it lists. */
interface Line {
  readonly label: string;
  readonly text: string;
  readonly items?: readonly string[];
}

function lines(state: AuditRecord["before"]): Map<string, Line> {
  const found = new Map<string, Line>();
  for (const [field, value] of Object.entries(state ?? {})) {
    const label = labelOf(field);
    if (Array.isArray(value)) found.set(field, listed(label, value.map(String)));
    // The rules of a filter, a line each.
    else if (field === "ipFilter" && typeof value === "string") found.set(field, listed(label, value.split(/\r?\n/u)));
    else if (typeof value === "object" && value !== null) {
      for (const [member, inner] of Object.entries(value)) {
        const said = Object.hasOwn(policyLabels, member) ? policyLabels[member as keyof typeof policyLabels] : member;
        found.set(`${field} ${member}`, { label: `${label}: ${said}`, text: valueWords(member, inner) });
      }
    } else found.set(field, { label, text: valueWords(field, value) });
  }
  return found;
}

function listed(label: string, items: readonly string[]): Line {
  return { label, text: items.length === 0 ? "none" : items.join("\n"), items };
}

function labelOf(field: string): string {
  return Object.hasOwn(fieldLabels, field) ? fieldLabels[field as StateField] : field;
}

/** A single value in words. */
function valueWords(field: string, value: unknown): string {
  if (value === null || value === undefined) return nothing[field] ?? "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const number = numberIn(field, value);
  if (number !== undefined) {
    if (instants.includes(field)) return localAndUtcTime(number);
    return spans.includes(field) ? formatDuration(number) : count(number);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A number; one that JSON's cannot hold stands there as text. */
function numberIn(field: string, value: unknown): Long | undefined {
  if (typeof value === "number") return value;
  const isText = [...instants, ...spans].includes(field) && typeof value === "string" && /^-?\d+$/u.test(value);
  return isText ? BigInt(value) : undefined;
}
