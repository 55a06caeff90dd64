import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";

import { day } from "#domain/duration.ts";
import { printResource } from "#domain/print/apiResource.ts";
import { readCommand } from "#server/cli/commands.ts";
import { ask } from "#server/testing/callers.ts";
import { ingestToken } from "#server/testing/ingest.ts";
import { openRemotes, pipeOf, type RemoteName, type Remotes } from "#server/testing/remotes.ts";

import { checkResourceFiles } from "./check.ts";
import { resourcesSchema } from "./report.ts";

let world: Remotes;
let folder: string;
let sandbox: string;

beforeAll(async () => {
  world = await openRemotes();
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-resources-"));

  const { searchDomains } = await made<{ searchDomains: { id: string; name: string }[] }>("{ searchDomains { id name } }");
  sandbox = searchDomains.find(({ name }) => name === "sandbox")?.id ?? "";
  const { createIPFilter } = await made<{ createIPFilter: { id: string } }>(
    'mutation { createIPFilter(input: { name: "office", ipFilter: "allow 10.0.0.0/8\\ndeny all" }) { id } }',
  );
  const input = `viewIds: ["${sandbox}"], viewPermissions: [ReadAccess, ChangeFiles]`;
  await made(
    `mutation { createViewPermissionsTokenV2(input: { name: "deploy", ${input}, expireAt: ${world.server.now + 30 * day}, ipFilterId: "${createIPFilter.id}" }) { token } }`,
  );
  for (let twin = 0; twin < 2; twin++)
    await made(`mutation { createViewPermissionsTokenV2(input: { name: "twin", ${input} }) { token } }`);
  await made(
    'mutation { createSystemPermissionsTokenV2(input: { name: "health", systemPermissions: [ReadHealthCheck] }) { token } }',
  );
  await ingestToken(world.server, { name: "web", parser: "json" });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

/** Asks as the local administrator, and gives what comes back. */
async function made<Data>(query: string): Promise<Data> {
  const { data, errors, text } = await ask(world.server, world.server.localAdmin, query, {});
  if (errors.length > 0 || data === null) throw new Error(text);
  return data as Data;
}

let files = 0;

/** Writes a file and gives its path. */
function aFile(text: string, name = `${++files}.yaml`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Run {
  readonly text: string;
  readonly status: number | undefined;
}

/** Runs the command as its user does; what it prints, without the folder, and the status that it ends with. */
async function run(
  args: readonly string[],
  { on = "embedded", as = world.credential, input = "" }: { on?: RemoteName; as?: string; input?: string } = {},
): Promise<Run> {
  const { output, text } = pipeOf();
  const command = readCommand(["resources", "check", ...args, "--url", world.origins[on]], { LOGSCALE_TOKEN: as });
  if (command.type !== "resources") return expect.unreachable();
  const former = process.exitCode;
  try {
    await checkResourceFiles(command, { now: () => world.server.now, output, input: Readable.from([input]) });
    return { text: text().replaceAll(`${folder}/`, ""), status: process.exitCode as number };
  } finally {
    process.exitCode = former;
  }
}

const token = (kind: string, ...spec: readonly string[]) =>
  `apiVersion: core.humio.com/v1alpha1\nkind: Humio${kind}\nmetadata: {name: r}\nspec:\n  managedClusterName: logs\n${spec.map((line) => `  ${line}\n`).join("")}`;
const secret = "tokenSecretName: s";
const deploy = (...more: readonly string[]) =>
  token("ViewToken", "name: deploy", "viewNames: [sandbox]", "permissions: [ReadAccess, ChangeFiles]", secret, ...more);
const asMade = ["ipFilterName: office", "expiresAt: 2030-01-31T00:00:00Z"];
const health = token("SystemToken", "name: health", "permissions: [ReadHealthCheck]", secret);
const web = token("IngestToken", "name: web", "repositoryName: sandbox", "parserName: json");
const office = token(
  "IPFilter",
  "name: office",
  "ipFilter: [{action: allow, address: 10.0.0.0/8}, {action: deny, address: all}]",
);
const others = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
const all = [deploy(...asMade), health, web, office, others].join("---\n");

describe("resources", () => {
  it.each(["embedded", "strict", "gateway"] as const)("that are as written end with 0, %s", async (on) => {
    const { text, status } = await run([aFile(all, "all.yaml")], { on });
    expect(text.split("\n").slice(0, 8)).toEqual([
      "all.yaml:1: view token deploy: exists",
      "all.yaml:13: system token health: exists",
      "all.yaml:22: ingest token web of sandbox: exists",
      "all.yaml:31: IP filter office: exists",
      "all.yaml:39: ConfigMap: not checked, since it makes no token and no IP filter",
      "",
      "4 exist, 1 of other kinds.",
      `Held against ${world.origins[on]} at 2030-01-01T00:00:00Z.`,
    ]);
    expect(status).toBe(0);
  });

  it("that the page printed of what it made are as written", async () => {
    const printed = [
      printResource({
        type: "view",
        name: "deploy",
        permissions: ["ChangeFiles", "ReadAccess"],
        views: ["sandbox"],
        expireAt: world.server.now + 30 * day,
        ipFilter: "office",
      }),
      printResource({ type: "ingest", name: "web", repository: "sandbox", parser: "json", existing: true }),
    ].map((calls) => calls.find(({ id }) => id === "operator")?.text);
    expect((await run([aFile(printed.join("\n---\n"))])).status).toBe(0);
  });

  it("that differ end with 2, and say what is in force and what is asked for", async () => {
    const differing = [
      token("ViewToken", "name: deploy", "viewNames: [sandbox]", "permissions: [ReadAccess]", secret),
      token("IngestToken", "name: web", "repositoryName: sandbox"),
      token("IPFilter", "name: office", "ipFilter: [{action: allow, address: all}]"),
    ];
    const { text, status } = await run([aFile(differing.join("---\n"), "differing.yaml")]);
    expect(status).toBe(2);
    for (const line of [
      "differing.yaml:1: view token deploy: differs",
      "  permissions: CreateFiles, UpdateFiles, DeleteFiles → without them",
      "  expiry: 2030-01-31T00:00:00Z → never",
      "  IP filter: office → none",
      "differing.yaml:11: ingest token web of sandbox: differs",
      "  parser: json → none",
      "  rules: allow 10.0.0.0/8; deny all → allow all",
    ])
      expect(text.split("\n")).toContain(line);
  });

  it("that the policy refuses as written end with 3, and say why by the form's own rules", async () => {
    await policies("organizationPermissionTokensEnforceExpirationAfterMs: 8640000000");
    onTestFinished(() => policies());
    const refused = [
      token("OrganizationToken", "name: new", "permissions: [ViewUsage]", secret),
      token("SystemToken", "name: health", "permissions: [ManageCluster]", secret),
    ];
    const { text, status } = await run([aFile(refused.join("---\n"), "refused.yaml")]);
    expect(status).toBe(3);
    expect(text).toContain(
      "refused.yaml:1: organization token new: refused\n  Refused by the policy: Organization tokens may live at most 100 days; choose an expiry within that time.\n",
    );
    expect(text).toContain(
      "  Refused by the policy: The security policy does not let the permissions of existing system tokens be changed.",
    );
  });

  it("that are missing, ambiguous or written twice end with 2", async () => {
    const several = [
      token("IPFilter", "name: home", "ipFilter: [{action: deny, address: all}]"),
      token("ViewToken", "name: twin", "viewNames: [sandbox]", "permissions: [ReadAccess, ChangeFiles]", secret),
      health,
      health,
    ];
    const { text, status } = await run([aFile(several.join("---\n"), "several.yaml")]);
    expect(status).toBe(2);
    expect(text).toContain("several.yaml:1: IP filter home: missing\n");
    expect(text).toContain("several.yaml:9: view token twin: ambiguous\n  2 have this name, and 2 of them are as written.");
    expect(text).toContain("  The same system token is asked for at several.yaml:28 too.");
    expect(text).toContain("\n2 written twice, 1 ambiguous, 1 missing.\n");
  });

  it("that cannot be seen whole are never called missing, and end with 4 although others are refused", async () => {
    const { tokenString } = await world.server.token({ kind: "organization", name: "few rights", permissions: ["ViewUsage"] });
    const path = aFile(
      [
        health,
        token("IngestToken", "name: web", "repositoryName: elsewhere"),
        token("SystemToken", "name: x", "permissions: [Fly]", secret),
      ].join("---\n"),
      "unseen.yaml",
    );
    const { text, status } = await run([path], { as: tokenString });
    expect(status).toBe(4);
    expect(text).toContain(
      "unseen.yaml:1: system token health: not seen\n  It was not found among those that could be seen. You may not list system tokens.\n",
    );
    expect(text).toContain("ingest token web of elsewhere: not seen\n");
    expect(text).not.toContain("missing");
  });

  it("that cannot be read end with 1, with line and column, and the others are checked all the same", async () => {
    const empty = "apiVersion: core.humio.com/v1alpha1\nkind: HumioOrganizationToken\nspec:\n  # fields\n";
    const { text, status } = await run([aFile(`${empty}---\n${health}---\nname: {{ .Values.name }}\n`, "broken.yaml")]);
    expect(status).toBe(1);
    expect(text).toContain("broken.yaml:3:1: spec is empty: HumioOrganizationToken needs name, permissions.\n");
    expect(text).toContain("broken.yaml:6: system token health: exists\n");
    expect(text).toContain("broken.yaml:15:7: This is a template");
  });

  it("come from folders, of which other files are passed over, and from standard input", async () => {
    mkdirSync(join(folder, "tree/deep"), { recursive: true });
    aFile(health, "tree/b.yml");
    aFile(web, "tree/deep/a.yaml");
    aFile("replicas: 2\n", "tree/values.yaml");
    aFile("{", "tree/notes.json");
    aFile("a: [", "tree/.hidden.yaml");
    const { text, status } = await run([join(folder, "tree"), "-"], { input: office });
    expect(status).toBe(0);
    expect(text).toContain(
      "tree/b.yml:1: system token health: exists\ntree/deep/a.yaml:1: ingest token web of sandbox: exists\nstandard input:1: IP filter office: exists\n",
    );
  });

  it("are not looked for in a pipe that lies in a folder, which may never end: it is passed over, and said so", async () => {
    mkdirSync(join(folder, "pipes"));
    execFileSync("sh", ["-c", 'mkfifo "$0"', join(folder, "pipes/a.yaml")]);
    aFile(health, "pipes/b.yaml");
    const said: string[] = [];
    vi.spyOn(console, "error").mockImplementation((words: string) => void said.push(words));
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await run([join(folder, "pipes")])).status).toBe(0);
    expect(said).toEqual([`${join(folder, "pipes/a.yaml")} was passed over: it is no ordinary file.`]);
  });

  it("are not read through a link that leads to itself, in words and without a stack trace", async () => {
    const loop = join(folder, "loop.yaml");
    symlinkSync(loop, loop);
    onTestFinished(() => rmSync(loop));
    await expect(run([loop])).rejects.toThrow(/^.*loop\.yaml cannot be read: ELOOP/u);
  });

  it("are not asked about where there is nothing to check, or a file cannot be read", async () => {
    await expect(run([aFile(others)])).rejects.toThrow("There is no resource to check, only 1 of other kinds");
    await expect(run([join(folder, "nowhere.yaml")])).rejects.toThrow(/nowhere\.yaml cannot be read: ENOENT/u);
    const bytes = join(folder, "latin1.yaml");
    writeFileSync(bytes, Buffer.from([0xe9]));
    await expect(run([bytes])).rejects.toThrow("latin1.yaml is not UTF-8. Save it as such.");
    await expect(run([aFile("replicas: 2\n", "values.yaml")])).resolves.toMatchObject({ status: 1 });
  });
});

describe("a plan", () => {
  const kindOff =
    "version: 1\npolicies:\n  view: { enabled: false, maximumLifetime: null, ipFilter: null, allowPermissionUpdates: false }\n";

  it.each(["embedded", "strict", "gateway"] as const)(
    "that would stop what resources make ends with 3, and says when and why, %s",
    async (on) => {
      const { text, status } = await run([aFile(deploy(...asMade), "deploy.yaml"), "--with-plan", "-"], { on, input: kindOff });
      expect(status).toBe(3);
      expect(text).toContain(
        "deploy.yaml:1: view token deploy: stopped by the plan\n  With the plan: stops now.\n  View tokens are disabled.\n  The operator could not make it again: View tokens are disabled by the security policy.\n",
      );
      expect((await run([aFile(health), "--with-plan", aFile(kindOff)], { on })).status).toBe(0);
    },
  );

  it("that cannot be read says where, and nothing is checked", async () => {
    await expect(
      run([aFile(health), "--with-plan", aFile("version: 1\npolicies: { vieww: {} }\n", "plan.yaml")]),
    ).rejects.toThrow(/plan\.yaml:2:13: /u);
  });
});

describe("the report", () => {
  it("as JSON is what its schema in the documentation says, whatever was found", async () => {
    const path = aFile(
      `${all}---\n${deploy()}---\n${token("ViewToken", "name: twin", "viewNames: [x]", "permissions: [Fly]", secret, "colour: red")}---\nkind: 1\n`,
    );
    const { text, status } = await run([path, "--format", "json"]);
    expect(status).toBe(1);
    const document = resourcesSchema.parse(JSON.parse(text));
    expect(document.totals).toMatchObject({ exists: 3, repeated: 2, refused: 1, ambiguous: 0, skipped: 1, unreadable: 1 });
    expect(JSON.parse(text)).toEqual(document);
    expect(JSON.parse(readFileSync("docs/resources-check.schema.json", "utf8"))).toEqual(z.toJSONSchema(resourcesSchema));
  });

  it("has nothing in it that a terminal obeys", async () => {
    const odd = String.raw`"\e]0;x\a\u202e"`;
    const path = aFile(
      `${token("SystemToken", `name: ${odd}`, "permissions: [a]", secret)}---\napiVersion: v1\nkind: ${odd}\nmetadata: {name: ${odd}}\n`,
    );
    for (const format of ["text", "json"])
      expect((await run([path, "--format", format])).text, format).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});

describe("the command line", () => {
  const readOn =
    (...args: readonly string[]) =>
    () =>
      readCommand(["resources", ...args], { LOGSCALE_TOKEN: world.credential, LOGSCALE_URL: world.origins.strict });

  it("is refused where it says too little or too much, with the status of an error", () => {
    const cases = [
      [[], "resources needs what to do: check."],
      [["look"], "resources knows check."],
      [["check"], "check needs files of resources"],
      [["check", ""], "A file needs a name."],
      [["check", "a", "--format", "csv"], "--format knows text, json."],
      [["check", "-", "--with-plan", "-"], "Standard input can be read once."],
      [["check", "a", "--with-plan"], "--with-plan needs a value."],
    ] as const;
    for (const [args, message] of cases)
      expect(readOn(...args), message).toThrow(expect.objectContaining({ message: expect.stringContaining(message), status: 1 }));
    expect(readOn("check", "a", "b")()).toMatchObject({
      type: "resources",
      files: ["a", "b"],
      format: "text",
      origin: world.origins.strict,
    });
  });
});

/** Puts policies in force that enforce nothing but what is said. */
async function policies(more = ""): Promise<void> {
  const kinds = [
    "personalUserTokensEnabled",
    "viewPermissionTokensEnabled",
    "organizationPermissionTokensEnabled",
    "systemPermissionTokensEnabled",
  ];
  await made(
    `mutation { updateTokenSecurityPolicies(input: { ${kinds.map((kind) => `${kind}: true`).join(" ")} viewPermissionTokensAllowPermissionUpdates: false organizationPermissionTokensAllowPermissionUpdates: false ${more} }) { id } }`,
  );
}
