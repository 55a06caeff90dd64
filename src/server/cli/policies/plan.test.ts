import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

import { day, minute } from "#domain/duration.ts";
import { StartError } from "#server/startError.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { openPoliciesBench, type PoliciesBench, type PoliciesRun, type Way } from "#server/testing/policiesCommand.ts";
import { anIpFilter, aToken, sampleId } from "#server/testing/samples.ts";

import type { PlanDocument } from "./document.ts";
import { policiesSchemas } from "./schemas.ts";

let bench: PoliciesBench;
const ways = ["embedded", "strict", "gateway"] as const satisfies readonly Way[];

beforeAll(async () => {
  bench = await openPoliciesBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.empty());

const view = (more: Partial<Record<"enabled" | "maximumLifetime" | "ipFilter", string>>) => {
  const { enabled = "true", maximumLifetime = "null", ipFilter = "null" } = more;
  return `version: 1\npolicies:\n  view: { enabled: ${enabled}, maximumLifetime: ${maximumLifetime}, ipFilter: ${ipFilter}, allowPermissionUpdates: false }\n`;
};
const plan = (text: string, args: readonly string[] = [], options: PoliciesRun = {}) =>
  bench.run(["plan", "-f", "-", ...args], { input: text, ...options });
const planJson = async (text: string, options: PoliciesRun = {}) => {
  const { output, status } = await plan(text, ["--format", "json"], options);
  return { status, plan: JSON.parse(output) as PlanDocument };
};

/** What a JSON Schema of the documentation finds wrong with a value. */
function faults(schema: string, value: unknown): unknown {
  const validate = new Ajv2020({ strict: false }).compile(
    JSON.parse(readFileSync(`docs/${schema}.schema.json`, "utf8")) as object,
  );
  validate(value);
  return validate.errors ?? null;
}

describe("policies export", () => {
  it("prints a file that changes nothing when it is planned, in YAML and in JSON, in every way", async () => {
    const { db } = bench.server.store;
    await db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "f1", name: "büro\u202e: [x]", ipFilter: "allow 10.0.0.0/8" }))
      .execute();
    await db
      .insertInto("ipFilters")
      .values([anIpFilter({ id: "t1", name: "twin" }), anIpFilter({ id: "t2", name: "twin" })])
      .execute();
    const set = (kind: "view" | "system", ipFilterId: string) =>
      db
        .insertInto("tokenPolicies")
        .values({ kind, enabled: true, maximumLifetime: 90 * day, ipFilterId, allowPermissionUpdates: false })
        .onConflict((conflict) => conflict.column("kind").doUpdateSet({ ipFilterId, maximumLifetime: 90 * day }))
        .execute();
    await set("view", "f1");
    await set("system", "t1");
    for (const way of ways) {
      for (const format of ["text", "json"]) {
        const exported = await bench.run(["export", "--format", format], { way });
        expect(exported).toMatchObject({ status: 0, told: [] });
        expect(exported.output).not.toContain("\u202e");
        const planned = await plan(exported.output, [], { way });
        expect(planned, `${way} ${format}`).toMatchObject({ status: 0 });
        expect(planned.output).toMatch(/^What is in force is as the file says\.\n/u);
      }
    }
  });
});

describe("policies plan", () => {
  it("ends with 0 where nothing would change", async () => {
    expect(await plan("version: 1\n")).toMatchObject({ status: 0, told: [] });
    expect(await plan(view({}), ["--max-deleted", "0", "--forbid", "in-use"])).toMatchObject({ status: 0 });
  });

  it("ends with 1 where the file is wrong, and says the line and column of every fault", async () => {
    const file = bench.file("wrong.yaml", "version: 1\npolicies:\n  view: { enabled: maybe }\n  sytem: {}\n");
    await expect(bench.run(["plan", "-f", file])).rejects.toThrow(
      /^[^\n]*wrong\.yaml:3:3: Write maximumLifetime, [^\n]*\n[^\n]*wrong\.yaml:3:20: Write true or false[^\n]*\n[^\n]*wrong\.yaml:4:3: [^\n]*Is system meant\?$/u,
    );
    await expect(plan("")).rejects.toThrow(/^standard input:1:1: A file of policies begins with/u);
    await expect(bench.run(["plan", "-f", join(bench.folder, "nowhere")])).rejects.toThrow(/cannot be read: ENOENT/u);
    const latin = Buffer.from("version: 1 # b\u00fcro", "latin1");
    const bad = bench.file("latin.yaml", latin);
    await expect(bench.run(["plan", "-f", bad])).rejects.toThrow(/is not UTF-8/u);
  });

  it("reads the file as PowerShell writes it with >", async () => {
    const file = bench.file("utf16.yaml", Buffer.from("\uFEFFversion: 1\r\npolicies: {} # b\u00fcro\r\n", "utf16le"));
    expect((await bench.run(["plan", "-f", file])).status).toBe(0);
  });

  it("reads no more of a file than it may have", async () => {
    const run = bench.run(["plan", "-f", "/dev/zero"]);
    await expect(run).rejects.toThrow("/dev/zero is too long for a file of policies.");
  });

  it("ends with 2 where something would change and nothing that is in use stops", async () => {
    const { server } = bench;
    await server.token({ kind: "view", name: "idle", createdAt: server.now - 100 * day, lastUsedAt: server.now - 20 * day });
    const { status, plan } = await planJson(view({ maximumLifetime: "90d" }));
    expect(status).toBe(2);
    expect(plan.totals).toEqual({
      seen: 2,
      deleted: 1,
      shortened: 0,
      filtered: 0,
      stopping: { now: 1, withinDay: 0, withinWeek: 0, lockedOut: 0, lockedOutUnknown: 0, inUse: 0, useUnknown: 0 },
    });
    expect(plan.policies).toEqual([{ kind: "view", field: "maximumLifetime", from: null, to: "90d" }]);
    expect(plan.changes).toMatchObject([
      { name: "idle", fate: "deleted", because: "older-than-maximum", stops: "now", inUse: "not" },
    ]);
    expect(plan.unseen).toEqual([]);
  });

  it("ends with 3 where something stops that is in use, or of which nobody knows", async () => {
    const { server } = bench;
    await server.token({ kind: "view", name: "used", createdAt: server.now - 100 * day, lastUsedAt: server.now - day });
    const embedded = await planJson(view({ maximumLifetime: "90d" }));
    expect([embedded.status, embedded.plan.totals.stopping]).toMatchObject([3, { now: 1, inUse: 1, useUnknown: 0 }]);
    const strict = await planJson(view({ maximumLifetime: "90d" }), { way: "strict" });
    expect([strict.status, strict.plan.totals.stopping]).toMatchObject([3, { now: 1, inUse: 0, useUnknown: 1 }]);
  });

  it("ends with 3 where it does more than was allowed, and says what", async () => {
    const { server } = bench;
    for (const name of ["a", "b"])
      await server.token({ kind: "view", name, createdAt: server.now - 100 * day, lastUsedAt: server.now - 20 * day });
    const change = view({ maximumLifetime: "90d" });
    expect(await plan(change, ["--max-deleted", "2", "--max-stopped", "2"])).toMatchObject({ status: 2, told: [] });
    expect(await plan(change, ["--max-deleted", "1"])).toMatchObject({
      status: 3,
      told: ["It deletes 2 tokens; --max-deleted allows 1."],
    });
    expect(await plan(change, ["--max-stopped", "1"])).toMatchObject({
      status: 3,
      told: ["2 tokens stop or may stop; --max-stopped allows 1."],
    });
    await server.store.db.deleteFrom("tokens").where("name", "=", "b").execute();
    expect((await plan(change, ["--max-deleted", "0", "--max-stopped", "0"])).told).toEqual([
      "It deletes 1 token; --max-deleted allows 0.",
      "1 token stops or may stop; --max-stopped allows 0.",
    ]);
  });

  it("ends with 4 where a kind changes that was not seen whole, before all else but an error, and calls nothing safe", async () => {
    const personal = "version: 1\npolicies:\n  personal: { enabled: true, maximumLifetime: 900d, ipFilter: null }\n";
    for (const way of ["strict", "gateway"] as const) {
      const blind = await plan(personal, ["--max-deleted", "0"], { way });
      expect(blind.status).toBe(4);
      expect(blind.output).toMatch(/^What this does to tokens that were not seen is not known\.\nOf the personal tokens only/u);
      expect(blind.output).not.toMatch(/Nothing stops|nobody is locked out/u);
      expect((await plan(personal, ["--format", "markdown"], { way })).output).not.toMatch(/nothing stops|nobody is locked out/u);
      expect((await plan(personal, ["--allow-partial"], { way })).status).toBe(2);
      // Personal tokens are never seen whole there, which is no matter where they are left alone.
      expect((await plan(view({ maximumLifetime: "900d" }), [], { way })).status).toBe(2);
    }
    expect((await plan(personal)).status).toBe(2);
    const { tokenString } = await bench.server.token({
      kind: "organization",
      name: "policies alone",
      permissions: ["ChangeSecurityPolicies"],
    });
    expect((await plan(view({ enabled: "false" }), [], { credential: tokenString })).status).toBe(4);
  });

  it("looks at every token under a filter whose rules change, of every kind, by the address of its last use", async () => {
    const { server } = bench;
    await server.store.db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "f", name: "office", ipFilter: "allow 10.0.0.0/8" }))
      .execute();
    const used = { ipFilterId: "f", lastUsedAt: server.now - minute };
    await server.token({ kind: "organization", name: "inside", ...used, lastUsedFrom: "10.1.0.1" });
    await server.token({ kind: "system", name: "outside", ...used, lastUsedFrom: "10.200.0.1" });
    const narrower = 'version: 1\nipFilters:\n  office: "allow 10.1.0.0/16"\n';
    const { status, plan: narrow } = await planJson(narrower);
    expect([status, narrow.refiltered]).toEqual([3, 2]);
    expect(narrow.totals.stopping).toMatchObject({ lockedOut: 1, lockedOutUnknown: 0, inUse: 1 });
    expect(narrow.changes.map(({ name, fate, stops }) => [name, fate, stops])).toEqual([
      ["outside", "kept", "lockedOut"],
      ["inside", "kept", null],
    ]);
    // Behind a cluster personal tokens may be under it too, unless the new rules refuse nothing more.
    expect((await planJson(narrower, { way: "gateway" })).status).toBe(4);
    expect((await planJson('version: 1\nipFilters:\n  office: "allow all"\n', { way: "gateway" })).status).toBe(2);
  });

  it("says before what becomes of the token in use", async () => {
    const remarks = async (text: string) => (await planJson(text)).plan.remarks;
    const personal = (ipFilter: string) =>
      `version: 1\npolicies:\n  personal: { enabled: true, maximumLifetime: null, ipFilter: ${ipFilter} }\nipFilters:\n  ours: "allow 127.0.0.1"\n  theirs: "allow 192.0.2.1"\n`;
    expect(await remarks(personal("ours"))).toEqual([]);
    expect(await remarks(personal("theirs"))).toEqual([
      "The token in use gets an IP filter that refuses this machine's address, 127.0.0.1: it is locked out.",
    ]);
    expect(
      await remarks("version: 1\npolicies:\n  personal: { enabled: false, maximumLifetime: null, ipFilter: null }\n"),
    ).toEqual(["The token in use is deleted by this change."]);
    const gateway = (await planJson(personal("theirs"), { way: "gateway" })).plan.remarks;
    expect(gateway).toContain(
      "The token in use gets an IP filter, and whether that accepts this machine's address is not known: it may be locked out.",
    );
  });

  it("is a document as its schema says, with nothing hidden in it", async () => {
    await bench.server.token({ kind: "view", name: "odd\u202e\n\u001b[2J", createdAt: 0 });
    const { output } = await plan(view({ maximumLifetime: "90d" }), ["--format", "json"]);
    expect(output.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(faults("policies-plan", JSON.parse(output))).toBeNull();
  });

  it("as text and as Markdown has nothing in it that a terminal or a page obeys", async () => {
    const names = ["\u001b[2J\u009b", "a\nb", "@everyone #1", "`` ` ``", "a|b", "a\\|b", "<script>", "\u202ex"];
    for (const name of names) await bench.server.token({ kind: "view", name, createdAt: 0 });
    for (const format of ["text", "markdown"]) {
      const { output } = await plan(view({ enabled: "false" }), ["--format", format]);
      expect(output.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(output, format).toMatch(/^(?:### Token security policies: )?8 tokens stop or may stop: 8 stop now/u);
    }
    const { output } = await plan(view({ enabled: "false" }), ["--format", "markdown"]);
    const rows = output.split("\n").filter((line) => line.startsWith("| **"));
    expect(rows).toHaveLength(8);
    for (const row of rows) expect(row.split(/(?<!\\)\|/u), row).toHaveLength(8);
    expect(output).toContain("| `@everyone #1` |");
    expect(output).toContain("| ``` `` ` `` ``` |");
    expect(output).toContain(String.raw`| \`a\|b\` |`.replaceAll("\\`", "`"));
    expect(output).toContain("| `a\\⟨U+007C⟩b` |");
  });

  it("as Markdown shows a bar as one, in a table and outside of it", async () => {
    const text = 'version: 1\nipFilters:\n  "a|b": allow all\n';
    expect((await plan(text, ["--format", "markdown"])).output).toContain("\nIP filter `a|b` is created:\n");
  });

  it("as Markdown fits into a comment, and says how many tokens it leaves out", async () => {
    const many = Array.from({ length: 600 }, (_, number) =>
      aToken({ id: sampleId(32, number), name: `${number} ${"|".repeat(150)}` }),
    );
    await insertTokens(bench.server.store.db, many);
    const { output } = await plan(view({ enabled: "false" }), ["--format", "markdown"]);
    expect(output.length).toBeLessThanOrEqual(65_536);
    expect(output.length).toBeGreaterThan(64_000);
    const shown = output.split("\n").filter((line) => line.startsWith("| **")).length;
    expect(output).toContain(`\n${600 - shown} more tokens left out: a comment takes no more.`);
  });

  it("is saved for its owner alone, over an earlier plan and over nothing else", async () => {
    const out = join(bench.folder, "plan.json");
    const change = view({ maximumLifetime: "90d" });
    for (const round of [1, 2]) expect((await plan(change, ["--out", out])).status, `${round}`).toBe(2);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(faults("policies-saved-plan", JSON.parse(readFileSync(out, "utf8")))).toBeNull();
    const other = bench.file("notes.txt", "mine");
    await expect(plan(change, ["--out", other])).rejects.toThrow(StartError);
    expect(readFileSync(other, "utf8")).toBe("mine");
    // Nothing is waited for that never ends.
    await expect(plan(change, ["--out", "/dev/zero"])).rejects.toThrow(/^\/dev\/zero is there already, and is no plan/u);
    await expect(plan(change, ["--out", "-"])).rejects.toThrow(/^--out needs a file/u);
    const blind = "version: 1\npolicies:\n  personal: { enabled: false, maximumLifetime: null, ipFilter: null }\n";
    const unsaved = join(bench.folder, "blind.json");
    expect((await plan(blind, ["--out", unsaved], { way: "gateway" })).told.at(-1)).toBe("So the plan was not saved.");
    expect(() => statSync(unsaved)).toThrow(/ENOENT/u);
  });
});

describe("policies drift", () => {
  it("ends with 0 where the file says what is in force, and 2 where not", async () => {
    const drift = (text: string, ...args: string[]) => bench.run(["drift", "-f", "-", ...args], { input: text, way: "gateway" });
    expect(await drift(view({}))).toMatchObject({ status: 0, output: "What is in force is as the file says.\n" });
    const differs = await drift(`${view({ maximumLifetime: "90d" })}ipFilters:\n  office: "allow all"\n`);
    expect(differs).toMatchObject({ status: 2 });
    expect(differs.output).toContain("view.maximumLifetime  null → 90d");
    expect(differs.output).toContain("IP filter “office” is not there:\n  + allow all");
    const { output } = await drift(view({ maximumLifetime: "90d" }), "--format", "json");
    expect(faults("policies-drift", JSON.parse(output))).toBeNull();
    expect(JSON.parse(output)).toMatchObject({ differs: true, policies: [{ kind: "view", from: null, to: "90d" }] });
  });
});

describe("what the commands read and write as JSON", () => {
  it("is as its schema in the documentation says, which npm run docs writes", () => {
    for (const [name, schema] of Object.entries(policiesSchemas))
      expect(JSON.parse(readFileSync(`docs/${name}`, "utf8")), name).toEqual(z.toJSONSchema(schema));
  });
});
