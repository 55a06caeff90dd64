import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import type { Long } from "#domain/long.ts";
import { grantedToViewTokens } from "#domain/token/permissions.ts";
import { permissionDifference } from "#domain/token/permissionWords.ts";

import type { ThingsInForce, InForceToken, IngestTokenInForce } from "./inForce.ts";
import type { WantedRule, WantedThing, WantedToken } from "./model.ts";

/** What a thing in force has otherwise than a resource asks for; `from` is in force, `to` is asked for. Names, not ids. */
export type ResourceDifference =
  | {
      readonly field: "permissions" | "views";
      /** What is asked for and not in force. */
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly field: "expireAt"; readonly from: Long | null; readonly to: Long | null }
  | { readonly field: "ipFilter" | "parser"; readonly from: string | null; readonly to: string | null }
  | { readonly field: "rules"; readonly from: string; readonly to: string };

/** A field in which two things can differ. */
export type DifferingField = ResourceDifference["field"];

/** How a resource compares with what is there. */
export interface ResourceComparison {
  readonly differences: readonly ResourceDifference[];
  /** What could not be compared, since it could not be read. */
  readonly unsure: readonly DifferingField[];
}

export function compareToken(wanted: WantedToken, token: InForceToken, inForce: ThingsInForce): ResourceComparison {
  const differences: ResourceDifference[] = [];
  const unsure: DifferingField[] = [];
  const compare = (field: "permissions" | "views", difference: SetDifference | undefined) => {
    if (difference === undefined) unsure.push(field);
    else if (difference.added.length + difference.removed.length > 0) differences.push({ field, ...difference });
  };
  compare("permissions", token.permissions && permissionsBetween(wanted, token.permissions));
  if (wanted.type === "view")
    compare(
      "views",
      token.views &&
        setDifference(
          token.views.map(({ name }) => name),
          wanted.views,
        ),
    );
  // Resources have whole seconds.
  if (wholeSeconds(token.expireAt) !== wanted.expireAt)
    differences.push({ field: "expireAt", from: token.expireAt, to: wanted.expireAt });
  const filter = filterDifference(wanted, token, inForce);
  if (filter === "unknown") unsure.push("ipFilter");
  else if (filter !== undefined) differences.push(filter);
  return { differences, unsure };
}

interface SetDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

function permissionsBetween({ type, permissions }: WantedToken, inForce: readonly string[]): SetDifference {
  // What every view token gets unasked is no difference.
  const asked = (names: readonly string[]) => (type === "view" ? names.filter((name) => name !== grantedToViewTokens) : names);
  return permissionDifference(type, asked(inForce), asked(permissions));
}

function setDifference(from: readonly string[], to: readonly string[]): SetDifference {
  const [before, after] = [new Set(from), new Set(to)];
  return { added: to.filter((name) => !before.has(name)), removed: from.filter((name) => !after.has(name)) };
}

function wholeSeconds(at: Long | null): Long | null {
  return typeof at === "number" ? Math.floor(at / 1000) * 1000 : at;
}

function filterDifference(
  { type, ipFilter: wanted }: WantedToken,
  { ipFilter }: InForceToken,
  { filters, policies }: ThingsInForce,
): ResourceDifference | "unknown" | undefined {
  if (wanted === null) {
    // A policy gives its own filter to a token that is created without one.
    if (ipFilter === null || ipFilter === policies[type].ipFilter) return undefined;
  } else if (ipFilter !== null && filters.type === "unseen") {
    return "unknown";
  } else if (filters.type === "seen" && filters.all.some(({ id, name }) => id === ipFilter && name === wanted)) {
    return undefined;
  }
  return { field: "ipFilter", from: ipFilter === null ? null : (nameOfFilter(filters, ipFilter) ?? ipFilter), to: wanted };
}

function nameOfFilter(filters: ThingsInForce["filters"], id: string): string | undefined {
  return filters.type === "seen" ? filters.all.find((filter) => filter.id === id)?.name : undefined;
}

/** The text of a filter as the operator writes it. */
export function rulesText(rules: readonly WantedRule[]): string {
  return rules.map(({ action, target }) => `${action} ${target}`).join("\n");
}

/** Comments and the way in which rules are set apart make no difference. */
export function compareFilter(
  { rules }: Extract<WantedThing, { readonly type: "ip-filter" }>,
  { ipFilter }: IpFilter,
): ResourceComparison {
  const to = rulesText(rules);
  const there = parseIpFilter(ipFilter);
  const same = ipFilter === to || (there.errors.length === 0 && rulesText(there.rules) === to);
  return { differences: same ? [] : [{ field: "rules", from: ipFilter, to }], unsure: [] };
}

export function compareIngest(
  { parser: to }: Extract<WantedThing, { readonly type: "ingest" }>,
  { parser: from }: IngestTokenInForce,
): ResourceComparison {
  return { differences: from === to ? [] : [{ field: "parser", from, to }], unsure: [] };
}
