import { auditActions, targetKinds, type ActorType, type AuditAction, type TargetKind } from "#domain/audit/record.ts";
import type { AuditType } from "#domain/audit/types.ts";
import { nameInText } from "#domain/name.ts";
import type { AuditRecord } from "#logscale/audit.ts";
import { count, countOf } from "#web/ui/counts.ts";

/** An act in words, as what was done and as what somebody wanted to do. */
interface Act {
  readonly done: string;
  readonly wanted: string;
}

/** A record as a sentence: "rosa deleted the view token ci-deploy". */
export function sentence(record: AuditRecord): string {
  const { done, wanted } = actOf(record);
  const who = actorName(record.actor);
  const said = record.outcome === "done" ? `${who} ${done}` : `${who} tried to ${wanted}, and was refused`;
  // A name that somebody chose stays as it is.
  return record.actor.user === undefined ? said.charAt(0).toUpperCase() + said.slice(1) : said;
}

const actorNouns: Readonly<Record<ActorType, string>> = {
  orgUser: "user",
  personalUserToken: "personal token",
  viewPermissionToken: "view token",
  organizatioPermissionToken: "organization token",
  systemPermissionToken: "system token",
  localAdministrator: "the local administrator",
  server: "the server",
  stranger: "somebody who was not signed in",
};

/** What acts in a cluster, besides. */
const clusterActors: ReadonlyMap<string, string> = new Map([
  ["system", "LogScale itself"],
  ["organization", "the organization"],
  ["logCollector", "a log collector"],
  ["ephemeralUserToken", "a temporary token of a user"],
  ["invitationToken", "an invitation"],
  ["user", "a user"],
  ["unknown", "somebody"],
]);

/** Who acted, within a sentence. */
export function actorName({ type, user, tokenName, tokenId }: AuditRecord["actor"]): string {
  if (user !== undefined) return nameInText(user.username);
  const noun = isActorType(type) ? actorNouns[type] : undefined;
  if (type === "localAdministrator" || type === "server" || type === "stranger") return actorNouns[type];
  const other = clusterActors.get(type);
  if (other !== undefined && tokenName === undefined && tokenId === undefined) return other;
  return `the ${noun ?? "token"} ${nameInText(tokenName ?? tokenId ?? type)}`;
}

/** What somebody acted by: the session or the token. */
export function credentialWords({ type, sessionId, linkedBy, tokenName, tokenId }: AuditRecord["actor"]): string {
  const session = sessionId === undefined ? undefined : `session ${sessionId}`;
  const link = linkedBy && `begun by a sign-in link that ${linkMaker(linkedBy)} made`;
  const noun = isActorType(type) ? actorNouns[type] : "token";
  switch (type) {
    case "localAdministrator":
      return ["the local administrator's token", session].filter(Boolean).join(", ");
    case "server":
      return "no credential: it acts by itself";
    case "stranger":
      return "no valid credential";
    case "orgUser":
    case "user":
      return [session ?? "session", link].filter(Boolean).join(", ");
    default: {
      const other = tokenName === undefined && tokenId === undefined ? clusterActors.get(type) : undefined;
      return [other ?? `${noun} ${nameInText(tokenName ?? tokenId ?? "")}`.trim(), session, link].filter(Boolean).join(", ");
    }
  }
}

/** Who made the link that a session was begun by. */
export function linkMaker({ id, name }: NonNullable<AuditRecord["actor"]["linkedBy"]>): string {
  return id === null ? actorNouns.localAdministrator : nameInText(name);
}

/** An actor's type, for a list of facets. */
export function isActorType(type: string): type is ActorType {
  return Object.hasOwn(actorNouns, type);
}

/** An actor of the facet, of whom only the value is known where there is no name. */
export function actorLabel(value: string, name: string | null): string {
  if (name !== null && value !== "localAdministrator") return name;
  const noun = isActorType(value) ? actorNouns[value] : clusterActors.get(value);
  return noun === undefined ? value : capital(noun);
}

/** What is done, and what was. */
const verbs: Readonly<Record<AuditAction, readonly [done: string, wanted: string]>> = {
  create: ["created", "create"],
  update: ["changed", "change"],
  delete: ["deleted", "delete"],
  rotate: ["rotated", "rotate"],
  apply: ["applied", "apply"],
  assign: ["assigned", "assign"],
  signin: ["signed in", "sign in"],
  signout: ["signed out", "sign out"],
  reveal: ["was shown", "see"],
  purge: ["purged", "purge"],
  save: ["saved", "save"],
  restore: ["restored", "restore"],
  use: ["used", "use"],
  read: ["read", "read"],
};

/** What a record's target is called. */
const targetNouns: Readonly<Record<TargetKind, readonly [article: string, noun: string]>> = {
  token: ["a", "token"],
  ingestToken: ["an", "ingest token"],
  fleetToken: ["a", "fleet token"],
  policies: ["the", "security policies"],
  ipFilter: ["an", "IP filter"],
  user: ["a", "user"],
  group: ["a", "group"],
  role: ["a", "role"],
  searchDomain: ["a", "repository or view"],
  parser: ["a", "parser"],
  configuration: ["a", "collector configuration"],
  featureFlag: ["a", "feature"],
  findings: ["the", "thresholds of findings"],
  session: ["a", "session"],
  audit: ["the", "audit trail"],
};

/** A kind of target, for a list of facets. */
export function targetLabel(kind: string): string {
  return isTargetKind(kind) ? capital(targetNouns[kind][1]) : kind;
}

const phrases: Readonly<Record<AuditType, (record: AuditRecord) => Act>> = {
  "hashedtokens.change": (record) => acted(actionOf(record), `${tokenWords(record)}${replacing(record)}`),
  "hashedtokens.rotate": (record) => acted("rotate", tokenWords(record)),
  tokens: (record) => acted(actionOf(record), `${thing(record, "ingestToken")}${inRepository(record)}${replacing(record)}`),
  "organizations.securitypolicies.tokens.update": (record) => acted("apply", `security policies${planWords(record)}`),
  "ipfilters.change": (record) => acted(actionOf(record), thing(record, "ipFilter")),
  "user.profile": (record) => {
    const user = thing(record, "user");
    const action = actionOf(record);
    if (action === "create") return { done: `added ${user}`, wanted: `add ${user}` };
    return action === "delete" ? { done: `removed ${user}`, wanted: `remove ${user}` } : acted("update", user);
  },
  "user.roles.change": (record) => {
    // LogScale's own events are about the user.
    const isOfUser = record.target?.kind === "user";
    return acted(
      "update",
      isOfUser ? `the roles of ${thing(record, "user")}` : `who has which role in ${thing(record, "searchDomain")}`,
    );
  },
  "group.membership.change": (record) => {
    const group = thing(record, "group");
    const isTaken = record["actionName"] === "removeUsers" || record.operation.startsWith("remove");
    const users = usersIn(record);
    return isTaken
      ? { done: `took ${users} out of ${group}`, wanted: `take users out of ${group}` }
      : { done: `added ${users} to ${group}`, wanted: `add users to ${group}` };
  },
  "group.role.assigned": (record) => toGroup(record, "role"),
  "group.role.unassigned": (record) => fromGroup(record, "role"),
  "group.organizationrole.assigned": (record) => toGroup(record, "organization role"),
  "group.organizationrole.unassigned": (record) => fromGroup(record, "organization role"),
  "group.systemrole.assigned": (record) => toGroup(record, "system role"),
  "group.systemrole.unassigned": (record) => fromGroup(record, "system role"),
  organizations: (record) => {
    const user = thing(record, "user");
    if (record.target === null && record.after === null) return acted("update", "the organization");
    if (record.after === null) return acted("update", `whether ${user} owns the organization`);
    return record.after["isOrgRoot"] === true
      ? { done: `made ${user} an owner of the organization`, wanted: "" }
      : { done: `took the ownership of the organization from ${user}`, wanted: "" };
  },
  "repository.create": (record) => acted("create", named(record, "a", "repository")),
  "view.rename": (record) => acted("update", `the name of ${thing(record, "searchDomain")}`),
  "dataspace.retention": (record) => acted("update", `the retention of ${thing(record, "searchDomain")}`),
  "dataspace.delete": (record) => acted("delete", thing(record, "searchDomain")),
  "parser.create": (record) => acted("create", thing(record, "parser")),
  "parser.update": (record) => acted("update", thing(record, "parser")),
  "parser.delete": (record) => acted("delete", thing(record, "parser")),
  "user.signin": (record) => ({ done: "signed in", wanted: `sign in${times(record)}` }),
  "user.signout": () => acted("signout", ""),
  "tokenhouse.view.create": (record) => acted("create", named(record, "a", "view")),
  "tokenhouse.group.change": (record) => {
    const group = thing(record, "group");
    const action = actionOf(record);
    return action === "delete" ? { done: `removed ${group}`, wanted: `remove ${group}` } : acted(action, group);
  },
  "tokenhouse.searchdomain.change": (record) => acted("update", thing(record, "searchDomain")),
  "tokenhouse.role.create": (record) => acted("create", thing(record, "role")),
  "tokenhouse.role.change": (record) => {
    const role = thing(record, "role");
    return actionOf(record) === "delete" ? { done: `removed ${role}`, wanted: `remove ${role}` } : acted("update", role);
  },
  "tokenhouse.featureflag.change": (record) => {
    const feature = thing(record, "featureFlag");
    const on = record.after === null ? record.operation === "enableFeature" : record.after["enabled"] === true;
    const how = on ? "on" : "off";
    return { done: `switched ${feature} ${how}`, wanted: `switch ${feature} ${how}` };
  },
  "tokenhouse.fleettoken.change": (record) => acted(actionOf(record), thing(record, "fleetToken")),
  "tokenhouse.configuration.change": (record) =>
    record.operation.startsWith("publish")
      ? { done: `published ${thing(record, "configuration")}`, wanted: `publish ${thing(record, "configuration")}` }
      : acted(actionOf(record), thing(record, "configuration")),
  "tokenhouse.notes.change": (record) => acted("update", notedWords(record)),
  "tokenhouse.values.reveal": (record) => acted("reveal", `the values of ${ofCount(record, "token")}`),
  "tokenhouse.policies.tokens": (record) => acted("apply", `security policies to ${ofCount(record, "further token")}`),
  "tokenhouse.tokens.purge": (record) => acted("purge", ofCount(record, "expired token")),
  "tokenhouse.sessions.purge": (record) => acted("purge", ofCount(record, "expired session")),
  "tokenhouse.file.save": (record) => acted("save", `${textOf(record, "file") ?? "a file"}${aboutTokens(record)}`),
  "tokenhouse.signinlink.create": (record) => {
    const link = `a sign-in link for ${thing(record, "user")}`;
    return { done: `made ${link}`, wanted: `make ${link}` };
  },
  "tokenhouse.sessions.revoke": (record) => {
    const { target } = record;
    const which =
      target === null
        ? ofCount(record, "session")
        : target.kind === "user"
          ? `all sessions of ${thing(record, "user")}`
          : "a session";
    return { done: `ended ${which}`, wanted: `end ${which}` };
  },
  "tokenhouse.localadministrator.use": (record) => acted("use", `the local administrator's token${times(record)}`),
  "tokenhouse.read": (record) => acted("read", `what they may not${times(record)}`),
  "tokenhouse.backup.make": () => ({ done: "made a backup of everything", wanted: "make a backup of everything" }),
  "tokenhouse.backup.restore": (record) => acted("restore", `the backup of ${textOf(record, "moment") ?? "some moment"}`),
  "tokenhouse.audit.retention": (record) =>
    acted(
      "delete",
      `${ofCount(record, "record")} that ${numberOf(record, "count") === 1 ? "was" : "were"} older than the retention`,
    ),
};

function actOf(record: AuditRecord): Act {
  const { type } = record;
  if (isAuditType(type)) return phrases[type](record);
  const what = `${type}${record.target === null ? "" : ` of ${nameInText(record.target.name ?? record.target.id)}`}`;
  return { done: `did ${what}`, wanted: `do ${what}` };
}

/** Whether a type is one that this page knows. */
export function isAuditType(type: string): type is AuditType {
  return Object.hasOwn(phrases, type);
}

function isTargetKind(kind: string): kind is TargetKind {
  return targetKinds.some((known) => known === kind);
}

/** What was done to the target: a refused act's record tells it by the name of its operation alone. */
export function actionOf({ operation, ...record }: AuditRecord): AuditAction {
  const said = record["actionName"];
  const known = auditActions.find((action) => action === said);
  if (known !== undefined) return known;
  if (/^(?:add|create)/u.test(operation)) return "create";
  if (/^(?:delete|remove)/u.test(operation)) return "delete";
  return operation.startsWith("rotate") ? "rotate" : "update";
}

function acted(action: AuditAction, what: string): Act {
  const [done, wanted] = verbs[action];
  return { done: `${done} ${what}`.trim(), wanted: `${wanted} ${what}`.trim() };
}

/** What the record is about, by its name, or else its id. */
function thing(record: AuditRecord, usual: TargetKind): string {
  const kind = record.target?.kind ?? usual;
  const [article, noun] = targetNouns[isTargetKind(kind) ? kind : usual];
  return named(record, article, noun);
}

function named({ target }: AuditRecord, article: string, noun: string): string {
  return target === null ? `${article} ${noun}` : `the ${noun} ${nameInText(target.name ?? target.id)}`;
}

/** An API token with its kind, where the record tells it. */
function tokenWords(record: AuditRecord): string {
  const known = record.after?.["kind"] ?? record.before?.["kind"];
  const kind =
    typeof known === "string" ? known : /(View|Organization|System|Personal)/u.exec(record.operation)?.[1]?.toLowerCase();
  if (kind === undefined) return thing(record, "token");
  const noun = `${kind} token`;
  return kind === "personal" && record.target !== null
    ? `the personal token of ${nameInText(record.target.name ?? record.target.id)}`
    : named(record, kind === "organization" ? "an" : "a", noun);
}

function replacing(record: AuditRecord): string {
  const replaced = textOf(record, "replaces");
  return replaced === undefined ? "" : ` in place of ${nameInText(replaced)}`;
}

function inRepository({ before, after, repoName: named }: AuditRecord): string {
  const repository = after?.["repository"] ?? before?.["repository"] ?? named;
  return typeof repository === "string" ? ` of the repository ${nameInText(repository)}` : "";
}

/** What an application of the policies did to tokens. */
function planWords(record: AuditRecord): string {
  const counts = countsOf(record, "counts");
  if (counts === undefined) return "";
  const parts = [
    ["deleted", "deleted"],
    ["shortened", "shortened"],
    ["filtered", "put behind another IP filter"],
  ].flatMap(([member = "", said = ""]) => {
    const number = counts[member] ?? 0;
    return number === 0 ? [] : [`${count(number)} ${said}`];
  });
  return parts.length === 0 ? ": no token was touched" : `: ${parts.join(", ")}`;
}

function notedWords(record: AuditRecord): string {
  if (record.target === null) return "what is noted of a token";
  return record.target.kind === "findings" ? "the thresholds of findings" : `what is noted of ${thing(record, "token")}`;
}

/** The users that a change of a group's members is about. */
function usersIn(record: AuditRecord): string {
  const names = record["userNames"];
  if (!Array.isArray(names)) return "users";
  const [only, ...others] = names;
  return typeof only === "string" && others.length === 0 ? `the user ${nameInText(only)}` : countOf(names.length, "user");
}

function toGroup(record: AuditRecord, noun: string): Act {
  const what = `${roleWords(record, noun)} to ${thing(record, "group")}${inView(record)}`;
  return acted("assign", what);
}

function fromGroup(record: AuditRecord, noun: string): Act {
  const what = `${roleWords(record, noun)} from ${thing(record, "group")}${inView(record)}`;
  return { done: `took ${what}`, wanted: `take ${what}` };
}

function roleWords(record: AuditRecord, noun: string): string {
  const role = textOf(record, "roleName");
  return role === undefined ? `${/^[aeiou]/u.test(noun) ? "an" : "a"} ${noun}` : `the ${noun} ${nameInText(role)}`;
}

function inView(record: AuditRecord): string {
  const view = textOf(record, "viewName");
  return view === undefined ? "" : ` in ${nameInText(view)}`;
}

function aboutTokens(record: AuditRecord): string {
  return numberOf(record, "count") === undefined ? "" : ` about ${ofCount(record, "token")}`;
}

function times(record: AuditRecord): string {
  const number = numberOf(record, "count") ?? 1;
  return number === 1 ? "" : ` ${count(number)} times`;
}

function ofCount(record: AuditRecord, noun: string): string {
  const number = numberOf(record, "count");
  return number === undefined ? `${noun}s` : countOf(number, noun);
}

function numberOf(record: AuditRecord, field: string): number | undefined {
  const value = record[field];
  return typeof value === "number" ? value : undefined;
}

function textOf(record: AuditRecord, field: string): string | undefined {
  const value = record[field];
  return typeof value === "string" ? value : undefined;
}

/** Numbers by name that a record holds. */
export function countsOf(record: AuditRecord, field: string): Readonly<Record<string, number>> | undefined {
  const value = record[field];
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, number]) => (typeof number === "number" ? [[name, number]] : [])),
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
