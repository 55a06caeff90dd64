import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { defaultPolicies, longestMaximumLifetime, shortestMaximumLifetime, type KindPolicy } from "#domain/policy/policy.ts";

import { draftOf, draftSchemaOf, hasEdits } from "./draft.ts";
import { writeDraft } from "./link.ts";
import { draftPart, withDraftPart } from "./linkPart.ts";
import { readDraft, type LinkContext } from "./readLink.ts";

const oddIds = ["office", "none", "id:none", "a b&c=d", "ä/../?#", "yes"];

const anyMaximum = fc.option(fc.integer({ min: shortestMaximumLifetime, max: longestMaximumLifetime }));

/**
 * Maxima of which a link tells each from every other. It keeps 24 bits of each value that was in force, which two taken at random may have in
 * common.
 */
const someMaximum = fc.constantFrom(
  null,
  shortestMaximumLifetime,
  60_001,
  90_061_001,
  30 * day,
  90 * day,
  longestMaximumLifetime,
);

const kindPolicy = (maximumLifetime: fc.Arbitrary<number | null>, hasPermissions: boolean): fc.Arbitrary<KindPolicy> =>
  fc.record({
    enabled: fc.boolean(),
    maximumLifetime,
    ipFilter: fc.option(fc.constantFrom(...oddIds)),
    allowPermissionUpdates: hasPermissions ? fc.boolean() : fc.constant(false),
  });

const policiesWith = (maximum: fc.Arbitrary<number | null>) =>
  fc.record({
    personal: kindPolicy(maximum, false),
    view: kindPolicy(maximum, true),
    organization: kindPolicy(maximum, true),
    system: kindPolicy(maximum, true),
  });

const context: LinkContext = { current: defaultPolicies, withSystem: true, filters: new Set(oddIds), allFilters: true };

const limited = (maximumLifetime: number) => ({
  ...defaultPolicies,
  view: { ...defaultPolicies.view, maximumLifetime },
});

function read(query: string, changes: Partial<LinkContext> = {}) {
  const linked = readDraft(new URLSearchParams(query), { ...context, ...changes });
  if (linked === undefined) throw new Error("There is no draft in the query.");
  return linked;
}

describe("a link to a draft", () => {
  it("says what the draft changes, in short words, and nothing else", () => {
    const form = draftOf({
      ...defaultPolicies,
      view: { ...defaultPolicies.view, ipFilter: "office" },
      system: { ...defaultPolicies.system, enabled: false },
    });
    const typed = { ...form, organization: { ...form.organization, limited: true, amount: " 36 ", unit: "hours" as const } };
    const { from, ...values } = Object.fromEntries(writeDraft(defaultPolicies, typed));
    expect(values).toEqual({ "view.filter": "office", "organization.max": "36h", "system.enabled": "no" });
    expect(from).toMatch(/^[\w-]{60}$/);
    expect([...writeDraft(defaultPolicies, draftOf(defaultPolicies))]).toEqual([]);
  });

  it("opens as the same draft, whatever it changes, through the text of a URL", () => {
    fc.assert(
      fc.property(policiesWith(anyMaximum), policiesWith(anyMaximum), (base, next) => {
        const written = writeDraft(base, draftOf(next));
        const linked = readDraft(new URLSearchParams(written.toString()), { ...context, current: base });
        if (linked === undefined) return expect(hasEdits(base, draftOf(next))).toBe(false);
        expect(draftSchemaOf(base).parse(linked.form)).toEqual(next);
        expect(linked).toMatchObject({ leftOut: [], inForce: [], moved: [] });
        expect(linked.changes).toHaveLength(written.size - 1);
      }),
    );
  });

  it("opens against what is in force then, and tells which values are no longer what it was changed from", () => {
    const policies = policiesWith(someMaximum);
    fc.assert(
      fc.property(policies, policies, policies, (base, next, current) => {
        const linked = readDraft(writeDraft(base, draftOf(next)), { ...context, current });
        if (linked === undefined) return;
        const draft = draftSchemaOf(current).parse(linked.form);
        for (const kind of ["personal", "view", "organization", "system"] as const) {
          for (const field of ["enabled", "maximumLifetime", "ipFilter", "allowPermissionUpdates"] as const) {
            const changed = next[kind][field] !== base[kind][field];
            const is = (value: { kind: string; field: string }) => value.kind === kind && value.field === field;
            expect(draft[kind][field]).toBe(changed ? next[kind][field] : current[kind][field]);
            expect(linked.moved?.some(is)).toBe(current[kind][field] !== base[kind][field]);
            expect(linked.changes.some(is)).toBe(changed && next[kind][field] !== current[kind][field]);
            expect(linked.inForce.some(is)).toBe(changed && next[kind][field] === current[kind][field]);
          }
        }
      }),
    );
  });

  it("keeps the amount and the unit that were typed", () => {
    const form = { ...draftOf(defaultPolicies), view: { ...draftOf(defaultPolicies).view, limited: true, amount: "1.5" } };
    expect(readDraft(writeDraft(defaultPolicies, form), context)?.form).toEqual(form);
  });

  it.each(["", "x", "0", "366000", "1e3"])("leaves out a maximum that could not be applied, and keeps the rest: %j", (amount) => {
    const form = draftOf(defaultPolicies);
    const typed = { ...form, view: { ...form.view, limited: true, amount, allowPermissionUpdates: true } };
    expect([...writeDraft(defaultPolicies, typed).keys()]).toEqual(["view.updates", "from"]);
  });

  it.each([
    ["view.max=90", /number with its unit/],
    ["view.max=-1d", /number with its unit/],
    ["view.max=1e9d", /number with its unit/],
    ["view.max=90weeks", /number with its unit/],
    ["view.max=0d", /shorter or longer/],
    ["view.max=1s", /shorter or longer/],
    [`view.max=${"9".repeat(5000)}d`, /shorter or longer/],
    ["view.max=", /number with its unit/],
    ["view.enabled=maybe", /yes or no/],
    ["view.updates=true", /yes or no/],
    ["view.filter=attic", /no IP filter of this id/],
    ["view.filter=", /no IP filter of this id/],
    ["view.filter=<img src=x onerror=alert(1)>", /no IP filter of this id/],
    ["view.filter=__proto__", /no IP filter of this id/],
    ["personal.updates=yes", /no such value/],
    ["view.colour=red", /no such value/],
    ["view.constructor=yes", /no such value/],
    ["ingest.max=90d", /no such kind/],
    ["__proto__.enabled=no", /no such kind/],
    [".=", /no such kind/],
    ["view.enabled=no&view.enabled=no", /more than once/],
    ["view.max=90d&view.max=30d&view.max=1d", /more than once/],
    ["from=short", /changed from/],
    [`from=${"%".repeat(60)}`, /changed from/],
  ])("names what it cannot read, and leaves it out: %s", (query, why) => {
    const { form, changes, leftOut } = read(query);
    expect(form).toEqual(draftOf(defaultPolicies));
    expect(changes).toEqual([]);
    expect(leftOut).toHaveLength(1);
    expect(leftOut[0]?.why).toMatch(why);
    expect(leftOut[0]?.text.length).toBeLessThanOrEqual(81);
  });

  it("keeps what it can read beside what it cannot", () => {
    const { form, leftOut } = read("view.max=90d&view.max.=1d&system.enabled=never&q=shipper");
    expect(draftSchemaOf(defaultPolicies).parse(form)).toEqual(limited(90 * day));
    expect(leftOut.map(({ text }) => text)).toEqual(["view.max.=1d", "system.enabled=never"]);
  });

  it("changes no policy that the caller may not change", () => {
    const { form, leftOut } = read("system.enabled=no", { withSystem: false });
    expect(form).toEqual(draftOf(defaultPolicies));
    expect(leftOut[0]?.why).toMatch(/may not change/);
  });

  it("does not say that a filter is missing where the filters could not be read", () => {
    const { leftOut } = read("view.filter=attic", { allFilters: false });
    expect(leftOut[0]?.why).toBe("Whether there is an IP filter of this id could not be read.");
  });

  it("never breaks, and never gives a form that could not be typed, whatever a URL says", () => {
    const part = fc.oneof(
      fc.constantFrom("view", "system", "max", "filter", "enabled", "updates", "from", ".", "90d", "no", "none", "office"),
      fc.string({ unit: "binary", maxLength: 12 }),
    );
    const parameter = fc.tuple(part, part, part).map(([kind, field, text]) => [`${kind}.${field}`, text] as const);
    fc.assert(
      fc.property(fc.array(fc.oneof(parameter, fc.tuple(part, part)), { maxLength: 8 }), (pairs) => {
        const params = new URLSearchParams(pairs.map(([parameter, text]) => [parameter, text]));
        const linked = readDraft(params, context);
        expect(linked === undefined).toBe(draftPart(params).size === 0);
        if (linked !== undefined) draftSchemaOf(defaultPolicies).parse(linked.form);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves alone what else stands in the query", () => {
    const query = new URLSearchParams("q=a.b&view.max=1d&sort=-name&from=x&kind=view");
    expect(readDraft(new URLSearchParams("q=a.b&sort=-name"), context)).toBeUndefined();
    expect(withDraftPart(query, writeDraft(defaultPolicies, draftOf(limited(day)))).toString()).toMatch(
      /^q=a.b&sort=-name&kind=view&view.max=1d&from=[\w-]{60}$/,
    );
    expect(withDraftPart(query, new URLSearchParams()).toString()).toBe("q=a.b&sort=-name&kind=view");
  });
});
