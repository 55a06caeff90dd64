import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { day } from "#domain/duration.ts";
import { evidenceHeadings } from "#domain/inventory/evidence.ts";
import { visibleName } from "#domain/name.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { readCommand } from "#server/cli/commands.ts";
import { findingsSchema } from "#server/cli/findings/report.ts";
import { tellFindings } from "#server/cli/findings/findings.ts";
import { ConfigError } from "#server/cli/readSettings.ts";
import { fileNoteStore } from "#server/gateway/notes/noteFile.ts";
import { StartError } from "#server/startError.ts";
import { ask } from "#server/testing/callers.ts";
import { ingestToken } from "#server/testing/ingest.ts";
import { administrator } from "#server/testing/server.ts";
import { openRemotes, pipeOf, remoteNames, type RemoteName, type Remotes } from "#server/testing/remotes.ts";

import { listInventory } from "./inventory.ts";

let world: Remotes;
/** The value of an ingest token, which nothing may print. */
let ingestValue: string;
const odd = "x\u001b[2J\u202e";
const folder = mkdtempSync(join(tmpdir(), "tokenhouse-inventory-"));

beforeAll(async () => {
  world = await openRemotes({ notes: fileNoteStore(join(folder, "notes.json")) });
  const { server } = world;
  const creator = { creatorKind: "user", creatorId: "u", createdBy: "ada" } as const;
  await server.token({ kind: "view", name: "=HYPERLINK(1)", permissions: ["ReadAccess"], ...creator });
  await server.token({ kind: "organization", name: "roles", permissions: ["ChangeOrganizationPermissions"] });
  const admin = { creatorKind: "user", creatorId: await administrator(server.store), createdBy: "admin" } as const;
  const expireAt = server.now + 5 * day;
  const ends = await server.token({ kind: "system", name: "ends", permissions: ["ReadHealthCheck"], expireAt, ...admin });
  const at = String(server.now - day);
  const used = { "actor.tokenName": "ends", "actor.type": "systemPermissionToken", "@timestamp": at, "actor.ip": "10.0.0.9" };
  world.audit.rows = [{ "actor.tokenId": ends.id, _max: at, ...used }];
  await server.token({ kind: "view", name: odd, permissions: [] });
  ingestValue = await ingestToken(server, { name: "shipper" });
  await ask(server, server.localAdmin, 'mutation { createFleetInstallToken(name: "fleet", configId: null) { token } }');
  const { id } = await server.store.db.selectFrom("tokens").select("id").where("name", "=", "roles").executeTakeFirstOrThrow();
  const key = { kind: "organization", id, createdAt: server.now };
  for (const origin of [world.origins.embedded, world.origins.gateway]) {
    await note(origin, { type: "own", token: key, owner: "Team Blue", seen: null });
    await note(origin, { type: "dismiss", token: key, rule: "no-ip-filter", note: "Agreed.", until: null, seen: null });
  }
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

async function note(origin: string, change: object) {
  const headers = { authorization: `Bearer ${world.credential}`, "content-type": "application/json" };
  const answer = await fetch(new URL(findingNotesPath, origin), { method: "POST", headers, body: JSON.stringify(change) });
  expect(answer.status, await answer.text()).toBe(200);
}

interface Ran {
  readonly text: string;
  readonly said: string;
  readonly status: string | number | undefined;
}

const runs = new Map<string, Promise<Ran>>();
/** {@link runAnew}, once for all tests that ask for the same: nothing changes between them. */
function run(name: RemoteName, args: readonly string[], credential = world.credential): Promise<Ran> {
  const key = JSON.stringify([name, args, credential]);
  const known = runs.get(key) ?? runAnew(name, args, credential);
  runs.set(key, known);
  return known;
}

/** Runs a command against a server, and gives what it writes and ends with. */
async function runAnew(name: RemoteName, args: readonly string[], credential: string): Promise<Ran> {
  const said: string[] = [];
  vi.spyOn(console, "error").mockImplementation((words: string) => void said.push(words));
  const command = readCommand([...args, "--url", world.origins[name]], { LOGSCALE_TOKEN: credential });
  const { output, text } = pipeOf();
  const now = () => world.server.now;
  process.exitCode = undefined;
  if (command.type === "inventory") await listInventory(command, output, now);
  else if (command.type === "findings") await tellFindings(command, output, now);
  else throw new Error("It is another command.");
  return { text: text(), said: said.join("\n"), status: process.exitCode };
}

interface Evidence {
  readonly cover: { readonly backend: unknown; readonly kinds: unknown; readonly list: unknown };
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}
const evidence = async (name: RemoteName, ...args: readonly string[]) =>
  JSON.parse((await run(name, ["inventory", "--format", "json", ...args])).text) as Evidence;
const findings = async (name: RemoteName, ...args: readonly string[]) =>
  findingsSchema.parse(JSON.parse((await run(name, ["findings", "--format", "json", ...args])).text));

describe("the inventory on a command line", () => {
  it.each(remoteNames)(
    "has the tokens of every kind from %s, in the order of their names, as evidence by its schema",
    async (name) => {
      const document = await evidence(name);
      const validate = new Ajv2020().compile(JSON.parse(readFileSync("docs/evidence.schema.json", "utf8")));
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      expect(document.rows.map((row) => [row["kind"], row["name"]])).toEqual([
        ["view", "=HYPERLINK(1)"],
        ["personal", "admin"],
        ["system", "ends"],
        ["fleet", "fleet"],
        ["organization", "roles"],
        ["ingest", "shipper"],
        ["view", "x⟨U+001B⟩[2J⟨U+202E⟩"],
      ]);
      expect(document.rows[0]).toMatchObject({ rights: "token", permissions: ["ReadAccess"] });
      expect(document.rows[4]).toMatchObject({ permissions: ["ChangeOrganizationPermissions"] });
    },
  );

  it("says of each server what it is, who asked, and what could not be seen", async () => {
    const covers: Evidence["cover"][] = [];
    for (const name of remoteNames) covers.push((await evidence(name)).cover);
    expect(covers.map(({ backend }) => backend)).toMatchObject([
      { kind: "embedded", url: world.origins.embedded },
      { kind: "embedded", url: world.origins.strict },
      { kind: "gateway", url: world.origins.logscale },
      { kind: "logscale", url: world.origins.logscale },
    ]);
    for (const cover of covers)
      expect(cover).toMatchObject({ exportedBy: { kind: "user", name: "admin" }, list: { link: null } });
    const missing = covers.map(({ kinds }) => (kinds as { missing: string | null }[]).filter((kind) => kind.missing !== null));
    expect(missing[0]).toEqual([]);
    for (const kinds of missing.slice(1)) expect(kinds).toMatchObject([{ kind: "personal", reading: "partial" }]);
    const { said } = await run("logscale", ["inventory", "--kind", "personal,view"]);
    expect(said).toBe("Of the personal tokens only the caller's own can be listed.");
  });

  it.each(["embedded", "gateway"] as const)(
    "names owners that are written down, and what was put aside, from %s",
    async (name) => {
      const { rows } = await evidence(name);
      expect(rows.filter((row) => row["kind"] === "organization")).toMatchObject([
        { name: "roles", writtenOwner: "Team Blue", findingsDismissed: [{ rule: "no-ip-filter", note: "Agreed." }] },
      ]);
      expect((await run(name, ["inventory"])).text).toMatch(/roles +Team Blue +never/u);
    },
  );

  it("tells last use through a gateway, as the cluster's audit log has it, and says where that cannot be searched", async () => {
    const [row] = (await evidence("gateway", "--kind", "system")).rows;
    const yesterday = "2029-12-31T00:00:00.000Z";
    expect(row).toMatchObject({ name: "ends", lastUsed: yesterday, lastUsedFrom: "10.0.0.9", lastUseKnownBy: "at-least" });
    expect((await evidence("logscale")).rows.map(({ lastUsed }) => lastUsed)).not.toContain(yesterday);
    world.audit.readers.clear();
    const { said } = await runAnew("gateway", ["inventory", "--kind", "view"], world.credential);
    expect(said).toBe("The cluster's audit log could not be searched: last use and creators of tokens are not known.");
  });

  it("goes by the server's clock", async () => {
    const command = readCommand(["inventory", "--format", "json", "--url", world.origins.logscale], {
      LOGSCALE_TOKEN: world.credential,
    });
    if (command.type !== "inventory") throw new Error("It is another command.");
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { output, text } = pipeOf();
    await listInventory(command, output);
    const { cover } = JSON.parse(text()) as { readonly cover: { readonly exportedAt: string } };
    expect(cover.exportedAt).toMatch(/^2030-01-01T00:0/u);
  });

  it("as CSV is the page's table, with formulas defused", async () => {
    const { text } = await run("embedded", ["inventory", "--format", "csv"]);
    expect(
      text.startsWith(
        `\uFEFF${evidenceHeadings()
          .map((heading) => `"${heading}"`)
          .join(",")}\r\n`,
      ),
    ).toBe(true);
    expect(text).toContain(`"view","'=HYPERLINK(1)","`);
    expect(text.split("\r\n")).toHaveLength(9);
  });

  it("is narrowed to kinds and to findings, which are judged among all tokens", async () => {
    const { rows, cover } = await evidence(
      "embedded",
      "--finding",
      "can-escalate,expires-soon",
      "--kind",
      "organization, system",
    );
    expect(rows.map(({ name }) => name)).toEqual(["ends", "roles"]);
    expect(cover.list).toMatchObject({
      narrowedBy: ["Kind: Organization or System", expect.stringMatching(/^Finding: .* or .*$/u)],
    });
    expect((await evidence("embedded", "--finding", "can-escalate")).rows.map(({ name }) => name)).toEqual(["roles"]);
  });

  it("as text has a line for each token and nothing that a terminal obeys", async () => {
    const { text } = await run("embedded", ["inventory"]);
    const [head, , titles, ...lines] = text.trimEnd().split("\n");
    expect(head).toBe("7 tokens.");
    expect(titles).toMatch(/^KIND +NAME +OWNER +EXPIRES +LAST USED +FINDINGS$/u);
    expect(lines).toHaveLength(7);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain("x⟨U+001B⟩[2J⟨U+202E⟩");
  });

  it("holds no secret in any form", async () => {
    for (const format of [[], ["--format", "csv"], ["--format", "json"]]) {
      const { text } = await run("embedded", ["inventory", ...format]);
      expect(text).not.toContain(ingestValue);
      expect(text).not.toMatch(/[A-Za-z0-9]{24}~/u);
    }
  });

  it("is refused where the caller may list none of the kinds that are asked for", async () => {
    const { tokenString, id } = await world.server.token({ kind: "organization", name: "blind", permissions: ["ViewUsage"] });
    await expect(run("embedded", ["inventory", "--kind", "system,fleet"], tokenString)).rejects.toThrow(StartError);
    await world.server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
  });

  it("refuses kinds, rules and forms that there are not, with status 1", () => {
    for (const [args, words] of [
      [["--kind", "all"], '--kind knows personal, view, organization, system, ingest, fleet; "all" is none of them.'],
      [["--finding", "older"], /^--finding knows .*; "older" is none of them\.$/u],
      [["--format", "xml"], "--format knows text, csv, json."],
      [["--finding"], "--finding needs a value."],
    ] as const) {
      const read = () => readCommand(["inventory", ...args], {});
      expect(read).toThrow(words);
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(expect.objectContaining({ status: 1 }));
    }
  });
});

describe("findings on a command line", () => {
  it("are those of the page: found, put aside, and what could not be judged", async () => {
    const report = await findings("embedded");
    const of = (tokenName: string) => report.findings.filter(({ token }) => token.name === tokenName).map(({ rule }) => rule);
    expect(of("roles")).toContain("can-escalate");
    expect(of("roles")).not.toContain("no-ip-filter");
    expect(of("ends")).toContain("expires-soon");
    expect(report.dismissed).toMatchObject([
      { rule: "no-ip-filter", note: "Agreed.", by: "admin", until: null, token: { name: "roles", owner: { name: "Team Blue" } } },
    ]);
    expect(report.totals).toMatchObject({ tokens: 7, dismissed: 1 });
    expect(report.unseen).toEqual([]);
    // The evidence says the same of the same tokens.
    const { rows } = await evidence("embedded");
    const inEvidence = rows.flatMap((row) =>
      (row["findings"] as { rule: string }[]).map(({ rule }) => [row["kind"], row["name"], rule]),
    );
    expect(report.findings.map(({ token, rule }) => [token.kind, visibleName(token.name), rule])).toEqual(inEvidence);
  });

  it("have the schema that docs/ has", async () => {
    expect(JSON.parse(readFileSync("docs/findings.schema.json", "utf8"))).toEqual(z.toJSONSchema(findingsSchema));
  });

  it("as text are grouped by rule, the gravest first, with why", async () => {
    const { text } = await run("embedded", ["findings"]);
    expect(text).toMatch(/^\d+ findings on \d of 7 tokens: .*\. 1 put aside\.\n\nHIGH {2}/u);
    expect(text).toMatch(/\(can-escalate\), 1 token\n {2}organization roles \w{32}, owner Team Blue: \S/u);
    expect(text.indexOf("HIGH")).toBeLessThan(text.indexOf("MEDIUM"));
    expect(text).not.toContain("\u001b");
  });

  it("end with 0 unless told to fail, then with 3 where one of the severity or a graver one stands", async () => {
    expect((await run("embedded", ["findings"])).status).toBe(0);
    expect((await run("embedded", ["findings", "--fail-on", "high"])).status).toBe(3);
    expect((await run("embedded", ["findings", "--fail-on", "low"])).status).toBe(3);
    expect((await run("embedded", ["findings", "--fail-on", "high", "--kind", "system"])).status).toBe(0);
    expect((await run("embedded", ["findings", "--fail-on", "medium", "--kind", "system"])).status).toBe(3);
  });

  it("end with 4 where nothing was found but not everything was seen or judged, unless that is allowed", async () => {
    const partial = ["findings", "--fail-on", "high", "--kind", "personal"];
    const { status, said } = await run("logscale", partial);
    expect(status).toBe(4);
    expect(said).toMatch(/Nothing of that severity was found, but not every personal token was seen/u);
    expect((await run("logscale", [...partial, "--allow-partial"])).status).toBe(0);
    const unjudged = await run("logscale", ["findings", "--fail-on", "high", "--kind", "system"]);
    expect(unjudged.said).toMatch(/not every token could be judged by .*owner-gone/u);
    expect(unjudged.status).toBe(4);
  });

  it.each(["strict", "gateway", "logscale"] as const)("say of %s what it cannot tell", async (name) => {
    const report = await findings(name);
    expect(report.unseen).toEqual([
      { kind: "personal", seen: "some", reason: "Of the personal tokens only the caller's own can be listed." },
    ]);
    expect(report.notJudged.map(({ rule }) => rule)).toContain("unused");
    expect(report.findings.some(({ rule }) => rule === "can-escalate")).toBe(true);
  });

  it("refuse --allow-partial where nothing can fail", () => {
    expect(() => readCommand(["findings", "--allow-partial"], {})).toThrow("--allow-partial is for --fail-on only.");
    expect(() => readCommand(["findings", "--fail-on", "grave"], {})).toThrow("--fail-on knows high, medium, low.");
  });
});
