import { nameInText } from "#domain/name.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { FilterName } from "#web/state/organization.tsx";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";
import { localAndUtcTime } from "#web/ui/times.ts";

import type { Message } from "./mailto.ts";
import { toldFates, type AffectedToken, type ToldFate, type OwnerGroup } from "./owners.ts";
import type { ListedRights } from "./rights.ts";

/** What the texts depend on beside the tokens. */
export interface WarningContext {
  /** Whether the change is still a draft, or was made. */
  readonly phase: "planned" | "made";
  /** The moment for which it was worked out, or at which it was made: ms since epoch. */
  readonly at: number;
  /** What the organization is called; undefined where that is not known. */
  readonly organization: string | undefined;
  readonly filterName: FilterName;
  /** What a token may do; undefined where it was not read, or could not be. */
  readonly rightsOf: (id: string) => ListedRights | undefined;
}

/** Longer lists of views or permissions are cut in a text. */
const mostNamed = 5;

/** What an owner has to know of a change: which of their tokens, what happens to each, when, and what to do. */
export function warningTo(group: OwnerGroup, context: WarningContext): Message {
  const parts = toldFates.flatMap((fate) => {
    const tokens = group.tokens[fate];
    return tokens.length === 0 ? [] : [part(fate, tokens, context)];
  });
  return { subject: subjectOf(group, context), body: [greeting(group), opening(group, context), ...parts].join("\n\n") };
}

/** What stands in a message whose text is too long for a link. */
export function shortBody(group: OwnerGroup, context: WarningContext): string {
  return `${greeting(group)}\n\n${opening(group, context)}\n\n[Paste the copied text here.]`;
}

function greeting({ owner }: OwnerGroup): string {
  return owner?.kind === "user" || owner?.kind === "written" ? `Hello ${nameInText(owner.name)},` : "Hello,";
}

function opening(group: OwnerGroup, { phase, at, organization }: WarningContext): string {
  const where = organization === undefined ? "LogScale" : nameInText(organization);
  const made =
    phase === "planned"
      ? `A change of the token security policies of ${where} is planned. It is not made yet; this tells what it would do on ${localAndUtcTime(at)}.`
      : `The token security policies of ${where} were changed on ${localAndUtcTime(at)}.`;
  const stops =
    group.harmed.tokens === 0
      ? ""
      : ` ${count(group.harmed.tokens)} of them ${group.harmed.tokens === 1 ? "stops" : "stop"} or may stop working.`;
  return `${made} It affects ${whoseTokens(group)}.${stops}`;
}

function whoseTokens({ owner, total }: OwnerGroup): string {
  const tokens = countOf(total, "API token");
  if (owner === undefined) return `${tokens} whose owner we do not know. If one of them is yours, please tell us`;
  const called = nameInText(owner.name);
  switch (owner.kind) {
    case "user":
      return `${tokens} that ${total === 1 ? "is yours or was created by you" : "are yours or were created by you"}`;
    case "written":
      return `${tokens} of which ${called} is written down as the owner`;
    case "token":
      return `${tokens} created by the token ${called}`;
    case "administrator":
      return `${tokens} created by the local administrator`;
    case "unknown":
      return `${tokens} created under the name ${called}`;
    default:
      return owner satisfies never;
  }
}

/** What a message is about, in a line. */
export function subjectOf({ total, harmed: { tokens } }: OwnerGroup, { phase }: WarningContext): string {
  const change = phase === "planned" ? "Planned change" : "Change";
  return tokens > 0
    ? `${change} of token policies: ${countOf(tokens, "API token")} ${tokens === 1 ? "stops" : "stop"} or may stop working`
    : `${change} of token policies: ${countOf(total, "API token")} affected`;
}

function part(fate: ToldFate, tokens: readonly AffectedToken[], context: WarningContext): string {
  const kinds = new Set(tokens.map(({ change }) => change.token.kind));
  return [
    `${titleOf(fate, context)} (${count(tokens.length)})`,
    ...tokens.map((token) => tokenText(token, context)),
    `What to do: ${whatToDo(fate, kinds, context)}`,
  ].join("\n");
}

function titleOf(fate: ToldFate, { phase }: WarningContext): string {
  const planned = phase === "planned";
  switch (fate) {
    case "at-once":
      return planned ? "Stops working as soon as the change is made" : "Has stopped working";
    case "locked-out":
      return planned
        ? "Refused from the address of its last use as soon as the change is made"
        : "Refused from the address of its last use";
    case "within-a-day":
      return "Stops working within 24 hours";
    case "within-a-week":
      return "Stops working within 7 days";
    case "may-be-locked-out":
      return planned ? "May be refused as soon as the change is made" : "May be refused";
    case "other":
      return "Goes on working for now";
    default:
      return fate satisfies never;
  }
}

function tokenText({ change }: AffectedToken, context: WarningContext): string {
  const { token } = change;
  return [
    `- ${nameInText(token.name)} (${kindTraits[token.kind].noun} token, id ${token.id})`,
    ...effectLines(change, context).map((line) => `  ${line}`),
    ...rightsLines(token, context).map((line) => `  ${line}`),
    `  ${useLine(token)}`,
  ].join("\n");
}

function effectLines(change: TokenChange<SeenToken>, { phase, filterName }: WarningContext): string[] {
  const expiry = (at: SeenToken["expireAt"]) => (at === null ? "never" : localAndUtcTime(at));
  if (change.type === "delete") {
    return [
      phase === "planned"
        ? `It will be deleted. Without the change it would expire: ${expiry(change.token.expireAt)}.`
        : "It was deleted, and cannot be brought back.",
    ];
  }
  const { expireAt, ipFilter } = change;
  const filter = (id: string | null) => (id === null ? "none" : nameInText(filterName(id)));
  return [
    ...(expireAt ? [`It expires on ${localAndUtcTime(expireAt.to)}; before the change: ${expiry(expireAt.from)}.`] : []),
    ...(ipFilter
      ? [`It works only from addresses of the IP filter ${filter(ipFilter.to)}; filter before: ${filter(ipFilter.from)}.`]
      : []),
  ];
}

function rightsLines({ id, kind }: SeenToken, { rightsOf }: WarningContext): string[] {
  if (kind === "personal") return [];
  const { views, permissions } = rightsOf(id) ?? {};
  return [
    ...(views === undefined ? [] : [`Views: ${some(views.map(({ name }) => nameInText(name)))}.`]),
    ...(permissions === undefined ? [] : [`Permissions: ${some(permissions)}.`]),
  ];
}

function some(words: readonly string[]): string {
  if (words.length === 0) return "none";
  if (words.length <= mostNamed) return listWords(words);
  return `${words.slice(0, mostNamed).join(", ")} and ${count(words.length - mostNamed)} more`;
}

function useLine({ lastUse }: SeenToken): string {
  if (lastUse === undefined) return "Last used: not known.";
  if (lastUse.at === null) return "Last used: never.";
  const from = lastUse.from === null ? "from an address that is not known" : `from ${lastUse.from}`;
  return `Last used: ${localAndUtcTime(lastUse.at)}, ${from}${lastUse.source === "recorded" ? "" : "; perhaps later as well"}.`;
}

function whatToDo(fate: ToldFate, kinds: ReadonlySet<TokenKind>, { phase }: WarningContext): string {
  const how = kinds.has("personal")
    ? "create a new one (a personal token on your account page) and put it where this one is used"
    : "create a new one and put it where this one is used";
  switch (fate) {
    case "at-once":
      return phase === "planned"
        ? `if it is still needed, ${how}, with an expiry that the new policy allows, before the change is made. Or tell us why it must not be made.`
        : `if it is still needed, ${how}.`;
    case "within-a-day":
    case "within-a-week":
      return `if it is still needed, ${how}, before it expires. A rotation does not make it live longer.`;
    case "locked-out":
      return `use it from an address that the filter accepts, or ask us to let yours in${phase === "planned" ? " before the change is made" : ""}.`;
    case "may-be-locked-out":
      return `check that the filter accepts every address from which you use it, and ask us to let in those that it does not${phase === "planned" ? " before the change is made" : ""}.`;
    case "other":
      return "nothing at once. Note the new expiry, and from which addresses it may be used.";
    default:
      return fate satisfies never;
  }
}
