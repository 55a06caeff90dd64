import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as z from "zod";

import { day } from "#domain/duration.ts";
import { planPolicyChange, type PlannableToken } from "#domain/policy/plan.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { applyPlan, aToken, organizationArbitrary, somePolicies, testIpFilters, testNow, tokenId } from "#domain/testing.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { planCheck } from "#logscale/digest.ts";

import { judgeCaller, type Judge } from "#server/access/judgement.ts";
import { readRights } from "#server/access/permissions.ts";
import { hashSecret } from "#server/auth/secrets.ts";
import { createSession } from "#server/auth/sessions.ts";
import type { Caller } from "#server/caller.ts";
import type { Store } from "#server/store/client.ts";
import { lockTokensShared } from "#server/store/locks.ts";
import { insertTokens, stillTokenBatches } from "#server/store/tokens.ts";
import { describeOnBothDatabases, waitingForLocks } from "#server/testing/databases.ts";
import { mutateFor } from "#server/testing/mutate.ts";
import { anIpFilter, aToken as aTokenRow, aUser } from "#server/testing/samples.ts";
import { seeds } from "#server/testing/seeds.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { applyPolicies } from "./applyPolicies.ts";

describeOnBothDatabases("Applying token security policies", (open) => {
  it("leaves the database as the plan says, for any organization", async () => {
    const store = await open();
    await fillFilters(store);
    await fc.assert(
      fc.asyncProperty(organizationArbitrary, async ({ tokens, next, now }) => {
        await replaceTokens(store, tokens);
        // In parts of few changes, so that many of them take several.
        await apply(store, next, { now, partSize: 5 });
        const expected = applyPlan(tokens, planPolicyChange(tokens, next, now));
        expect(await readTokens(store)).toEqual(expected.toSorted(byId));
        expect(await readPolicies(store.db)).toEqual(next);
      }),
      { numRuns: seeds(200) },
    );
  });

  it("does what was shown when nothing changed meanwhile", async () => {
    const store = await open();
    await fillFilters(store);
    const tokens = someTokens();
    await replaceTokens(store, tokens);
    const next = somePolicies({ view: { maximumLifetime: 30 * day, ipFilter: testIpFilters[0] }, system: { enabled: false } });
    const shown = planPolicyChange(tokens, next, testNow);
    const check = planCheck(defaultPolicies, shown, ["personal", "view", "organization", "system"]);
    const { counts } = await apply(store, next, { check });
    expect(counts).toMatchObject({ deleted: 2, shortened: 1, filtered: 1 });
    expect(await readTokens(store)).toEqual(applyPlan(tokens, shown).toSorted(byId));
  });

  it("refuses when another administrator changed the policies, and changes nothing", async () => {
    const store = await open();
    const tokens = someTokens();
    await replaceTokens(store, tokens);
    const next = somePolicies({ view: { maximumLifetime: 30 * day } });
    const check = planCheck(defaultPolicies, planPolicyChange(tokens, next, testNow), ["view"]);
    await apply(store, somePolicies({ organization: { allowPermissionUpdates: true } }), {});
    await expect(apply(store, next, { check })).rejects.toMatchObject({
      code: "PLAN_CHANGED",
      extensions: { changed: ["policies"] },
    });
    expect(await readTokens(store)).toEqual(tokens.toSorted(byId));
    expect((await readPolicies(store.db)).organization.allowPermissionUpdates).toBe(true);
  });

  it("refuses when a token came, went or changed meanwhile so that the plan differs, and changes nothing", async () => {
    const store = await open();
    await fillFilters(store);
    const tokens = someTokens();
    const next = somePolicies({ view: { maximumLifetime: 30 * day } });
    const check = planCheck(defaultPolicies, planPolicyChange(tokens, next, testNow), ["view"]);
    const doomed = aToken({ id: tokenId("view", 9), createdAt: testNow - 31 * day });
    const [first, ...rest] = tokens;
    if (first === undefined) throw new Error("no tokens");
    for (const found of [[...tokens, doomed], rest, [{ ...first, expireAt: testNow + day * 500 }, ...rest]]) {
      await replaceTokens(store, found);
      await expect(apply(store, next, { check })).rejects.toMatchObject({
        code: "PLAN_CHANGED",
        extensions: { changed: ["tokens"] },
      });
      expect(await readTokens(store)).toEqual(found.toSorted(byId));
      expect(await readPolicies(store.db)).toEqual(defaultPolicies);
    }
  });

  it("goes ahead when a token came that the change does not touch", async () => {
    const store = await open();
    const tokens = someTokens();
    const next = somePolicies({ view: { maximumLifetime: 30 * day } });
    const check = planCheck(defaultPolicies, planPolicyChange(tokens, next, testNow), ["view"]);
    await replaceTokens(store, [...tokens, aToken({ id: tokenId("view", 9), expireAt: testNow + day })]);
    await expect(apply(store, next, { check })).resolves.toBeDefined();
  });

  it("holds only the kinds of which the caller saw every token against what was shown", async () => {
    const store = await open();
    const tokens = someTokens();
    await replaceTokens(store, tokens);
    const next = somePolicies({ view: { maximumLifetime: 30 * day }, system: { enabled: false } });
    const seen = tokens.filter(({ kind }) => kind !== "system");
    const check = planCheck(defaultPolicies, planPolicyChange(seen, next, testNow), ["view", "organization"]);
    await expect(apply(store, next, { check })).resolves.toMatchObject({ counts: { deleted: 2 } });
  });

  it("leaves the system policy and its tokens alone when no system field is sent", async () => {
    const store = await open();
    await replaceTokens(store, someTokens());
    await apply(store, somePolicies({ system: { allowPermissionUpdates: true } }), {});
    const input = policiesToInput(somePolicies({ system: { enabled: false } }), { withSystem: false });
    await applyPolicies(mutateAs(store), input, undefined);
    expect((await readPolicies(store.db)).system).toEqual({ ...defaultPolicies.system, allowPermissionUpdates: true });
    expect((await readTokens(store)).some(({ kind }) => kind === "system")).toBe(true);
  });

  it("refuses a changed system policy from a caller who may not administer system tokens, and takes an unchanged one", async () => {
    const store = await open();
    await expect(
      apply(store, somePolicies({ system: { enabled: false } }), { mayChangeSystemPolicy: false }),
    ).rejects.toMatchObject({
      code: "NOT_ALLOWED",
    });
    await expect(
      apply(store, somePolicies({ view: { enabled: false } }), { mayChangeSystemPolicy: false }),
    ).resolves.toBeDefined();
    expect(await readPolicies(store.db)).toEqual(somePolicies({ view: { enabled: false } }));
  });

  it("refuses a value out of bounds or an unknown IP filter by its field, and changes nothing", async () => {
    const store = await open();
    const tokens = someTokens();
    await replaceTokens(store, tokens);
    const refusals: [Policies, string][] = [
      [somePolicies({ view: { maximumLifetime: 59_999 } }), "viewPermissionTokensEnforceExpirationAfterMs"],
      [somePolicies({ personal: { maximumLifetime: -1 } }), "personalUserTokensEnforceExpirationAfterMs"],
      [somePolicies({ organization: { ipFilter: "gone" } }), "organizationPermissionTokensEnforceIpFilterId"],
    ];
    for (const [next, field] of refusals) {
      await expect(apply(store, next, {})).rejects.toMatchObject({ code: "BAD_INPUT", field });
    }
    expect(await readTokens(store)).toEqual(tokens.toSorted(byId));
    expect(await readPolicies(store.db)).toEqual(defaultPolicies);
  });

  it.each([
    ["shortens", { maximumLifetime: 30 * day }, testNow + 20 * day],
    ["deletes", { enabled: false }, undefined],
  ] as const)("%s the token that its caller acts with, with its other changes", async (_what, policy, left) => {
    for (const credential of ["token", "session", "link"] as const) {
      const store = await open();
      const { mutate, tokenId: own } = await rootActingBy(store, credential);
      await fillTokens(store, someTokens());
      const next = somePolicies({ personal: policy, view: { maximumLifetime: 30 * day }, organization: { enabled: false } });
      const applied = await applyPolicies(mutate, policiesToInput(next, { withSystem: true }), undefined, 1);
      expect(applied.counts, credential).toMatchObject({
        deleted: left === undefined ? 3 : 2,
        shortened: left === undefined ? 1 : 2,
      });
      expect((await readTokens(store)).find(({ id }) => id === own)?.expireAt, credential).toBe(left);
      expect(await readPolicies(store.db)).toEqual(next);
    }
  });

  it("deletes tokens of which one took another's place, and what was noted of that", async () => {
    const store = await open();
    const tokens = [1, 2, 3, 4].map((number) => aToken({ id: tokenId("view", number) }));
    await replaceTokens(store, tokens);
    const ids = tokens.map(({ id }) => id);
    const created = { tokenCreatedAt: testNow - day, replacesCreatedAt: testNow - day };
    const written = { text: "", until: null, writtenBy: "", writtenAt: 0, version: "" };
    await store.db
      .insertInto("tokenNotes")
      .values(
        [ids.slice(0, 2), ids.slice(1, 3)].map(([replacesId = "", tokenId = ""]) => ({
          cluster: "",
          kind: "view" as const,
          tokenId,
          replacesId,
          type: "link" as const,
          rule: "",
          ...created,
          ...written,
        })),
      )
      .execute();
    await apply(store, somePolicies({ view: { enabled: false } }), { partSize: 1 });
    expect(await readTokens(store)).toEqual([]);
    expect(await store.db.selectFrom("tokenNotes").selectAll().execute()).toEqual([]);
  });

  it("names each token that it changes in its records, in several where there are many", async () => {
    const store = await open();
    const tokens = Array.from({ length: 10_001 }, (_, number) => aToken({ id: tokenId("view", number), expireAt: null }));
    await replaceTokens(store, [...tokens, aToken({ id: tokenId("system", 1), kind: "system", createdAt: testNow - 40 * day })]);
    await apply(store, somePolicies({ view: { maximumLifetime: 30 * day }, system: { enabled: false } }), {});
    const records = await store.db.selectFrom("auditRecords").select("record").orderBy("number").execute();
    const told = records.map(({ record }) => changeRecord.parse(JSON.parse(record)));
    expect(told.map(({ type }) => type)).toEqual(["organizations.securitypolicies.tokens.update", "tokenhouse.policies.tokens"]);
    expect(new Set(told.map(({ plan }) => plan)).size).toBe(1);
    expect(told.flatMap(({ deleted }) => deleted)).toEqual([tokenId("system", 1)]);
    expect(told.flatMap(({ restricted }) => restricted).toSorted()).toEqual(tokens.map(({ id }) => id).toSorted());
  });

  it("reads the clock only when every writer is done, so that waiting for one does not make the plan old", async () => {
    const store = await open();
    await replaceTokens(store, [aToken({ createdAt: testNow - 29 * day - 1 })]);
    let writerIsDone = false;
    let tellLocked = () => {};
    const locked = new Promise<void>((resolve) => (tellLocked = resolve));
    let finish = () => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const writer = store.db.transaction().execute(async (trx) => {
      await lockTokensShared(trx);
      tellLocked();
      await finished;
      writerIsDone = true;
    });
    await locked;
    const applied = applyPolicies(
      mutateAs(store, { clock: () => (writerIsDone ? testNow + day : testNow) }),
      policiesToInput(somePolicies({ view: { maximumLifetime: 30 * day } }), { withSystem: true }),
      undefined,
    );
    // On PGlite it waits for the one connection instead.
    if (store.kind === "postgres") await expect.poll(() => waitingForLocks(store.db)).toBe(1);
    finish();
    await expect(applied).resolves.toMatchObject({ counts: { deleted: 1 } });
    await writer;
  });
});

const changeRecord = z.object({
  type: z.string(),
  plan: z.string(),
  deleted: z.array(z.string()),
  restricted: z.array(z.string()),
});

function apply(
  store: Store,
  next: Policies,
  {
    now = testNow,
    mayChangeSystemPolicy = true,
    check,
    partSize,
  }: { now?: number; mayChangeSystemPolicy?: boolean; check?: ReturnType<typeof planCheck>; partSize?: number },
) {
  const mutate = mutateAs(store, { caller: mayChangeSystemPolicy ? localAdministrator : owner, clock: () => now });
  return applyPolicies(mutate, policiesToInput(next, { withSystem: true }), check, partSize);
}

const localAdministrator: Caller = { type: "local-root" };
const owner: Caller = { type: "user", user: { id: "owner", username: "owner", isRoot: false, isOrgRoot: true } };

/** Runs what a caller does whose credential is not in question here. */
function mutateAs(
  store: Store,
  { caller = localAdministrator, clock = () => testNow }: { caller?: Caller; clock?: () => number } = {},
) {
  const identity = { caller, fullName: null, principal: { localAdminHash: new Uint8Array(32) } };
  const judge: Judge = async (trx, targets) => {
    const judged = await judgeCaller(trx, { identity: { ...identity, caller: localAdministrator }, address: "" }, clock, targets);
    return { ...judged, rights: await readRights(trx, caller) };
  };
  return mutateFor(store, judge, "updateTokenSecurityPolicies");
}

/** Root acting by a personal token, made 10 days ago; by a session that it began; or by one that was begun by a link that it made. */
async function rootActingBy(store: Store, credential: "token" | "session" | "link") {
  const user = { id: tokenId("personal", 1), username: "root", isRoot: true, isOrgRoot: true };
  await store.db
    .insertInto("users")
    .values({ ...user, createdAt: 0 })
    .execute();
  const own = { tokenId: user.id, secretHash: new Uint8Array(32) };
  await fillTokens(store, [aToken({ id: user.id, kind: "personal", createdAt: testNow - 10 * day })]);
  const principal = credential === "link" ? { userId: user.id } : own;
  const link = { linkedBy: user.id, linkedByName: "root", linkTokenId: user.id, linkSecretHash: own.secretHash };
  const session = credential !== "token" && {
    sessionIdHash: hashSecret(
      await createSession(
        store.db,
        principal,
        { address: "", userAgent: undefined },
        testNow,
        credential === "link" ? link : undefined,
      ),
    ),
  };
  const caller: Caller = { type: "user", user, ...(credential !== "link" && { tokenId: user.id }) };
  const claimed = { identity: { caller, fullName: null, principal, ...session }, address: "192.0.2.1" };
  const judge: Judge = (trx, targets) => judgeCaller(trx, claimed, () => testNow, targets);
  return { mutate: mutateFor(store, judge, "updateTokenSecurityPolicies"), tokenId: user.id };
}

/** A token that conforms to every draft of these tests, one to shorten, one to delete, and one system token. */
function someTokens(): PlannableToken[] {
  return [
    aToken({ id: tokenId("view", 1), createdAt: testNow - 10 * day, expireAt: null }),
    aToken({ id: tokenId("view", 2), createdAt: testNow - 40 * day }),
    aToken({ id: tokenId("organization", 3), kind: "organization" }),
    aToken({ id: tokenId("system", 4), kind: "system" }),
  ];
}

async function fillFilters(store: Store): Promise<void> {
  await store.db
    .insertInto("ipFilters")
    .values(testIpFilters.map((id) => anIpFilter({ id })))
    .execute();
}

async function replaceTokens(store: Store, tokens: readonly PlannableToken[]): Promise<void> {
  await store.db.deleteFrom("tokens").execute();
  await store.db.deleteFrom("users").execute();
  const owners = tokens.filter(({ kind }) => kind === "personal");
  if (owners.length > 0) {
    await store.db
      .insertInto("users")
      .values(owners.map(({ id }) => aUser({ id })))
      .execute();
  }
  await fillTokens(store, tokens);
}

async function fillTokens(store: Store, tokens: readonly PlannableToken[]): Promise<void> {
  await insertTokens(
    store.db,
    tokens.map(({ ipFilter, ...token }) =>
      aTokenRow({
        ...token,
        createdAt: Number(token.createdAt),
        expireAt: token.expireAt === null ? null : Number(token.expireAt),
        ipFilterId: ipFilter,
        userId: token.kind === "personal" ? token.id : null,
      }),
    ),
  );
}

async function readTokens(store: Store): Promise<PlannableToken[]> {
  const tokens: PlannableToken[] = [];
  for await (const batch of stillTokenBatches(store.db)) {
    tokens.push(...batch.map(({ lastUsedAt: _at, lastUsedFrom: _from, ...token }) => token));
  }
  return tokens.toSorted(byId);
}

function byId(a: PlannableToken, b: PlannableToken): number {
  return a.id < b.id ? -1 : 1;
}
