import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, request as requestTo } from "node:http";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { day, minute } from "#domain/duration.ts";
import { readRecoveryKit } from "#domain/policy/recoveryKit.ts";
import { parseJson } from "#logscale/json.ts";
import { insertTokens } from "#server/store/tokens.ts";
import { openPoliciesBench, type PoliciesBench, type PoliciesRun } from "#server/testing/policiesCommand.ts";
import { anIpFilter, aToken, sampleId } from "#server/testing/samples.ts";

let bench: PoliciesBench;
let plan: string;
let kits: string;
let runs = 0;

beforeAll(async () => {
  bench = await openPoliciesBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.empty();
  runs++;
  plan = join(bench.folder, `${runs}.json`);
  kits = bench.folder;
  for (const name of kitFiles()) rmSync(join(kits, name));
});

const kitFiles = () => readdirSync(kits).filter((name) => name.startsWith("tokenhouse-recovery-kit-"));
const policies = (...lines: string[]) => `version: 1\n${lines.join("\n")}\n`;
const maximum = (lifetime: string) =>
  policies("policies:", `  view: { enabled: true, maximumLifetime: ${lifetime}, ipFilter: null, allowPermissionUpdates: false }`);
const save = (text: string, options: PoliciesRun = {}) =>
  bench.run(["plan", "-f", "-", "--out", plan, "--allow-partial"], { input: text, ...options });
const applySaved = (args: readonly string[] = [], options: PoliciesRun = {}) =>
  bench.run(["apply", plan, "--yes", "--kit", kits, ...args], options);
const applyFile = (text: string, args: readonly string[] = ["--yes"], options: PoliciesRun = {}) =>
  bench.run(["apply", "-f", "-", "--kit", kits, ...args], { input: text, ...options });
const names = async () =>
  (await bench.server.store.db.selectFrom("tokens").select("name").orderBy("name").execute()).map(({ name }) => name);
const viewMaximum = async () =>
  (await bench.server.store.db.selectFrom("tokenPolicies").selectAll().where("kind", "=", "view").executeTakeFirst())
    ?.maximumLifetime;
const filters = () => bench.server.store.db.selectFrom("ipFilters").select(["name", "ipFilter"]).orderBy("name").execute();
const old = (name: string, more = {}) =>
  bench.server.token({
    kind: "view",
    name,
    createdAt: bench.server.now - 100 * day,
    lastUsedAt: bench.server.now - 20 * day,
    ...more,
  });

describe("a saved plan", () => {
  it.each(["embedded", "strict", "gateway"] as const)("does what it says, once the kit is written, %s", async (way) => {
    await old("idle", { permissions: ["ReadAccess"] });
    await bench.server.token({ kind: "view", name: "young" });
    await save(maximum("90d"), { way });
    const applied = await applySaved([], { way });
    expect(applied).toMatchObject({ status: 0 });
    expect(applied.output).toMatch(/Applied, and found as planned\.\n2 tokens found as the change was to make them\.\n$/u);
    expect(await names()).toEqual(["admin", "young"]);
    expect(await viewMaximum()).toBe(90 * day);
    const [file = ""] = kitFiles();
    expect(statSync(join(kits, file)).mode & 0o777).toBe(0o600);
    const reading = readRecoveryKit(readFileSync(join(kits, file), "utf8"), parseJson);
    expect(reading).toMatchObject({ ok: true, kit: { tokens: [{ name: "idle", permissions: ["ReadAccess"] }] } });
    expect(readFileSync(join(kits, file), "utf8")).toContain('"variables"');
    // Applied once more there is nothing that it was planned for.
    expect(await applySaved([], { way })).toMatchObject({ status: 5 });
  });

  it("refuses with 5 and changes nothing where a token was made that it would change", async () => {
    await save(maximum("90d"));
    await old("made since");
    const { status, told } = await applySaved();
    expect([status, told]).toEqual([
      5,
      [
        "What was planned no longer holds. Nothing was changed.",
        "It would change view tokens that were not in the plan: made since.",
      ],
    ]);
    expect([await names(), await viewMaximum(), kitFiles()]).toEqual([["admin", "made since"], undefined, []]);
  });

  it("applies where a token was made that it leaves alone", async () => {
    await save(maximum("90d"));
    await bench.server.token({ kind: "organization", name: "other" });
    expect(await applySaved()).toMatchObject({ status: 0 });
  });

  it("refuses where a token of it is gone, was changed, or is used since", async () => {
    const { db } = bench.server.store;
    const { id } = await old("idle");
    await save(maximum("90d"));
    await db
      .updateTable("tokens")
      .set({ lastUsedAt: bench.server.now - minute })
      .where("id", "=", id)
      .execute();
    expect(await applySaved()).toMatchObject({
      status: 5,
      told: [expect.anything(), "It now stops tokens sooner or more surely, or ones that were used since: idle."],
    });
    await db.updateTable("tokens").set({ createdAt: bench.server.now }).where("id", "=", id).execute();
    expect((await applySaved()).told).toEqual([
      expect.anything(),
      "What it does to view tokens of the plan is not the same any more.",
    ]);
    await db.deleteFrom("tokens").where("id", "=", id).execute();
    expect((await applySaved()).told[1]).toMatch(/^It no longer changes view tokens of the plan, .*: idle\.$/u);
    expect([await viewMaximum(), kitFiles()]).toEqual([undefined, []]);
  });

  it("refuses where a policy or a filter was changed, a filter is gone, or one of its name was made", async () => {
    const { db } = bench.server.store;
    await db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "f", name: "office", ipFilter: "allow all" }))
      .execute();
    const text = policies("ipFilters:", '  new: "allow all"');
    const reasons = async () => {
      const { status, told } = await applySaved();
      expect(status).toBe(5);
      return told.slice(1);
    };
    await save(text);
    await db.updateTable("ipFilters").set({ ipFilter: "deny all" }).execute();
    expect(await reasons()).toEqual(["The IP filter “office” was changed."]);
    await save(text);
    await db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "n", name: "new" }))
      .execute();
    expect(await reasons()).toEqual(["An IP filter “new” was created, as the plan would."]);
    await db.deleteFrom("ipFilters").execute();
    expect(await reasons()).toEqual(["The IP filter with the id f was deleted."]);
    await save(text);
    await applyFile(maximum("900d"));
    expect(await reasons()).toEqual(["The policy of view tokens was changed."]);
  });

  it("refuses where the policies change while the tokens are read for the last time", async () => {
    const { db } = bench.server.store;
    await old("idle");
    let readings = 0;
    const kind = {
      kind: "system",
      enabled: true,
      maximumLifetime: 900 * day,
      ipFilterId: null,
      allowPermissionUpdates: false,
    } as const;
    const { origin } = await watched(bench.origins.strict, (body) => {
      if (body.includes("query TokenSecurityPolicies")) readings++;
      if (readings === 2 && body.includes("SystemPermissionToken")) {
        readings++;
        void db.insertInto("tokenPolicies").values(kind).execute();
      }
      return body.includes("mutation ") ? "lose request" : "pass";
    });
    const { status, told } = await applyFile(maximum("90d"), ["--yes"], { origin });
    expect([status, told.slice(1)]).toEqual([
      5,
      ["What was planned no longer holds. Nothing was changed.", "The policy of system tokens was changed."],
    ]);
  });

  it("may be of any length", async () => {
    const { db } = bench.server.store;
    const many = Array.from({ length: 300 }, (_, number) =>
      aToken({ id: sampleId(32, number), name: `${number} ${"x".repeat(15_000)}`, lastUsedAt: 0 }),
    );
    await insertTokens(db, many);
    await save(maximum("90d"));
    expect(statSync(plan).size).toBeGreaterThan(4_000_000);
    expect(await applySaved()).toMatchObject({ status: 0 });
  });

  it("refuses where a kind is no longer seen whole", async () => {
    const { db } = bench.server.store;
    const may = (...permissions: string[]) => ({ permissions: ["ChangeSecurityPolicies", ...permissions] });
    const { tokenString: credential, id } = await bench.server.token({
      kind: "organization",
      name: "ours",
      ...may("ChangeOrganizationPermissions"),
    });
    const text = policies(
      "policies:",
      "  organization: { enabled: true, maximumLifetime: 900d, ipFilter: null, allowPermissionUpdates: false }",
    );
    await save(text, { credential });
    expect(await applySaved([], { credential })).toMatchObject({ status: 0 });
    await db.deleteFrom("tokenPolicies").execute();
    await db.updateTable("tokens").set(may()).where("id", "=", id).execute();
    expect(await applySaved(["--allow-partial"], { credential })).toMatchObject({
      status: 5,
      told: [expect.anything(), "Not every organization token can be seen any more."],
    });
    // Whoever applies it unseen is not told that all is well.
    const unseen = await applyFile(text, ["--yes", "--allow-partial"], { credential });
    expect(unseen).toMatchObject({
      status: 0,
      output: expect.stringMatching(
        /\nApplied, and found as planned\.\n.*\nWhat it did to tokens that were not seen is not known\.\n$/u,
      ),
    });
  });

  it("is refused where it was edited, cut short, or is of another server", async () => {
    await save(maximum("90d"));
    const text = readFileSync(plan, "utf8");
    const apply = (content: string) => bench.run(["apply", bench.file("edited.json", content), "--yes", "--kit", kits]);
    await expect(apply(text.replace('"7776000000"', '"60000"'))).rejects.toThrow(/was changed since it was saved/u);
    await expect(apply(text.slice(0, -20))).rejects.toThrow(/is not JSON, or was cut short/u);
    await expect(apply(maximum("90d"))).rejects.toThrow(/A file of policies is named with -f/u);
    await expect(apply("{}")).rejects.toThrow(/is no plan that plan --out saved/u);
    await expect(apply(text.replace('"version": 1', '"version": 2'))).rejects.toThrow(/has version 2 of the format/u);
    await expect(applySaved([], { way: "strict" })).rejects.toThrow(
      /is a plan of http.*, and not of http.*Name its server with --url/u,
    );
    expect(await viewMaximum()).toBeUndefined();
  });
});

describe("a file that is applied", () => {
  it("creates and changes filters before the policies that name them, and says what was found", async () => {
    const { db } = bench.server.store;
    await db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "f", name: "office", ipFilter: "allow all" }))
      .execute();
    await bench.server.token({ kind: "system", name: "robot" });
    const text = policies(
      "policies:",
      "  system: { enabled: true, maximumLifetime: null, ipFilter: plant, allowPermissionUpdates: false }",
      "ipFilters:",
      '  plant: "allow 127.0.0.1"',
      '  office: "allow 10.0.0.0/8"',
    );
    for (const way of ["gateway", "embedded"] as const) {
      const applied = await applyFile(text, ["--yes", "--allow-partial", "--format", "json"], { way });
      expect(JSON.parse(applied.output)).toMatchObject({ outcome: way === "gateway" ? "applied" : "nothing", differences: [] });
    }
    expect(await filters()).toEqual([
      { name: "office", ipFilter: "allow 10.0.0.0/8" },
      { name: "plant", ipFilter: "allow 127.0.0.1" },
    ]);
    const { ipFilterId } = await db
      .selectFrom("tokens")
      .select("ipFilterId")
      .where("name", "=", "robot")
      .executeTakeFirstOrThrow();
    const made = await db.selectFrom("ipFilters").select("id").where("name", "=", "plant").executeTakeFirstOrThrow();
    expect(ipFilterId).toBe(made.id);
  });

  it("ends with 3 or 4 and changes nothing where it does more than was allowed, or what nobody saw", async () => {
    await old("idle");
    expect(await applyFile(maximum("90d"), ["--yes", "--max-deleted", "0"])).toMatchObject({ status: 3 });
    await old("used", { lastUsedAt: bench.server.now });
    expect(await applyFile(maximum("90d"), ["--yes", "--forbid", "in-use"])).toMatchObject({ status: 3 });
    const personal = policies("policies:", "  personal: { enabled: true, maximumLifetime: 900d, ipFilter: null }");
    expect(await applyFile(personal, ["--yes"], { way: "gateway" })).toMatchObject({ status: 4 });
    expect([await names(), await viewMaximum(), kitFiles()]).toEqual([["admin", "idle", "used"], undefined, []]);
  });

  it("asks for the number of tokens that stop, as the page does, and for --yes where nobody can be asked", async () => {
    await old("one");
    await old("two");
    await expect(applyFile(maximum("90d"), [])).rejects.toThrow(/Nobody can be asked here/u);
    await expect(applyFile(maximum("90d"), [], { typed: "yes" })).rejects.toThrow(/That is not it\. Nothing was changed/u);
    expect(await names()).toEqual(["admin", "one", "two"]);
    const questions: string[] = [];
    const asked = await applyFile(maximum("90d"), [], {
      typed: " 2 ",
      onAsk: (question) => Promise.resolve(void questions.push(question)),
    });
    expect([asked.status, questions]).toEqual([0, ["To apply this, type the number of tokens that stop or may stop: "]]);
    expect(await applyFile(maximum("80d"), [], { typed: "yes" })).toMatchObject({ status: 0 });
  });

  it("refuses with 5 where something changed while it asked", async () => {
    await old("one");
    for (const way of ["embedded", "gateway"] as const) {
      const { status, told } = await applyFile(maximum("90d"), [], {
        way,
        typed: "1",
        onAsk: async () => void (await old(`two, ${way}`)),
      });
      expect(status).toBe(5);
      expect(told.join("\n")).toMatch(/Nothing was changed|nothing was changed/u);
      await bench.server.store.db.deleteFrom("tokens").where("name", "like", "two%").execute();
    }
    expect(await viewMaximum()).toBeUndefined();
  });

  it("changes nothing where the kit cannot be written, and writes over no earlier kit", async () => {
    await old("idle");
    await expect(
      bench.run(["apply", "-f", "-", "--yes", "--kit", join(kits, "nowhere")], { input: maximum("90d") }),
    ).rejects.toThrow(/^The recovery kit could not be written to the folder .*Nothing was changed\. Name a folder/u);
    expect(await names()).toEqual(["admin", "idle"]);
    await applyFile(maximum("90d"));
    await old("again");
    await applyFile(maximum("89d"));
    expect(kitFiles()).toHaveLength(2);
  });

  it.skipIf(process.getuid?.() === 0)("leaves no kit in a folder that cannot be flushed, since nothing stops then", async () => {
    await old("idle");
    const folder = join(kits, "unflushed");
    mkdirSync(folder, { mode: 0o300 });
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await expect(bench.run(["apply", "-f", "-", "--yes", "--kit", folder], { input: maximum("90d") })).rejects.toThrow(
      /Nothing was changed/u,
    );
    chmodSync(folder, 0o700);
    expect(readdirSync(folder)).toEqual([]);
    expect(await names()).toEqual(["admin", "idle"]);
  });

  it("says that nothing was changed where it is called off, even once the kit is written", async () => {
    await old("idle");
    const calledOff = new AbortController();
    const told: string[] = [];
    const onTell = (words: string) => {
      if (words.startsWith("The recovery kit")) calledOff.abort();
      told.push(words);
    };
    await expect(applyFile(maximum("90d"), ["--yes"], { signal: calledOff.signal, onTell })).rejects.toThrow(/abort/u);
    expect(told.at(-1)).toBe("It was called off. Nothing was changed.");
    expect(await names()).toEqual(["admin", "idle"]);
  });

  it("tells what was done where its result cannot be written", async () => {
    await old("idle");
    const told: string[] = [];
    const onPrint = () => {
      throw new Error("ENOSPC");
    };
    await expect(
      applyFile(maximum("90d"), ["--yes", "--format", "json"], { onPrint, onTell: (words) => told.push(words) }),
    ).rejects.toThrow("ENOSPC");
    expect(told).toContain("Applied, and found as planned.");
    expect(await names()).toEqual(["admin"]);
  });

  it("writes the kit before the first mutation is sent", async () => {
    await old("idle");
    const seen: string[][] = [];
    const { origin } = await watched(bench.origins.embedded, (body) => {
      if (body.includes("mutation ")) seen.push(kitFiles());
      return "pass";
    });
    expect(await applyFile(maximum("90d"), ["--yes"], { origin })).toMatchObject({ status: 0 });
    expect(seen).toEqual([[expect.stringMatching(/^tokenhouse-recovery-kit-/u)]]);
  });

  it("says before that it locks itself out, and does nothing where it could not go on then", async () => {
    const { db } = bench.server.store;
    await db
      .insertInto("ipFilters")
      .values(anIpFilter({ id: "f", name: "office", ipFilter: "allow all" }))
      .execute();
    const { tokenString: credential, id } = await bench.server.token({
      kind: "organization",
      name: "ours",
      ipFilterId: "f",
      permissions: ["ChangeIPFilters", "ChangeSecurityPolicies", "ChangeOrganizationPermissions"],
    });
    const text = `${maximum("900d")}ipFilters:\n  office: "allow 192.0.2.1"\n`;
    const { status, told } = await applyFile(text, ["--yes", "--allow-partial"], { credential });
    expect(status).toBe(1);
    expect(told.join("\n")).toMatch(
      /refuses this machine's address, 127\.0\.0\.1: it is locked out\.\nThe policies could not be changed/u,
    );
    expect(await filters()).toEqual([{ name: "office", ipFilter: "allow all" }]);
    // Who cannot see that it will happen is told how far it came.
    await db
      .updateTable("tokens")
      .set({ permissions: ["ChangeIPFilters", "ChangeSecurityPolicies"] })
      .where("id", "=", id)
      .execute();
    const blind = await applyFile(text, ["--yes", "--allow-partial"], { credential });
    expect(blind.status).toBe(1);
    expect(blind.output).toContain("The token in use may have an IP filter whose rules change: it may be locked out.");
    expect(blind.told.at(-1)).toBe("As the server answered, the IP filter “office” was changed.");
  });
});

describe("a change that fails half-way", () => {
  const text = policies(
    "policies:",
    "  view: { enabled: true, maximumLifetime: 900d, ipFilter: plant, allowPermissionUpdates: false }",
    "ipFilters:",
    '  plant: "allow 127.0.0.1"',
  );

  it("says what is in force where the policies are refused, and ends with 1", async () => {
    const { origin } = await watched(bench.origins.embedded, (body) =>
      body.includes("updateTokenSecurityPolicies") ? { errors: [{ message: "Not today.\u001b[2J" }] } : "pass",
    );
    const { status, told } = await applyFile(text, ["--yes"], { origin });
    expect(status).toBe(1);
    expect(told).toEqual([
      `${origin}: Not today.⟨U+001B⟩[2J`,
      "Not all of it was done:",
      "In force: the IP filter “plant” was created.",
      "In force: the policies as before.",
    ]);
  });

  it("finds out by reading where the answer is lost, sends nothing again, and ends with 1", async () => {
    let sent = 0;
    for (const carriedOut of [true, false]) {
      const { origin } = await watched(bench.origins.embedded, (body) => {
        if (!body.includes("updateTokenSecurityPolicies")) return "pass";
        sent++;
        return carriedOut ? "lose answer" : "lose request";
      });
      const { status, output } = await applyFile(text, ["--yes", "--format", "json"], { origin });
      const report = JSON.parse(output) as { outcome: string; messages: string[] };
      expect([status, report.outcome]).toEqual([1, "lost"]);
      expect(report.messages.at(-1)).toBe(`In force: the policies as ${carriedOut ? "planned" : "before"}.`);
      await bench.server.store.db.deleteFrom("tokenPolicies").execute();
      await bench.server.store.db.deleteFrom("ipFilters").execute();
    }
    expect(sent).toBe(2);
  });

  it("is nothing where the first step is refused, or no connection is made", async () => {
    const { origin } = await watched(bench.origins.embedded, (body) =>
      body.includes("createIPFilter") ? { errors: [{ message: "No." }] } : "pass",
    );
    const { status, told } = await applyFile(text, ["--yes"], { origin });
    expect([status, told[1]]).toEqual([1, "Nothing was changed:"]);
    expect(await filters()).toEqual([]);
  });
});

type Fate = "pass" | "lose answer" | "lose request" | { readonly errors: readonly { readonly message: string }[] };

/** What stands in front of a server, sees every GraphQL request, and decides what becomes of it. */
async function watched(origin: string, decide: (body: string) => Fate): Promise<{ readonly origin: string }> {
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const fate = request.url === "/graphql" ? decide(body.toString("utf8")) : "pass";
      if (typeof fate === "object") {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(fate));
        return;
      }
      if (fate === "lose request") {
        request.socket.destroy();
        return;
      }
      const { host: _, ...headers } = request.headers;
      const onward = requestTo(new URL(request.url ?? "/", origin), { method: request.method, headers }, (answer) => {
        if (fate === "lose answer") {
          answer.resume();
          request.socket.destroy();
          return;
        }
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("It has a port.");
  return { origin: `http://127.0.0.1:${address.port}` };
}
