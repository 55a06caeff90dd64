import { day } from "#domain/duration.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { inventoryKinds, type InventoryKind, type InventoryToken, type TokenRights } from "#domain/inventory/item.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { testNow } from "#domain/testing.ts";

import type { FindingsContext, KnownPeople, KnownPerson } from "./facts.ts";

let made = 0;

/** A token on which no rule finds anything as long as nothing is put in, made 30 days before {@link testNow} and used a day before. */
export function aListed(overrides: Partial<InventoryToken> = {}): InventoryToken {
  const kind: InventoryKind = overrides.kind ?? "view";
  const number = String(++made).padStart(6, "0");
  return {
    key: `${kind}:${number}`,
    kind,
    id: kind === "ingest" || kind === "fleet" ? undefined : number,
    name: `token ${number}`,
    createdAt: testNow - 30 * day,
    expireAt: kind === "ingest" || kind === "fleet" ? null : testNow + 60 * day,
    ipFilter: kind === "ingest" || kind === "fleet" ? null : "office",
    lastUse: { at: testNow - day, from: "10.0.0.1", source: "recorded" },
    owner: kind === "personal" ? { kind: "user", id: "ada", name: "ada" } : { kind: "administrator", id: null, name: null },
    ...(kind === "ingest" && { ingest: { repository: "web", parser: null, isCustom: false, weakness: null, events: 5 } }),
    ...(kind === "fleet" && { fleet: { handle: number, configuration: { id: "c", name: "linux" } } }),
    ...overrides,
  };
}

export const testFilters = new Map(
  Object.entries({
    office: "allow 10.0.0.0/8",
    open: "deny 10.0.0.0/8",
    all: "allow 0.0.0.0/0\nallow ::/0",
    none: "deny all",
    broken: "allow 10.0.0.0/8\nnonsense",
  }).map(([id, ipFilter]) => [id, { name: `the ${id} filter`, ipFilter }]),
);

export function somePeople(...people: readonly KnownPerson[]): KnownPeople {
  return {
    byId: new Map(people.map((person) => [person.id, person])),
    byName: new Map(people.map((person) => [person.username, person])),
  };
}

/** What findings are judged by where everything could be read, with what a test cares about put in. */
export function aContext(overrides: Partial<FindingsContext> = {}): FindingsContext {
  const harmless: TokenRights = { permissions: ["ReadAccess"], views: ["web"] };
  const { filters = testFilters } = overrides;
  return {
    now: testNow,
    thresholds: usualThresholds,
    judge: filterJudge((id) => filters.get(id)?.ipFilter),
    filters,
    policies: defaultPolicies,
    people: somePeople({ id: "ada", username: "ada", holdings: undefined }),
    rightsOf: () => harmless,
    complete: new Set(inventoryKinds),
    ...overrides,
  };
}
