import type { Policies } from "#domain/policy/policy.ts";
import { carriesPermissions, isTokenKind, kindTraits, type PermissionKind } from "#domain/token/kinds.ts";
import type { UseState } from "#domain/token/lastUse.ts";
import { grantedToViewTokens } from "#domain/token/permissions.ts";
import { expandPermissions, permissionDifference, risksOf } from "#domain/token/permissionWords.ts";
import { checkRotation, permissionUpdateViolation } from "#domain/token/policyCheck.ts";
import { administersKind, administersView, isRoot, mayGive, type Certainty, type Holdings } from "#domain/token/rights.ts";

import { renewalStep, sameRenewal, type BulkRenewal, type RenewAction } from "./bulkRenewal.ts";
import { hasExpired, useOfItem, type InventoryToken, type TokenRights } from "./item.ts";

/** What is to be done with each of many tokens. */
export type BulkAction =
  | { readonly type: "delete" }
  | { readonly type: "rotate" }
  | RenewAction
  /** Null takes the parser off. */
  | { readonly type: "parser"; readonly parser: string | null }
  /** Permissions to add and to take away, by name; composed ones stand for their parts. What is named in both is taken away. */
  | {
      readonly type: "permissions";
      readonly kind: PermissionKind;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    };

/** What is known when a bulk action is planned. */
export interface BulkContext {
  /** Ms since epoch. */
  readonly now: number;
  /** Those in force; undefined where the caller may not read them, so that only the server can tell. */
  readonly policies: Policies | undefined;
  readonly holdings: Holdings;
  /** What a token may do; undefined where that was not read. */
  readonly rightsOf: (token: InventoryToken) => TokenRights | undefined;
  /** The token that the session acts as, and its user. */
  readonly own: { readonly tokenId?: string | undefined; readonly userId?: string | undefined };
  /** Whether the ingest tokens of a repository may be changed. */
  readonly mayChangeIngest: (repository: string) => Certainty;
  /** The names of the ingest tokens that a repository has; undefined where they were not read. */
  readonly ingestNamesOf: (repository: string) => ReadonlySet<string> | undefined;
  /** The names of the parsers that a repository can use; undefined where they were not read. */
  readonly parsersOf: (repository: string) => ReadonlySet<string> | undefined;
  readonly mayChangeFleet: Certainty;
}

/**
 * Why an action would be refused for a token:
 *
 * - `no-such-action`: there is none for tokens of its kind
 * - `right`: the caller lacks a right
 * - `policy`: the security policy in force forbids it
 * - `expired`: the token is as good as gone
 * - `unread`: what would be changed could not be read
 * - `no-parser`: its repository has no parser of the name
 * - `none-left`: it would be left without a permission
 * - `name`: the name that its successor would get is taken, or is none
 */
export type BulkRefusal = "no-such-action" | "right" | "policy" | "expired" | "unread" | "no-parser" | "none-left" | "name";

/** What a change of permissions does to a token. */
export interface PermissionChange {
  /** The permissions that it is to have, as they are asked for. */
  readonly next: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What an action does with one token. */
export type BulkStep =
  | {
      readonly type: "run";
      readonly token: InventoryToken;
      readonly use: UseState;
      /** Whether it stops what uses the token, or may, so that it takes express consent. */
      readonly needsConsent: boolean;
      /** Whether it is the token that the session acts as, or its user's own. */
      readonly own: "in-use" | "own" | undefined;
      /** Whether only the server can tell if the caller may do it, or if it fits the policy. */
      readonly unsure: boolean;
      /** Of a change of permissions. */
      readonly change?: PermissionChange;
      /** Id of the IP filter that a rotated token gets because the policy enforces it, and did not have. */
      readonly ipFilter?: string;
      /** Of a renewal: the successor. */
      readonly renewal?: BulkRenewal;
    }
  /** It is as asked for already. */
  | { readonly type: "nothing"; readonly token: InventoryToken; readonly message: string }
  | { readonly type: "refused"; readonly token: InventoryToken; readonly because: BulkRefusal; readonly message: string };

/** A step that is to be run. */
export type BulkRunStep = BulkStep & { readonly type: "run" };

/** How many tokens there are of each sort. */
export interface BulkTotals {
  readonly run: number;
  readonly nothing: number;
  readonly refused: number;
  /** Of those to be run: used within 7 days. */
  readonly inUse: number;
  /** Of those to be run: nobody knows whether they are in use. */
  readonly useUnknown: number;
  /** Of those to be run: what uses them stops, or may stop. The number that is typed as consent. */
  readonly needConsent: number;
  /** Of those to be run: only the server can tell whether it will do it. */
  readonly unsure: number;
}

/** What a bulk action does with each token, as a value. */
export interface BulkPlan {
  readonly action: BulkAction;
  /** One for each token, in their order. */
  readonly steps: readonly BulkStep[];
  readonly totals: BulkTotals;
}

type Refused = { readonly because: BulkRefusal; readonly message: string };
type Verdict =
  | { readonly refused: Refused }
  | { readonly nothing: string }
  | {
      readonly unsure: boolean;
      /** Whether what uses the token stops, or may: `always`, whether or not it is known to be in use; `used`, unless it is known not to be. */
      readonly consent: "always" | "used" | "never";
      readonly change?: PermissionChange;
      readonly ipFilter?: string;
      readonly renewal?: BulkRenewal;
    };

/** Plans what an action does with each of many tokens. Nothing is left out: what will be refused is in it, with the reason. */
export function planBulk(tokens: readonly InventoryToken[], action: BulkAction, context: BulkContext): BulkPlan {
  const judge = judgeOf(action, context);
  const steps = tokens.map((token): BulkStep => {
    const verdict = judge(token);
    if ("refused" in verdict) return { type: "refused", token, ...verdict.refused };
    if ("nothing" in verdict) return { type: "nothing", token, message: verdict.nothing };
    const { unsure, consent, ...of } = verdict;
    const use = useOfItem(token, context.now);
    const needsConsent = consent === "always" || (consent === "used" && use !== "not");
    return { type: "run", token, use, needsConsent, own: ownOf(token, context), unsure, ...of };
  });
  return { action, steps, totals: totalsOf(steps) };
}

function totalsOf(steps: readonly BulkStep[]): BulkTotals {
  const count = (wanted: (step: BulkStep) => boolean) => steps.reduce((sum, step) => sum + (wanted(step) ? 1 : 0), 0);
  return {
    run: count(({ type }) => type === "run"),
    nothing: count(({ type }) => type === "nothing"),
    refused: count(({ type }) => type === "refused"),
    inUse: count((step) => step.type === "run" && (step.use === "last-day" || step.use === "last-week")),
    useUnknown: count((step) => step.type === "run" && step.use === "unknown"),
    needConsent: count((step) => step.type === "run" && step.needsConsent),
    unsure: count((step) => step.type === "run" && step.unsure),
  };
}

/** The steps to be run, in the order to run them: one's own token comes last, since nothing can be done after it is gone. */
export function bulkOrder({ steps }: BulkPlan): readonly BulkRunStep[] {
  const run = steps.filter((step) => step.type === "run");
  const rank = { none: 0, own: 1, "in-use": 2 } as const;
  return run.toSorted((a, b) => rank[a.own ?? "none"] - rank[b.own ?? "none"]);
}

function ownOf({ kind, id }: InventoryToken, { own }: BulkContext): "in-use" | "own" | undefined {
  if (id === undefined) return undefined;
  if (id === own.tokenId) return "in-use";
  return kind === "personal" && id === own.userId ? "own" : undefined;
}

function judgeOf(action: BulkAction, context: BulkContext): (token: InventoryToken) => Verdict {
  switch (action.type) {
    case "delete":
      return (token) => judgeDeletion(token, context);
    case "rotate": {
      const lacking = lackingFinder(context.holdings);
      return (token) => judgeRotation(token, context, lacking);
    }
    case "renew": {
      const lacking = lackingFinder(context.holdings);
      return (token) => judgeRenewal(token, action, context, lacking);
    }
    case "parser":
      return (token) => judgeParser(token, action.parser, context);
    case "permissions": {
      const change = changeFinder(action);
      const lacking = lackingFinder(context.holdings);
      return (token) => judgePermissions(token, action.kind, context, change, lacking);
    }
    default:
      return action satisfies never;
  }
}

function refuse(because: BulkRefusal, message: string): Verdict {
  return { refused: { because, message } };
}

function judgeDeletion(token: InventoryToken, context: BulkContext): Verdict {
  const unsure = administered(token, context);
  if (typeof unsure === "object") return unsure;
  // An expired token is accepted nowhere: deleting it changes nothing but the list.
  return { unsure, consent: hasExpired(token, context.now) ? "never" : "always" };
}

function judgeRotation(token: InventoryToken, context: BulkContext, lacking: LackingFinder): Verdict {
  const { kind, expireAt = null, ipFilter } = token;
  if (!isTokenKind(kind)) {
    const noun = kind === "ingest" ? "An ingest token" : "A fleet token";
    return refuse(
      "no-such-action",
      `${noun} cannot be given another value. Create another, put it in place, then delete this one.`,
    );
  }
  const allowed = administered(token, context);
  if (typeof allowed === "object") return allowed;
  let unsure = allowed;
  let enforced: string | undefined;
  if (context.policies === undefined) {
    if (hasExpired(token, context.now)) return refuse("expired", "This token has expired; it cannot be rotated.");
    unsure = true;
  } else {
    const verdict = checkRotation(kind, context.policies[kind], { expireAt, ipFilter }, context.now);
    if (!verdict.ok) return refuse(verdict.violation.type === "expired" ? "expired" : "policy", verdict.violation.message);
    if (verdict.ipFilter !== null && verdict.ipFilter !== ipFilter) enforced = verdict.ipFilter;
  }
  if (carriesPermissions(kind)) {
    const rights = context.rightsOf(token);
    if (rights === undefined) unsure = true;
    else {
      const { certain, perhaps } = lacking(kind, rights.permissions, rights.views);
      if (certain.length > 0) {
        const message = `Rotating shows you the new secret, and with it rights that you do not hold yourself: ${certain.join(", ")}.`;
        return refuse("right", message);
      }
      unsure ||= perhaps;
    }
  }
  return { unsure, consent: "always", ...(enforced !== undefined && { ipFilter: enforced }) };
}

function judgeRenewal(token: InventoryToken, action: RenewAction, context: BulkContext, lacking: LackingFinder): Verdict {
  const { kind } = token;
  if (kind === "fleet") {
    const how = "Create another by hand, with the same configuration; put it in place; then delete this one.";
    return refuse("no-such-action", `A fleet token cannot be renewed. ${how}`);
  }
  if (kind === "personal" && token.id !== context.own.userId) {
    // Not even root can: a user's personal token is made by nobody else.
    return refuse("right", "It belongs to somebody else, who alone can make a new one.");
  }
  const allowed = administered(token, context);
  if (typeof allowed === "object") return allowed;
  const rights = isTokenKind(kind) && carriesPermissions(kind) ? context.rightsOf(token) : undefined;
  const step = renewalStep(token, action, rights, context);
  if (!step.ok) return refuse(step.because, step.message);
  let unsure = allowed || step.unsure;
  if (rights !== undefined && isTokenKind(kind) && carriesPermissions(kind)) {
    const { certain, perhaps } = lacking(kind, rights.permissions, rights.views);
    if (certain.length > 0) {
      return refuse("right", `Its successor would have rights that you do not hold yourself: ${certain.join(", ")}.`);
    }
    unsure ||= perhaps;
  }
  // A user has one personal token, so that the new one stops the old. Every other goes on beside its successor.
  const stops = kind === "personal" && !hasExpired(token, context.now);
  return { unsure, consent: stops ? "always" : "never", renewal: step.renewal };
}

function judgeParser(token: InventoryToken, parser: string | null, context: BulkContext): Verdict {
  if (token.ingest === undefined) return refuse("no-such-action", "Only ingest tokens have a parser.");
  const unsure = administered(token, context);
  if (typeof unsure === "object") return unsure;
  const { repository, parser: present } = token.ingest;
  if (present === parser) return { nothing: parser === null ? "It has no parser already." : "It has this parser already." };
  const parsers = context.parsersOf(repository);
  if (parser !== null && parsers?.has(parser) === false) {
    return refuse("no-parser", "Its repository has no parser of this name.");
  }
  // What arrives is read otherwise from then on, and what was read wrongly cannot be read again.
  return { unsure: unsure || (parser !== null && parsers === undefined), consent: "used" };
}

function judgePermissions(
  token: InventoryToken,
  kind: PermissionKind,
  context: BulkContext,
  changeOf: ChangeFinder,
  lacking: LackingFinder,
): Verdict {
  if (!isTokenKind(token.kind) || !carriesPermissions(token.kind)) {
    return refuse(
      "no-such-action",
      token.kind === "personal" ? "A personal token has the rights of its user." : "Tokens of this kind carry no permissions.",
    );
  }
  if (token.kind !== kind) {
    return refuse("no-such-action", `${kindTraits[token.kind].title} tokens carry other permissions than ${kind} tokens.`);
  }
  const violation = context.policies && permissionUpdateViolation(kind, context.policies[kind]);
  if (violation != null) return refuse("policy", violation.message);
  if (hasExpired(token, context.now)) return refuse("expired", "This token has expired; it cannot get other permissions.");
  const allowed = administered(token, context);
  if (typeof allowed === "object") return allowed;
  const rights = context.rightsOf(token);
  if (rights === undefined) {
    return refuse("unread", "What it may do could not be read, and a change replaces all of it. Read again.");
  }
  const change = changeOf(rights.permissions);
  if (change.added.length + change.removed.length === 0) return { nothing: "It has just these permissions already." };
  if (change.next.length === 0) {
    return refuse("none-left", "It would be left without any permission; such a token is better deleted.");
  }
  const { certain, perhaps } = lacking(kind, change.added, rights.views);
  if (certain.length > 0) return refuse("right", `You cannot grant what you do not hold yourself: ${certain.join(", ")}.`);
  const escalates = risksOf(kind, change.added).escalates.length > 0;
  return {
    unsure: allowed || perhaps || context.policies === undefined,
    consent: escalates ? "always" : change.removed.length > 0 ? "used" : "never",
    change,
  };
}

/** Whether only the server can tell if the caller may change or delete a token; a refusal where it is certain that they may not. */
function administered(token: InventoryToken, context: BulkContext): boolean | Verdict {
  const { kind } = token;
  const { holdings } = context;
  switch (kind) {
    case "personal":
      if (token.id === context.own.userId || isRoot(holdings)) return false;
      if (holdings.system === "unknown") return true;
      return refuse("right", "It belongs to somebody else. Only root may act on the personal tokens of others.");
    case "view": {
      const views = context.rightsOf(token)?.views;
      const answers = views?.map((id) => administersView(holdings, id)) ?? [administersKind(holdings, kind)];
      if (answers.includes(false)) {
        return refuse("right", "You may not change the permissions of every repository and view that it is for.");
      }
      return answers.includes("unknown");
    }
    case "organization":
    case "system": {
      const answer = administersKind(holdings, kind);
      const right = kind === "system" ? "ChangeSystemPermissions" : "ChangeOrganizationPermissions";
      if (answer === false) return refuse("right", `That takes the ${kind} permission ${right}, which you do not hold.`);
      return answer === "unknown";
    }
    case "ingest": {
      const answer = token.ingest === undefined ? "unknown" : context.mayChangeIngest(token.ingest.repository);
      if (answer === false) return refuse("right", "You may not change the ingest tokens of its repository.");
      return answer === "unknown";
    }
    case "fleet":
      if (context.mayChangeFleet === false) {
        return refuse("right", "That takes the organization permission ChangeFleetManagement, which you do not hold.");
      }
      return context.mayChangeFleet === "unknown";
    default:
      return kind satisfies never;
  }
}

interface Lacking {
  /** What the caller certainly does not hold. */
  readonly certain: readonly string[];
  /** Whether there is something of which only the server knows. */
  readonly perhaps: boolean;
}

type LackingFinder = (kind: PermissionKind, names: readonly string[], viewIds: readonly string[]) => Lacking;
type ChangeFinder = (present: readonly string[]) => PermissionChange;

const nothingLacking: Lacking = { certain: [], perhaps: false };

/** Tells what of some permissions the caller may not hand out. Tokens with equal rights share their arrays, and are judged once. */
function lackingFinder(holdings: Holdings): LackingFinder {
  if (isRoot(holdings)) return () => nothingLacking;
  const known = new WeakMap<readonly string[], WeakMap<readonly string[], Lacking>>();
  return (kind, names, viewIds) => {
    const ofNames = known.get(names) ?? new WeakMap<readonly string[], Lacking>();
    known.set(names, ofNames);
    const found = ofNames.get(viewIds);
    if (found !== undefined) return found;
    const answers = names.map((name) => [name, mayGive(holdings, kind, name, viewIds)] as const);
    const lacking = {
      certain: answers.flatMap(([name, answer]) => (answer === false ? [name] : [])),
      perhaps: answers.some(([, answer]) => answer === "unknown"),
    };
    ofNames.set(viewIds, lacking);
    return lacking;
  };
}

/** Tells what a change makes of the permissions that a token has. Equal ones are one array, and changed once. */
function changeFinder({ kind, add, remove }: BulkAction & { readonly type: "permissions" }): ChangeFinder {
  const [adds, removes] = [expandPermissions(kind, add), new Set(expandPermissions(kind, remove))];
  const known = new WeakMap<readonly string[], PermissionChange>();
  return (present) => {
    const found = known.get(present);
    if (found !== undefined) return found;
    const before = chooseable(kind, present);
    const next = chooseable(kind, [...before, ...adds]).filter((name) => !removes.has(name));
    const change = { next, ...permissionDifference(kind, before, next) };
    known.set(present, change);
    return change;
  };
}

/** Permissions one by one, without the one that every view token has and nobody can take away. */
function chooseable(kind: PermissionKind, names: readonly string[]): readonly string[] {
  const all = expandPermissions(kind, names);
  return kind === "view" ? all.filter((name) => name !== grantedToViewTokens) : all;
}

/** One token for which a later plan differs from the one that was agreed to. */
export interface BulkDifference {
  /**
   * - `gone`: the token is no longer listed
   * - `refused`, `nothing`: it would be refused by now, or is as asked for already
   * - `used`: it turned out to be in use, or may be
   * - `change`: other permissions would be added or taken away, or the successor or the rotated token would be another
   * - `new`: it would be run, and would not have been
   */
  readonly type: "gone" | "refused" | "nothing" | "used" | "change" | "new";
  readonly token: InventoryToken;
}

/** How a plan of the same action differs from the one that was agreed to; empty where consent to the one is consent to the other. */
export function differencesOf(agreed: Pick<BulkPlan, "steps">, later: BulkPlan): readonly BulkDifference[] {
  const before = new Map(agreed.steps.map((step) => [step.token.key, step]));
  const after = new Map(later.steps.map((step) => [step.token.key, step]));
  const differences: BulkDifference[] = [];
  for (const step of agreed.steps) {
    if (step.type !== "run") continue;
    const now = after.get(step.token.key);
    if (now === undefined) differences.push({ type: "gone", token: step.token });
    else if (now.type !== "run") differences.push({ type: now.type, token: now.token });
    else if (isWorse(step, now)) differences.push({ type: "used", token: now.token });
    else if (!sameOutcome(step, now)) differences.push({ type: "change", token: now.token });
  }
  for (const step of later.steps) {
    if (step.type === "run" && before.get(step.token.key)?.type !== "run") differences.push({ type: "new", token: step.token });
  }
  return differences;
}

function isWorse(before: BulkRunStep, now: BulkRunStep): boolean {
  const used = ({ use }: BulkRunStep) => (use === "not" ? 0 : use === "unknown" ? 1 : 2);
  return used(now) > used(before) || (now.needsConsent && !before.needsConsent);
}

function sameOutcome(before: BulkRunStep, now: BulkRunStep): boolean {
  return sameChange(before.change, now.change) && before.ipFilter === now.ipFilter && sameRenewal(before.renewal, now.renewal);
}

function sameChange(a: PermissionChange | undefined, b: PermissionChange | undefined): boolean {
  const text = (change: PermissionChange | undefined) => change && `${change.added.join(" ")}\n${change.removed.join(" ")}`;
  return text(a) === text(b);
}
