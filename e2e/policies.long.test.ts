import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { startProgram, type RunningProgram } from "#server/testing/program.ts";

import { installPackage, type InstalledPackage } from "./packed.ts";

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPackage();
}, 600_000);
afterAll(() => installed.remove());

const view = (enabled: boolean, maximum: string) =>
  `version: 1\npolicies:\n  organization: { enabled: ${enabled}, maximumLifetime: ${maximum}, ipFilter: null, allowPermissionUpdates: false }\n`;

describe.each(["pglite", "postgres"] as const)("the installed program's commands on the policies, on %s", (database) => {
  let folder: string;
  let store: TestStore | undefined;
  let server: RunningProgram;
  let admin: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-policies-"));
    if (database === "postgres") store = await openTestStore("postgres");
    const { databaseUrl } = store ?? {};
    const environment = {
      DATA_DIR: join(folder, "data"),
      PORT: "0",
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    };
    server = await startProgram([installed.program], environment, folder);
    admin = readFileSync(join(folder, "data/local-admin/local-admin-token.txt"), "utf8").trim();
    await create("büro 日本");
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    await store?.close();
    rmSync(folder, { recursive: true });
  });

  /** Makes an organization token and gives its string. */
  async function create(name: string, permissions = ["ViewUsage"]): Promise<string> {
    const query = `mutation ($name: String!, $permissions: [OrganizationPermission!]!) {
      made: createOrganizationPermissionsTokenV2(input: { name: $name, organizationPermissions: $permissions }) { token }
    }`;
    const response = await fetch(`${server.address}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables: { name, permissions } }),
    });
    const { data } = (await response.json()) as { data: { made: { token: string } } };
    return data.made.token;
  }

  /** Runs a command without a terminal, as a pipeline does, and gives what it wrote, byte by byte. */
  async function run(
    args: readonly string[],
    {
      input = "",
      environment = {},
      command = installed.program,
    }: { input?: string; environment?: Record<string, string>; command?: string } = {},
  ) {
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, DATA_DIR: join(folder, "data"), PORT: new URL(server.address).port, ...environment };
    const child = spawn(command, args, { env, cwd: folder, stdio: "pipe" });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const [output, errors] = await Promise.all([buffer(child.stdout), buffer(child.stderr), once(child, "close")]);
    return { status: child.exitCode, output, text: output.toString("utf8"), errors: errors.toString("utf8") };
  }
  const policies = (args: readonly string[], options?: Parameters<typeof run>[1]) => run(["policies", ...args], options);

  it("end with each status that they document", { timeout: 300_000 }, async () => {
    const exported = await policies(["export"]);
    expect(exported).toMatchObject({ status: 0, errors: "" });
    writeFileSync(join(folder, "policies.yaml"), exported.output);
    expect(await policies(["plan", "-f", "policies.yaml"])).toMatchObject({ status: 0 });
    expect(await policies(["drift", "-f", "policies.yaml"])).toMatchObject({ status: 0 });

    expect(await policies(["plan", "-f", "-"], { input: "version: 2\n" })).toMatchObject({
      status: 1,
      text: "",
      errors: expect.stringMatching(/^standard input:1:10: /u) as string,
    });
    expect(await policies(["plan", "-f", "policies.yaml", "--frobid", "in-use"])).toMatchObject({ status: 1 });
    expect(await policies(["plan", "-f", "policies.yaml"], { environment: { PORT: "1" } })).toMatchObject({ status: 1 });

    expect(await policies(["plan", "-f", "-"], { input: view(true, "900d") })).toMatchObject({ status: 2 });
    expect(await policies(["drift", "-f", "-"], { input: view(true, "900d") })).toMatchObject({ status: 2 });
    // A token that was made just now and never used may be about to be.
    expect(await policies(["plan", "-f", "-"], { input: view(false, "null") })).toMatchObject({ status: 3 });
    const blind = await create("few rights", ["ChangeSecurityPolicies"]);
    expect(
      await policies(["plan", "-f", "-"], { input: view(false, "null"), environment: { LOGSCALE_TOKEN: blind } }),
    ).toMatchObject({
      status: 4,
    });

    expect(await policies(["plan", "-f", "-", "--out", "plan.json"], { input: view(true, "900d") })).toMatchObject({ status: 2 });
    await create("made since");
    expect(await policies(["apply", "plan.json", "--yes"])).toMatchObject({
      status: 5,
      errors: expect.stringContaining("made since") as string,
    });
    await policies(["plan", "-f", "-", "--out", "plan.json"], { input: view(true, "900d") });
    expect(await policies(["apply", "plan.json"])).toMatchObject({
      status: 1,
      errors: "Nobody can be asked here, so nothing was changed. Say --yes to apply without being asked.\n",
    });
    expect(await policies(["apply", "plan.json", "--yes"])).toMatchObject({ status: 0 });
    expect(await policies(["drift", "-f", "policies.yaml"])).toMatchObject({ status: 2 });
  });

  it("write UTF-8 and no colours, whatever the locale, and nothing that a terminal obeys", { timeout: 120_000 }, async () => {
    for (const locale of ["C", "POSIX", "de_DE.ISO-8859-1", "ja_JP.eucJP"]) {
      for (const format of ["text", "markdown", "json"]) {
        const { output, errors } = await policies(["plan", "-f", "-", "--format", format], {
          input: view(false, "null"),
          environment: { LC_ALL: locale, LANG: locale, TERM: "xterm-256color" },
        });
        const text = new TextDecoder("utf-8", { fatal: true }).decode(output);
        expect(text, `${locale} ${format}`).toContain("büro 日本");
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(errors).toBe("");
      }
    }
  });

  it("end with their status and no error where whoever reads them has seen enough", { timeout: 60_000 }, async () => {
    const script = `"${installed.program}" policies plan -f - --format json | head -c 10 > /dev/null; echo "\${PIPESTATUS[0]}"`;
    const { text, errors } = await run(["-c", script], { command: "bash", input: view(false, "null") });
    expect([text, errors]).toEqual(["3\n", ""]);
  });

  it("see the same through a gateway", { timeout: 120_000 }, async () => {
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, LOGSCALE_URL: server.address, PORT: "0", DATA_DIR: join(folder, "gateway") };
    const gateway = spawn(installed.program, [], { env, cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    try {
      let address: string | undefined;
      for await (const line of createInterface({ input: gateway.stdout })) {
        address = /(http:\/\/127\.0\.0\.1:\d+)$/u.exec(line)?.[1];
        if (address !== undefined) break;
      }
      const plan = async (url: string) => {
        const args = ["plan", "-f", "-", "--format", "json", "--url", url];
        const { text, status } = await policies(args, { input: view(false, "null"), environment: { LOGSCALE_TOKEN: admin } });
        const { totals, changes } = JSON.parse(text) as { totals: unknown; changes: unknown };
        return { status, totals, changes };
      };
      expect(await plan(address ?? "")).toEqual(await plan(server.address));
    } finally {
      gateway.kill("SIGTERM");
      await once(gateway, "close");
    }
  });

  /** Runs a command on a terminal of its own, and types an answer once it asks. */
  async function onTerminal(command: string, answer: string, locale: string) {
    const { PATH = "", HOME = "" } = process.env;
    const { port } = new URL(server.address);
    const env = { PATH, HOME, DATA_DIR: join(folder, "data"), PORT: port, LC_ALL: locale, TERM: "xterm" };
    const child = spawn("script", ["-qec", command, "/dev/null"], { env, cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    let asked = false;
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (asked || !text.includes("To apply this, type ")) return;
      asked = true;
      child.stdin.write(answer);
    });
    await once(child, "close");
    return { status: child.exitCode, text };
  }

  it("ask on a terminal for the number of tokens that stop, in signs that its locale has", { timeout: 120_000 }, async () => {
    writeFileSync(join(folder, "off.yaml"), view(false, "null"));
    const typed = (answer: string, locale: string) =>
      onTerminal(`"${installed.program}" policies apply -f off.yaml`, answer, locale);
    const wrong = await typed("1\n", "C.UTF-8");
    expect(wrong.text).toContain("type the number of tokens that stop or may stop:");
    expect(wrong.text).toContain("büro 日本");
    expect(wrong.text).toContain("That is not it. Nothing was changed.");
    expect(wrong.status).toBe(1);
    expect((await typed("\u0003", "C.UTF-8")).status, "Ctrl-C").toBe(130);
    expect((await typed("\u0004", "C.UTF-8")).text, "Ctrl-D").toContain("That is not it. Nothing was changed.");
    const right = await typed("3\n", "C");
    expect(right.text).toContain("b<U+00FC>ro <U+65E5><U+672C>");
    expect(right.text).toContain("Applied, and found as planned.");
    expect(right.status).toBe(0);
    const [kit = ""] = readdirSync(folder).filter((name) => name.startsWith("tokenhouse-recovery-kit-"));
    expect(readFileSync(join(folder, kit), "utf8")).toContain("made since");
  });
});
