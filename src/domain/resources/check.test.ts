import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { disruptionOf } from "#domain/policy/disruption.ts";
import { planPolicyChange } from "#domain/policy/plan.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { aToken, somePolicies, testNow, tokenId } from "#domain/testing.ts";

import { checkResources, type CheckedResource } from "./check.ts";
import { readingsFor, type ThingsInForce, type InForceToken, type PlanInView } from "./inForce.ts";
import type { OperatorResource, WantedThing, WantedToken } from "./model.ts";
import { notesOn, planNotes } from "./words.ts";

const later = testNow + 30 * day;

function aResource(thing: WantedThing, more: Partial<OperatorResource> = {}): OperatorResource {
  return { thing, resourceName: "r", cluster: "logs", madeId: null, remarks: [], ...more };
}

function wantedView(more: Partial<WantedToken> = {}): OperatorResource {
  return aResource({
    type: "view",
    name: "deploy",
    permissions: ["ReadAccess"],
    views: ["web"],
    expireAt: later,
    ipFilter: null,
    ...more,
  });
}

function viewToken(more: Partial<InForceToken> = {}): InForceToken {
  return {
    ...aToken({ name: "deploy", expireAt: later }),
    permissions: ["ReadAccess", "OrganizationOwnedQueries"],
    views: [{ id: "w", name: "web" }],
    ...more,
  };
}

function inForce(more: Partial<ThingsInForce> = {}): ThingsInForce {
  return {
    policies: somePolicies(),
    filters: {
      type: "seen",
      all: [
        { id: "f1", name: "office", ipFilter: "allow 10.0.0.0/8" },
        { id: "f2", name: "vpn", ipFilter: "# ours\nallow 10.1.0.0/16; deny all" },
      ],
    },
    tokens: {
      view: { tokens: [viewToken()], unseen: undefined },
      organization: { tokens: [], unseen: undefined },
      system: { tokens: [], unseen: undefined },
    },
    domains: {
      type: "seen",
      all: [
        { id: "w", name: "web" },
        { id: "s", name: "shop" },
      ],
    },
    ingest: new Map([["weblogs", { type: "seen", all: [{ name: "nginx", parser: "accesslog" }] }]]),
    ...more,
  };
}

const withViews = (...tokens: InForceToken[]) => inForce({ tokens: { view: { tokens, unseen: undefined } } });
const withFewViews = (...tokens: InForceToken[]) => inForce({ tokens: { view: { tokens, unseen: "Only some are seen." } } });

function checkOne(resource: OperatorResource, there: ThingsInForce = inForce(), plan?: PlanInView): CheckedResource {
  const [checked] = checkResources([resource], there, { now: testNow, plan });
  if (checked === undefined) throw new Error("There is no result.");
  return checked;
}

const name = (text: string) => text;
const notes = (checked: CheckedResource) => notesOn(checked, { name, placeOf: (index) => `place ${index}` });

describe("a token that a resource asks for", () => {
  it("exists where all that the resource says is in force, whatever is granted unasked or taken apart", () => {
    expect(checkOne(wantedView())).toMatchObject({
      verdict: "exists",
      found: { type: "exists", thing: { name: "deploy" } },
      refusals: [],
    });
    const composed = ["CreateFiles", "UpdateFiles", "DeleteFiles", "OrganizationOwnedQueries"];
    expect(checkOne(wantedView({ permissions: ["ChangeFiles"] }), withViews(viewToken({ permissions: composed }))).verdict).toBe(
      "exists",
    );
    const expireAt = later + 999;
    expect(checkOne(wantedView(), withViews(viewToken({ expireAt }))).verdict).toBe("exists");
  });

  it("exists with the filter that the policy gives to a token created without one, and with no other", () => {
    const guarded = (enforced: string | null) => ({
      ...withViews(viewToken({ ipFilter: "f1" })),
      policies: somePolicies({ view: { ipFilter: enforced } }),
    });
    expect(checkOne(wantedView(), guarded("f1")).verdict).toBe("exists");
    expect(checkOne(wantedView(), guarded(null)).found).toMatchObject({
      differences: [{ field: "ipFilter", from: "office", to: null }],
    });
    expect(checkOne(wantedView({ ipFilter: "office" }), guarded(null)).verdict).toBe("exists");
    expect(checkOne(wantedView({ ipFilter: "vpn" }), guarded(null)).found).toMatchObject({
      differences: [{ field: "ipFilter", from: "office", to: "vpn" }],
    });
  });

  it("differs in whatever is in force otherwise, from what to what", () => {
    const token = viewToken({ permissions: ["ReadAccess", "ChangeParsers"], views: [{ id: "s", name: "shop" }], expireAt: null });
    const checked = checkOne(wantedView({ permissions: ["ReadAccess", "ChangeFiles"] }), withViews(token));
    expect(checked.found).toMatchObject({
      type: "differs",
      differences: [
        { field: "permissions", added: ["CreateFiles", "UpdateFiles", "DeleteFiles"], removed: ["ChangeParsers"] },
        { field: "views", added: ["web"], removed: ["shop"] },
        { field: "expireAt", from: null, to: later },
      ],
    });
    expect(checked.verdict).toBe("differs");
    expect(notes(checked).join(" ")).toContain(
      "LogScale never changes the repositories and views, expiry of a token that exists: delete the token, and the operator makes it as written, with another value. What uses the one before fails at once.",
    );
  });

  it("is refused where its permissions differ and the policy does not let them be changed", () => {
    const there = { ...withViews(viewToken()), policies: somePolicies({ view: { allowPermissionUpdates: false } }) };
    const checked = checkOne(wantedView({ permissions: ["ChangeParsers"] }), there);
    expect(checked).toMatchObject({ verdict: "refused", refusals: [{ by: "policy", field: "permissions" }] });
    const allowing = { ...there, policies: somePolicies({ view: { allowPermissionUpdates: true } }) };
    expect(checkOne(wantedView({ permissions: ["ChangeParsers"] }), allowing).verdict).toBe("differs");
  });

  it("is missing where all were seen and none has its name, or it has expired", () => {
    expect(checkOne(wantedView({ name: "other" }))).toMatchObject({ verdict: "missing", refusals: [] });
    expect(checkOne(wantedView(), withViews(viewToken({ expireAt: testNow }))).verdict).toBe("missing");
    const organization = aResource({
      type: "organization",
      name: "deploy",
      permissions: ["ViewUsage"],
      views: [],
      expireAt: null,
      ipFilter: null,
    });
    expect(checkOne(organization).verdict).toBe("missing");
  });

  it("is not seen, and never missing, where not all could be seen", () => {
    const checked = checkOne(wantedView({ name: "other" }), withFewViews(viewToken()));
    expect(checked).toMatchObject({ verdict: "not-seen", found: { type: "not-seen", why: "Only some are seen." } });
    // Nor is it merely refused: that nobody knows whether it is there is the graver.
    const refused = checkOne(wantedView({ name: "other", permissions: ["ManageUsers"] }), withFewViews());
    expect(refused).toMatchObject({ verdict: "not-seen", refusals: [{ field: "permissions" }] });
    // What is seen can be compared all the same.
    expect(checkOne(wantedView(), withFewViews(viewToken())).verdict).toBe("exists");
  });

  it("is not seen where what the resource says of it could not be compared", () => {
    const rights: InForceToken = aToken({ name: "deploy", expireAt: later });
    expect(checkOne(wantedView(), withViews(rights))).toMatchObject({
      verdict: "not-seen",
      found: { type: "differs", differences: [], unsure: ["permissions", "views"] },
    });
    const filters = { type: "unseen", why: "No." } as const;
    const guarded = { ...withViews(viewToken({ ipFilter: "f1" })), filters };
    expect(checkOne(wantedView({ ipFilter: "office" }), guarded).found).toMatchObject({ unsure: ["ipFilter"] });
    // That there is none is known without the names.
    expect(checkOne(wantedView({ ipFilter: "office" }), { ...withViews(viewToken()), filters }).found).toMatchObject({
      differences: [{ from: null, to: "office" }],
      unsure: [],
    });
  });

  it("is ambiguous where several have its name, and says how many are as written", () => {
    const [a, b, c] = [0, 1, 2].map((number) => viewToken({ id: tokenId("view", number) }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("There are three.");
    const several = withViews(a, { ...b, expireAt: null }, c);
    const checked = checkOne(wantedView(), several);
    expect(checked.verdict).toBe("ambiguous");
    expect(checked.found).toMatchObject({ among: [{ asWritten: true }, { asWritten: false }, { asWritten: true }] });
    expect(notes(checked)[0]).toMatch(/^3 have this name, and 2 of them are as written\./u);
    // The id that the operator wrote into the resource tells its own from the others.
    expect(checkOne({ ...wantedView(), madeId: b.id }, several).found).toMatchObject({ type: "differs", thing: { id: b.id } });
    expect(checkOne({ ...wantedView(), madeId: "gone" }, several).verdict).toBe("ambiguous");
  });
});

describe("a token that would have to be made", () => {
  const missing = (more: Partial<WantedToken> = {}) => wantedView({ name: "new", ...more });
  const under = (policies: Policies, resource = missing()) => {
    const { verdict, refusals } = checkOne(resource, { ...inForce(), policies });
    return [verdict, ...refusals.map(({ by, field }) => `${by} ${field}`)];
  };

  it("is refused by the policy for the reasons that the form of a new token gives", () => {
    expect(under(somePolicies())).toEqual(["missing"]);
    expect(under(somePolicies({ view: { enabled: false } }))).toEqual(["refused", "policy null"]);
    expect(under(somePolicies({ view: { maximumLifetime: day } }))).toEqual(["refused", "policy expireAt"]);
    expect(under(somePolicies({ view: { maximumLifetime: day } }), missing({ expireAt: null }))).toEqual([
      "refused",
      "policy expireAt",
    ]);
    expect(under(somePolicies({ view: { maximumLifetime: 30 * day } }))).toEqual(["missing"]);
    expect(under(somePolicies({ view: { ipFilter: "f1" } }), missing({ ipFilter: "vpn" }))).toEqual([
      "refused",
      "policy ipFilter",
    ]);
    expect(under(somePolicies({ view: { ipFilter: "f1" } }), missing({ ipFilter: "office" }))).toEqual(["missing"]);
    expect(under(somePolicies({ view: { ipFilter: "f1" } }))).toEqual(["missing"]);
  });

  it("is told of an expiry and a filter that both break the policy", () => {
    const policies = somePolicies({ view: { maximumLifetime: day, ipFilter: "f1" } });
    expect(under(policies, missing({ ipFilter: "vpn" }))).toEqual(["refused", "policy expireAt", "policy ipFilter"]);
  });

  it("is refused for what the request itself lacks", () => {
    const refusals = (more: Partial<WantedToken>) => checkOne(missing(more)).refusals.map(({ by, field }) => `${by} ${field}`);
    expect(refusals({ permissions: [] })).toEqual(["request permissions"]);
    expect(refusals({ views: [] })).toEqual(["request views"]);
    expect(refusals({ views: ["web", "nowhere"] })).toEqual(["request views"]);
    expect(refusals({ ipFilter: "nowhere" })).toEqual(["request ipFilter"]);
    expect(refusals({ expireAt: testNow })).toEqual(["request expireAt"]);
    expect(refusals({ name: " x\u202E" })).toEqual(["request name"]);
  });

  it("is refused for a permission of another kind, and for one that nobody knows and no token has", () => {
    const messages = (permissions: string[], there = inForce()) =>
      checkOne(missing({ permissions }), there).refusals.map(({ message }) => message);
    expect(messages(["ReadAccess", "ManageUsers"])).toEqual([
      "View tokens have no permission ManageUsers: it is a permission of organization tokens.",
    ]);
    expect(messages(["Fly"])).toEqual(["View tokens have no permission Fly: Tokenhouse does not know it; a newer LogScale may."]);
    expect(messages(["Fly"], withViews(viewToken({ permissions: ["Fly"] })))).toEqual([]);
  });

  it("may name a filter and a repository that the same files make", () => {
    const filter = aResource({ type: "ip-filter", name: "new filter", rules: [{ action: "allow", target: "all" }] });
    const token = missing({ views: ["new repository"], ipFilter: "new filter" });
    const options = { now: testNow, madeByOthers: new Set(["new repository"]) };
    expect(checkResources([token, filter], inForce(), options).map(({ verdict }) => verdict)).toEqual(["missing", "missing"]);
    const enforcing = { ...inForce(), policies: somePolicies({ view: { ipFilter: "f1" } }) };
    expect(checkResources([token, filter], enforcing, options)[0]).toMatchObject({
      refusals: [{ by: "policy", field: "ipFilter" }],
    });
  });

  it("is refused in place of one that differs in what LogScale never changes", () => {
    const there = {
      ...withViews(viewToken({ expireAt: testNow + day })),
      policies: somePolicies({ view: { maximumLifetime: day } }),
    };
    expect(checkOne(wantedView(), there)).toMatchObject({
      verdict: "refused",
      found: { type: "differs" },
      refusals: [{ field: "expireAt" }],
    });
  });
});

describe("an IP filter that a resource asks for", () => {
  const filter = (name: string, ...rules: string[]) =>
    aResource({
      type: "ip-filter",
      name,
      rules: rules.map((rule) => ({ action: rule.split(" ")[0] ?? "", target: rule.split(" ")[1] ?? "" })),
    });

  it("exists where its rules are in force in their order, however they are written", () => {
    expect(checkOne(filter("office", "allow 10.0.0.0/8")).verdict).toBe("exists");
    expect(checkOne(filter("vpn", "allow 10.1.0.0/16", "deny all")).verdict).toBe("exists");
    expect(checkOne(filter("vpn", "deny all", "allow 10.1.0.0/16")).found).toMatchObject({
      differences: [{ field: "rules", from: "# ours\nallow 10.1.0.0/16; deny all", to: "deny all\nallow 10.1.0.0/16" }],
    });
  });

  it("is missing, ambiguous or not seen as a token is", () => {
    expect(checkOne(filter("home", "allow all")).verdict).toBe("missing");
    const twice = { id: "f3", name: "office", ipFilter: "deny all" };
    const there = inForce();
    if (there.filters.type === "unseen") throw new Error("They are seen.");
    const twins = { ...there, filters: { type: "seen", all: [...there.filters.all, twice] } } as const;
    expect(checkOne(filter("office", "deny all"), twins).verdict).toBe("ambiguous");
    expect(checkOne({ ...filter("office", "deny all"), madeId: "f3" }, twins).verdict).toBe("exists");
    expect(checkOne(filter("home", "deny all"), { ...there, filters: { type: "unseen", why: "No." } }).verdict).toBe("not-seen");
  });
});

describe("an ingest token that a resource asks for", () => {
  const ingest = (name: string, repository: string, parser: string | null) =>
    aResource({ type: "ingest", name, repository, parser });

  it("is compared by its parser, and is not seen where its repository's tokens are not", () => {
    expect(checkOne(ingest("nginx", "weblogs", "accesslog")).verdict).toBe("exists");
    expect(checkOne(ingest("nginx", "weblogs", null)).found).toMatchObject({
      differences: [{ field: "parser", from: "accesslog", to: null }],
    });
    const there = inForce({ ingest: new Map([["shop", { type: "unseen", why: "Refused." }]]) });
    expect(checkOne(ingest("nginx", "shop", null), there).verdict).toBe("not-seen");
  });

  it("is refused where there is no such repository, unless the same files make it", () => {
    const there = inForce({ ingest: new Map([["nowhere", { type: "seen", all: [] }]]) });
    const resource = ingest("nginx", "nowhere", null);
    expect(checkOne(resource, there)).toMatchObject({ verdict: "refused", refusals: [{ by: "request", field: "repository" }] });
    const options = { now: testNow, madeByOthers: new Set(["nowhere"]) };
    expect(checkResources([resource], there, options)[0]?.verdict).toBe("missing");
  });
});

describe("resources that mean the same", () => {
  it("are told of each other, unless they are for different clusters", () => {
    const all = [wantedView(), wantedView({ views: ["shop"] }), { ...wantedView(), cluster: "staging" }];
    const checked = checkResources(all, inForce(), { now: testNow });
    expect(checked.map(({ repeatedBy }) => repeatedBy)).toEqual([[1], [0], []]);
    expect(checked.map(({ verdict }) => verdict)).toEqual(["repeated", "repeated", "exists"]);
    expect(checked[0] && notes(checked[0])).toEqual(["The same view token is asked for at place 1 too."]);
  });
});

describe("a plan", () => {
  const plan = (policies: Policies, ...tokens: InForceToken[]): PlanInView => {
    const { changes } = planPolicyChange(tokens, policies, testNow);
    const { ofChanges } = disruptionOf(changes, testNow, () => "accepts");
    return {
      policies,
      filters: [{ id: "f1", name: "office" }],
      effects: new Map(
        changes.flatMap((change, index) => {
          const disruption = ofChanges[index];
          return disruption === undefined ? [] : [[change.token.id, { change, disruption }]];
        }),
      ),
    };
  };
  const told = (checked: CheckedResource, next: Policies) =>
    planNotes(checked, { next, now: testNow, formatInstant: String, filterName: String, harm: (harm) => harm });

  it("stops what it deletes, when and why, and says that the operator cannot make it again", () => {
    const next = somePolicies({ view: { enabled: false } });
    const checked = checkOne(wantedView(), inForce(), plan(next, viewToken()));
    expect(checked.verdict).toBe("stopped");
    expect(told(checked, next)).toEqual([
      "With the plan: at-once.",
      "View tokens are disabled.",
      "The operator could not make it again: View tokens are disabled by the security policy.",
    ]);
  });

  it("stops what ends within a week, and only tells of what it merely shortens", () => {
    const short = somePolicies({ view: { maximumLifetime: 3 * day } });
    expect(checkOne(wantedView(), inForce(), plan(short, viewToken()))).toMatchObject({
      verdict: "stopped",
      afterPlan: { effect: { disruption: { harm: "within-a-week" } }, refusals: [] },
    });
    const long = somePolicies({ view: { maximumLifetime: 20 * day } });
    const checked = checkOne(wantedView(), inForce(), plan(long, viewToken()));
    expect(checked.verdict).toBe("exists");
    expect(told(checked, long)).toHaveLength(1);
  });

  it("stops what could no longer be made, and does not repeat what is refused already", () => {
    const next = somePolicies({ view: { maximumLifetime: day } });
    const resource = wantedView({ name: "new" });
    expect(checkOne(resource, inForce(), plan(next))).toMatchObject({
      verdict: "stopped",
      afterPlan: { refusals: [{ field: "expireAt" }] },
    });
    const refusing = { ...inForce(), policies: next };
    expect(checkOne(resource, refusing, plan(next))).toMatchObject({ verdict: "refused", afterPlan: { refusals: [] } });
  });
});

describe("what has to be read", () => {
  it("is what the resources name, and no more", () => {
    expect(readingsFor([])).toEqual({ kinds: [], filters: false, domains: false, repositories: [] });
    const ingest = aResource({ type: "ingest", name: "a", repository: "weblogs", parser: null });
    expect(readingsFor([ingest, ingest])).toEqual({ kinds: [], filters: false, domains: true, repositories: ["weblogs"] });
    expect(readingsFor([wantedView()])).toEqual({ kinds: ["view"], filters: true, domains: true, repositories: [] });
  });
});
