import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { decideAddress, type IpFilter } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { filterJudge } from "#domain/filter/judge.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planPolicyChange, totalCounts, type TokenChange } from "#domain/policy/plan.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { aToken, organizationArbitrary, somePolicies, testIpFilters, testNow, tokenId } from "#domain/testing.ts";
import { neverUsed, useOf, type LastUse, type UsedToken } from "#domain/token/lastUse.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";

import { planOrganizationChange, type OrganizationPlan, type OrganizationTotals } from "./plan.ts";
import type { FilterChange, OrganizationChange } from "./resolve.ts";

const now = testNow;
const filters: readonly IpFilter[] = [
  { id: "office", name: "office", ipFilter: "allow 10.0.0.0/8" },
  { id: "vpn", name: "vpn", ipFilter: "allow 192.0.2.0/24" },
  { id: "broken", name: "broken", ipFilter: "allow everybody" },
];
const usedFrom = (from: string | null, ago = 0): LastUse => ({ at: now - ago, from, source: "recorded" });
const fromOffice = usedFrom("10.0.0.1");
const fromVpn = usedFrom("192.0.2.1");

function edit(id: string, text: string): FilterChange {
  const filter = filters.find((each) => each.id === id);
  if (filter === undefined) throw new Error(`There is no filter ${id}.`);
  return { type: "edit", filter, text };
}

function create(name: string, text: string): FilterChange {
  return { type: "create", id: `new:${name}`, name, text };
}

function change(
  next: Partial<Record<TokenKind, Partial<KindPolicy>>>,
  ...filterChanges: readonly FilterChange[]
): OrganizationChange {
  const kinds = tokenKinds.filter((kind) => next[kind] !== undefined);
  return { base: somePolicies(), next: somePolicies(next), kinds, filters: filterChanges };
}

function planOf(of: OrganizationChange, ...tokens: readonly Partial<UsedToken>[]) {
  const all = tokens.map((token, number): UsedToken => ({
    ...aToken({ id: tokenId(token.kind ?? "view", number), ...token }),
    lastUse: token.lastUse,
  }));
  return planOrganizationChange({ tokens: all, change: of, filters, now });
}

describe("a token that keeps a filter whose rules change", () => {
  it.each([
    ["is locked out where they refuse the address that was accepted", "office", fromOffice, "deny all", "locked-out"],
    ["goes on where they still accept its address", "office", fromOffice, "allow 10.0.0.1", undefined],
    ["may be locked out where nobody knows its last use", "office", undefined, "allow 10.0.0.1", "may-be-locked-out"],
    ["may be locked out where it was never used", "office", neverUsed, "allow 10.0.0.1", "may-be-locked-out"],
    [
      "may be locked out where nobody knows from where it was used",
      "office",
      usedFrom(null),
      "allow 10.0.0.1",
      "may-be-locked-out",
    ],
    [
      "may be locked out where what is said of the address is none",
      "office",
      usedFrom("?"),
      "allow 10.0.0.1",
      "may-be-locked-out",
    ],
    ["goes on as before where its address was refused already", "office", fromVpn, "allow 10.0.0.1", undefined],
    ["goes on where the rules before were invalid and refused all", "broken", undefined, "deny all", undefined],
    ["goes on, its address unknown, where only a comment changes", "office", undefined, "# us\nallow 10.0.0.0/8", undefined],
    ["goes on, its address unknown, where more is accepted", "office", undefined, "allow 10.0.0.0/7\nallow 192.0.2.1", undefined],
    [
      "goes on, its address unknown, where rules are only put otherwise",
      "office",
      undefined,
      "allow 10.0.0.0/9; allow 10.128.0.0/9",
      undefined,
    ],
    ["goes on, its address unknown, where all is accepted", "office", undefined, "allow all", undefined],
  ] as const)("%s", (_, ipFilter, lastUse, text, harm) => {
    const { effects, totals } = planOf(change({}, edit(ipFilter, text)), { ipFilter, lastUse });
    expect(effects).toMatchObject([{ editedFilter: ipFilter, disruption: { harm } }]);
    expect(effects[0]?.change).toBeUndefined();
    expect(totals).toMatchObject({ seen: 1, deleted: 0, shortened: 0, filtered: 0, refiltered: 1 });
  });

  it.each(tokenKinds)("is told of the %s kind too, whose policy does not change", (kind) => {
    const other = tokenKinds.find((each) => each !== kind) ?? kind;
    const { effects } = planOf(change({ [other]: { maximumLifetime: 90 * day } }, edit("office", "deny all")), {
      kind,
      ipFilter: "office",
      lastUse: fromOffice,
    });
    expect(effects).toMatchObject([{ editedFilter: "office", disruption: { harm: "locked-out" } }]);
  });

  it("is named once where it is shortened as well, in the worse of the two classes", () => {
    const of = change({ view: { maximumLifetime: 2 * day } }, edit("office", "deny all"));
    const { effects, totals } = planOf(of, { ipFilter: "office", lastUse: fromOffice });
    expect(effects).toMatchObject([
      {
        editedFilter: "office",
        change: { type: "restrict", expireAt: { from: null, to: now + day } },
        disruption: { harm: "locked-out", stops: "within-a-day" },
      },
    ]);
    expect(totals).toMatchObject({
      shortened: 1,
      filtered: 0,
      refiltered: 1,
      stopping: { lockedOut: 1, withinDay: 0, inUse: 1 },
    });
  });

  it("is counted as let in where it was refused and is accepted from now on", () => {
    const of = change({}, edit("office", "allow 192.0.2.0/24"));
    expect(planOf(of, { ipFilter: "office", lastUse: fromVpn }, { ipFilter: "office" }).totals).toMatchObject({
      letIn: 1,
      refiltered: 2,
    });
  });

  it("is left alone where it has expired", () => {
    const { effects, totals } = planOf(change({}, edit("office", "deny all")), {
      ipFilter: "office",
      lastUse: fromOffice,
      expireAt: now,
    });
    expect(effects).toEqual([]);
    expect(totals).toMatchObject({ seen: 1, refiltered: 0 });
  });

  it("is deleted and no more where its kind is disabled", () => {
    const { effects, totals } = planOf(change({ view: { enabled: false } }, edit("office", "deny all")), {
      ipFilter: "office",
      lastUse: fromOffice,
    });
    expect(effects).toMatchObject([{ change: { type: "delete" }, disruption: { harm: "at-once" } }]);
    expect(effects[0]?.editedFilter).toBeUndefined();
    expect(totals).toMatchObject({ deleted: 1, refiltered: 0, stopping: { now: 1, lockedOut: 0, inUse: 1 } });
  });
});

describe("a token that gets another filter", () => {
  it.each([
    [
      "is judged by the new rules of the one that it gets",
      "vpn",
      fromVpn,
      edit("office", "allow 192.0.2.0/24"),
      "office",
      undefined,
    ],
    [
      "is locked out by the new rules of the one that it gets",
      null,
      fromOffice,
      edit("office", "deny all"),
      "office",
      "locked-out",
    ],
    [
      "is judged by the rules in force of the one that it had",
      "office",
      fromOffice,
      edit("office", "deny all"),
      "vpn",
      "locked-out",
    ],
    [
      "goes on as before where the one that it had refused it, new rules or not",
      "office",
      fromVpn,
      edit("office", "allow all"),
      "broken",
      undefined,
    ],
    [
      "is judged by a filter that is yet to be created",
      null,
      fromOffice,
      create("new", "allow 192.0.2.0/24"),
      "new:new",
      "locked-out",
    ],
    [
      "goes on where a filter that is yet to be created accepts it",
      null,
      fromOffice,
      create("new", "allow 10.0.0.1"),
      "new:new",
      undefined,
    ],
    [
      "may be locked out by a filter that is yet to be created",
      null,
      undefined,
      create("new", "allow 10.0.0.1"),
      "new:new",
      "may-be-locked-out",
    ],
    [
      "may be locked out by one whose rules are not known",
      null,
      fromOffice,
      edit("office", "allow all"),
      "unread",
      "may-be-locked-out",
    ],
  ] as const)("%s", (_, had, lastUse, filterChange, gets, harm) => {
    const { effects, totals } = planOf(change({ view: { ipFilter: gets } }, filterChange), { ipFilter: had, lastUse });
    expect(effects).toMatchObject([{ change: { ipFilter: { from: had, to: gets } }, disruption: { harm } }]);
    expect(effects[0]?.editedFilter).toBeUndefined();
    expect(totals).toMatchObject({ filtered: 1, refiltered: 0 });
  });
});

it("what stops or may stop and may be in use comes first, in the order of harm", () => {
  const of = change({ personal: { enabled: false }, view: { maximumLifetime: 2 * day } }, edit("office", "deny all"));
  const { effects } = planOf(
    of,
    { kind: "system", ipFilter: "office", lastUse: fromVpn },
    { kind: "view", lastUse: fromVpn },
    { kind: "system", ipFilter: "office", lastUse: usedFrom("10.0.0.1", 30 * day) },
    { kind: "organization", ipFilter: "office", lastUse: fromOffice },
    { kind: "personal", lastUse: fromVpn },
  );
  expect(effects.map(({ token, disruption }) => [token.kind, disruption.harm])).toEqual([
    ["personal", "at-once"],
    ["organization", "locked-out"],
    ["view", "within-a-day"],
    ["system", "locked-out"],
    ["system", undefined],
  ]);
});

it("says whether new rules may refuse more, to tokens that nobody saw too", () => {
  expect(planOf(change({}, edit("office", "allow 10.0.0.1"))).stricter).toBe(true);
  expect(planOf(change({}, edit("office", "allow all"), create("plant", "deny all"))).stricter).toBe(false);
});

it("no policy is planned where none changes, since none is sent", () => {
  // As a cluster may have them: tokens that do not keep to what is in force.
  const base = somePolicies({ view: { enabled: false } });
  const plan = planOrganizationChange({ tokens: [aToken()], change: { base, next: base, kinds: [], filters: [] }, filters, now });
  expect(plan.effects).toEqual([]);
  expect(plan.totals).toMatchObject({ seen: 1, deleted: 0 });
});

const lastUse = fc.constantFrom(
  undefined,
  neverUsed,
  fromOffice,
  fromVpn,
  usedFrom(null),
  usedFrom("10.0.0.1", 30 * day),
  usedFrom("?"),
);
const rules = fc.constantFrom(
  "allow 10.0.0.0/8",
  "allow 10.0.0.0/7",
  "allow 192.0.2.0/24",
  "allow all",
  "deny all",
  "allow everybody",
  "# c\nallow 10.0.0.0/8",
);
const organization = organizationArbitrary.chain(({ tokens, next }) =>
  fc.record({
    tokens: fc.tuple(...tokens.map((token) => lastUse.map((use): UsedToken => ({ ...token, lastUse: use })))),
    next: fc.constant(next),
    filters: fc.tuple(...testIpFilters.map((id) => rules.map((ipFilter): IpFilter => ({ id, name: id, ipFilter })))),
    edits: fc.array(fc.record({ place: fc.nat(testIpFilters.length - 1), text: rules })),
    changed: fc.subarray([...tokenKinds]),
  }),
);

describe("the plan of any organization", () => {
  it("is that of the policies and what it disrupts, where no filter changes", () => {
    fc.assert(
      fc.property(organization, ({ tokens, next, filters: inForce }) => {
        const { plan, effects, totals } = planOrganizationChange({
          tokens,
          change: { base: somePolicies(), next, kinds: tokenKinds, filters: [] },
          filters: inForce,
          now,
        });
        const expected = planPolicyChange(tokens, next, now);
        const judge = filterJudge((id) => inForce.find((each) => each.id === id)?.ipFilter);
        const { ofChanges, totals: disrupted } = disruptionOf(expected.changes, now, judge);
        expect(plan).toEqual(expected);
        const inOrder = expected.changes
          .map((each, place) => ({ token: each.token, change: each, disruption: ofChanges[place] }))
          .toSorted((a, b) => (a.disruption?.rank ?? 0) - (b.disruption?.rank ?? 0));
        expect(effects).toEqual(inOrder);
        const { seen, deleted, shortened, filtered } = totalCounts(expected);
        expect(totals).toMatchObject({ seen, deleted, shortened, filtered, refiltered: 0 });
        const { now: stopped, inUse, useUnknown, ...later } = totals.stopping;
        const { tokens: all, ...use } = disrupted.stopsOrMayStop;
        expect(Object.values(later).reduce((sum, each) => sum + each, stopped)).toBe(all);
        expect({ inUse, useUnknown }).toEqual(use);
      }),
    );
  });

  it("is what becomes of each token looked at by itself", () => {
    fc.assert(
      fc.property(organization, ({ tokens, next, filters: inForce, edits, changed }) => {
        const texts = new Map(edits.map(({ place, text }) => [place, text]));
        const filterChanges = [...texts].flatMap(([place, text]): FilterChange[] => {
          const filter = inForce[place];
          return filter === undefined || filter.ipFilter === text ? [] : [{ type: "edit", filter, text }];
        });
        const wanted: OrganizationChange = { base: somePolicies(), next, kinds: changed, filters: filterChanges };
        const plan = planOrganizationChange({ tokens, change: wanted, filters: inForce, now });
        expect(summary(plan)).toEqual(looked(tokens, wanted, inForce));
      }),
    );
  });
});

/** What a plan says of each token, by id, and its totals. */
function summary({ effects, totals }: OrganizationPlan) {
  const each = effects.map(({ token, change: of, editedFilter, disruption: { harm } }) => [
    token.id,
    { change: of, editedFilter, harm },
  ]);
  expect(new Set(effects.map(({ token }) => token.id)).size).toBe(effects.length);
  return { each: new Map(each as [string, unknown][]), totals };
}

/** The same told slowly, token by token and address by address. */
function looked(
  tokens: readonly UsedToken[],
  { next, kinds, filters: changes }: OrganizationChange,
  inForce: readonly IpFilter[],
) {
  const before = new Map(inForce.map(({ id, ipFilter }) => [id, ipFilter]));
  const after = new Map([
    ...before,
    ...changes.flatMap((each) => (each.type === "edit" ? [[each.filter.id, each.text] as const] : [])),
  ]);
  const edited = changes.flatMap((each) => (each.type === "edit" ? [each.filter.id] : []));
  const each = new Map<string, unknown>();
  const totals = {
    seen: tokens.length,
    deleted: 0,
    shortened: 0,
    filtered: 0,
    refiltered: 0,
    letIn: 0,
    stopping: { now: 0, withinDay: 0, withinWeek: 0, lockedOut: 0, lockedOutUnknown: 0, inUse: 0, useUnknown: 0 },
  } satisfies OrganizationTotals;
  for (const token of tokens) {
    if (token.expireAt !== null && token.expireAt <= now) continue;
    const found: TokenChange | undefined = kinds.length === 0 ? undefined : planPolicyChange([token], next, now).changes[0];
    const keeps = found?.type !== "delete" && found?.ipFilter === undefined ? token.ipFilter : null;
    const editedFilter = keeps !== null && edited.includes(keeps) ? keeps : undefined;
    if (found === undefined && editedFilter === undefined) continue;
    if (found?.type === "delete") totals.deleted++;
    else {
      if (found?.expireAt) totals.shortened++;
      if (found?.ipFilter) totals.filtered++;
    }
    if (editedFilter !== undefined) totals.refiltered++;
    const { harm, letIn } = fateOf(token, found, editedFilter, before, after);
    if (letIn) totals.letIn++;
    each.set(token.id, { change: found, editedFilter, harm });
    if (harm === undefined) continue;
    const { stopping } = totals;
    const count = (
      {
        "at-once": "now",
        "locked-out": "lockedOut",
        "within-a-day": "withinDay",
        "within-a-week": "withinWeek",
        "may-be-locked-out": "lockedOutUnknown",
      } as const
    )[harm];
    stopping[count]++;
    const use = useOf(token, now);
    if (use === "unknown") stopping.useUnknown++;
    else if (use !== "not") stopping.inUse++;
  }
  return { each, totals };
}

function fateOf(
  token: UsedToken,
  found: TokenChange | undefined,
  editedFilter: string | undefined,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
) {
  if (found?.type === "delete") return { harm: "at-once" as const, letIn: false };
  const to = found?.ipFilter?.to ?? token.ipFilter;
  // Every address that the rules of these tests tell apart.
  const all = ["10.0.0.1", "11.0.0.1", "192.0.2.1", "203.0.113.1", "2001:db8::1"];
  const { from } = token.lastUse ?? { from: null };
  const addresses = from !== null && all.includes(from) ? [from] : all;
  const accepts = (id: string | null, texts: ReadonlyMap<string, string>, address: string) => {
    if (id === null) return true;
    const { rules: read, errors } = parseIpFilter(texts.get(id) ?? "");
    return errors.length === 0 && decideAddress(read, address).allowed;
  };
  const was = addresses.map((address) => accepts(token.ipFilter, before, address));
  const is = addresses.map((address) => accepts(to, after, address));
  const refiltered = found?.ipFilter !== undefined || editedFilter !== undefined;
  // Of two filters that are not the same one it is only told what each does with every address.
  const same = editedFilter !== undefined && was.every((accepted, place) => !accepted || (is[place] ?? false));
  const safe = !refiltered || same || is.every(Boolean) || !was.some(Boolean);
  const lockedOut = safe ? "no" : was.every(Boolean) && !is.some(Boolean) ? "yes" : "unknown";
  const letIn = refiltered && !was.some(Boolean) && is.every(Boolean);
  const stops = (span: number) => {
    if (found?.expireAt === undefined) return false;
    const { from: old, to: end } = found.expireAt;
    return end <= now + span && (old === null || old > now + span);
  };
  const sooner = found?.expireAt !== undefined && found.expireAt.to <= now + day;
  const harm =
    lockedOut === "yes"
      ? ("locked-out" as const)
      : stops(day)
        ? ("within-a-day" as const)
        : !sooner && stops(7 * day)
          ? ("within-a-week" as const)
          : lockedOut === "unknown"
            ? ("may-be-locked-out" as const)
            : undefined;
  return { harm, letIn };
}
