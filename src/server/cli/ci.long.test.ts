import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { builtServer } from "#server/testing/built.ts";
import { startProgram, type RunningProgram } from "#server/testing/program.ts";

// Runs the shell of docs/ci.md as the runners of GitHub and GitLab do, with the built program, against an embedded server.

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly if: string; readonly steps: readonly Step[] }>>;
}
type Pipeline = Readonly<Record<string, { readonly script: readonly string[] }>>;

const page = readFileSync("docs/ci.md", "utf8");
const blocks = [...page.matchAll(/^```(yaml|sh)\n(.*?)^```$/gmsu)].map(([, language, text = ""]) => ({ language, text }));
const blockWith = (words: string) => blocks.find(({ text }) => text.includes(words))?.text ?? expect.unreachable(words);
const github = parse(blockWith(".github/workflows")) as Workflow;
const gitlab = parse(blockWith(".gitlab-ci.yml")) as Pipeline;

let server: RunningProgram;
let token: string;
let folder: string;
/** A folder with the program by its name, and with a `gh` that keeps what it is told. */
let bin: string;
let work: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-ci-"));
  const main = join(await builtServer(), "main.js");
  const data = join(folder, "data");
  server = await startProgram([process.execPath, main, "--port", "0", "--data-dir", data], {});
  token = readFileSync(join(data, "local-admin/local-admin-token.txt"), "utf8").trim();
  bin = join(folder, "bin");
  mkdirSync(bin);
  program("tokenhouse", `exec '${process.execPath}' '${main}' "$@"`);
  program("gh", `printf '%s\\n' "$*" >> gh.log; cat comment.md >> gh.log`);
}, 600_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  work = mkdtempSync(join(folder, "work-"));
});

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a script as a runner does: in the folder of the repository, ending at the first command that fails. */
function shell(script: string, environment: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync("sh", ["-e", "-c", script], {
    cwd: work,
    encoding: "utf8",
    env: {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      HOME: work,
      LOGSCALE_URL: server.address,
      LOGSCALE_TOKEN: token,
      ...environment,
    },
  });
  return { status, output: stdout + stderr };
}

/** Runs a job of the workflow: its steps one after the other, those that always run also after one that failed. */
function runJob(name: string, { labels = [] }: { readonly labels?: readonly string[] } = {}) {
  const outputs = new Map<string, string>();
  const valueOf = (expression: string): string => {
    const known: Readonly<Record<string, string>> = {
      "vars.LOGSCALE_URL": server.address,
      "secrets.LOGSCALE_TOKEN": token,
      "vars.TOKENHOUSE_PACKAGE": "tokenhouse.tgz",
      "github.token": "a token of GitHub",
      "github.event.pull_request.number": "7",
      "contains(github.event.pull_request.labels.*.name, 'stops tokens')": String(labels.includes("stops tokens")),
    };
    const [, id, output] = /^steps\.(\w+)\.outputs\.(\w+)$/u.exec(expression) ?? [];
    return known[expression] ?? outputs.get(`${id}.${output}`) ?? expect.unreachable(expression);
  };
  const resolved = (env: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(env).map(([key, value]) => [
        key,
        value.replaceAll(/\$\{\{ (.*?) \}\}/gu, (_, inner: string) => valueOf(inner)),
      ]),
    );
  let failed: Step | undefined;
  let status: number | null = 0;
  let output = "";
  for (const step of github.jobs[name]?.steps ?? []) {
    if (step.run === undefined || (failed !== undefined && step.if !== "always()")) continue;
    expect(step.run).not.toContain("${{");
    // No registry is asked here.
    if (step.run.startsWith("npm install")) continue;
    const files = {
      GITHUB_OUTPUT: join(work, "outputs"),
      GITHUB_STEP_SUMMARY: join(work, "summary.md"),
      GITHUB_REPOSITORY: "a/b",
    };
    writeFileSync(files.GITHUB_OUTPUT, "");
    const ran = shell(step.run, { ...resolved(github.env), ...files, ...resolved(step.env) });
    output += ran.output;
    for (const [, key, value = ""] of readFileSync(files.GITHUB_OUTPUT, "utf8").matchAll(/^(\w+)=(.*)$/gmu))
      outputs.set(`${step.id}.${key}`, value);
    if (ran.status !== 0 && failed === undefined) {
      failed = step;
      status = ran.status;
    }
  }
  return { failed: failed?.name, status, output };
}

function runGitlab(job: string): Ran {
  return shell((gitlab[job]?.script ?? expect.unreachable(job)).join("\n"));
}

const file = (name: string) => readFileSync(join(work, name), "utf8");
/** The file as it is exported, with a change. */
function policies(change: (text: string) => string = (text) => text): void {
  expect(shell(blockWith("policies export")).status).toBe(0);
  const exported = file("policies.yaml");
  const changed = change(exported);
  writeFileSync(join(work, "policies.yaml"), changed);
}
const limit = (kind: string, lifetime: string) => (text: string) =>
  text.replace(new RegExp(`(  ${kind}:\n    enabled: \\w+\n    maximumLifetime: ).*`, "u"), `$1${lifetime}`);
const disable = (kind: string) => (text: string) =>
  text.replace(`  ${kind}:\n    enabled: true`, `  ${kind}:\n    enabled: false`);

async function askServer(query: string) {
  const answer = await fetch(new URL("/graphql", server.address), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await answer.json()) as { readonly data: unknown; readonly errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

describe("the GitHub workflow", () => {
  it("passes a file that says what is in force, and comments so", () => {
    policies();
    const { status, failed } = runJob("plan");
    expect([failed, status]).toEqual([undefined, 0]);
    expect(file("gh.log")).toMatch(
      /^pr comment 7 --repo a\/b --body-file comment\.md --edit-last --create-if-none\n.*nothing changes/u,
    );
    expect(file("summary.md")).toContain("nothing changes");
  });

  it("passes a change that stops nothing, applies it on merge, and finds no drift then, but finds a later change", () => {
    policies(limit("system", "90d"));
    expect(runJob("plan")).toMatchObject({ failed: undefined });
    expect(file("comment.md")).toContain("| 90d |");
    expect(runJob("watch")).toMatchObject({ failed: "Drift", status: 2 });
    expect(runJob("apply")).toMatchObject({ failed: undefined });
    const watched = runJob("watch");
    expect(watched.failed, watched.output).toBeUndefined();
    expect(JSON.parse(file("tokens.json"))).toMatchObject({ format: "tokenhouse-evidence" });
    const mine = file("policies.yaml");
    writeFileSync(join(work, "policies.yaml"), limit("system", "30d")(mine));
    expect(runJob("apply")).toMatchObject({ failed: undefined });
    writeFileSync(join(work, "policies.yaml"), mine);
    expect(runJob("watch")).toMatchObject({ failed: "Drift", status: 2 });
  });

  it("fails where something stops that may be in use, unless the label allows it, and keeps a kit when it is applied", async () => {
    await askServer(
      'mutation { createOrganizationPermissionsTokenV2(input: { name: "ci", organizationPermissions: [ViewUsage] }) { token } }',
    );
    policies(disable("organization"));
    expect(runJob("plan")).toMatchObject({ failed: "Judge", status: 3 });
    // The comment is there all the same.
    expect(file("gh.log")).toContain("`ci`");
    expect(runJob("plan", { labels: ["stops tokens"] })).toMatchObject({ failed: undefined });
    expect(runJob("apply")).toMatchObject({ failed: undefined });
    expect(readdirSync(join(work, "kit"))).toHaveLength(1);
  });

  it("fails at a file that is wrong before it comments", () => {
    writeFileSync(join(work, "policies.yaml"), "version: 2\n");
    const { failed, status, output } = runJob("plan");
    expect([failed, status]).toEqual(["Plan", 1]);
    expect(output).toContain("policies.yaml:1:");
    expect(existsSync(join(work, "gh.log"))).toBe(false);
  });
});

describe("the GitLab pipeline", () => {
  it("applies exactly what was planned, and refuses once something else is in force", () => {
    policies(limit("view", "90d"));
    expect(runGitlab("policies-plan")).toMatchObject({ status: 0 });
    expect(file("plan.json")).not.toContain(token);
    cpSync(join(work, "plan.json"), join(work, "former.json"));
    expect(runGitlab("policies-drift")).toMatchObject({ status: 2 });
    expect(runGitlab("policies-apply")).toMatchObject({ status: 0 });
    expect(runGitlab("policies-drift")).toMatchObject({ status: 0 });
    policies(limit("view", "60d"));
    expect(runGitlab("policies-plan")).toMatchObject({ status: 0 });
    expect(runGitlab("policies-apply")).toMatchObject({ status: 0 });
    cpSync(join(work, "former.json"), join(work, "plan.json"));
    expect(runGitlab("policies-apply")).toMatchObject({ status: 5 });
  });
});

describe("the page", () => {
  it("has a file that is read as it stands there", () => {
    writeFileSync(join(work, "policies.yaml"), blockWith("192.0.2.0/24"));
    expect(shell("tokenhouse policies plan -f policies.yaml")).toMatchObject({ status: 2 });
  });

  it("finds a live token in what is to be merged", async () => {
    const expireAt = Date.now() + 5 * 86_400_000;
    const data = await askServer(
      `mutation { made: createSystemPermissionsTokenV2(input: { name: "leaky", systemPermissions: [ReadHealthCheck], expireAt: ${expireAt} }) { token } }`,
    );
    const { token: leaked } = (data as { readonly made: { readonly token: string } }).made;
    const commit = "git -c user.name=a -c user.email=a@b commit -q";
    expect(shell(`git init -q -b main && ${commit} --allow-empty -m begun && git branch origin/main`)).toMatchObject({
      status: 0,
    });
    writeFileSync(join(work, "config"), `token: ${leaked}\n`);
    expect(shell(`git add config && ${commit} -m config`)).toMatchObject({ status: 0 });
    const { status, output } = shell(blockWith("origin/main..HEAD"));
    expect(output).toContain("leaky");
    expect(output).not.toContain(leaked.slice(-44));
    expect(status).toBe(3);
    expect(shell("git log origin/main | tokenhouse leaks -")).toMatchObject({ status: 0 });
  });
});

describe("a pipe", () => {
  it("may end early: whoever reads the first lines has all that was asked for", () => {
    const { status, output } = shell("tokenhouse inventory --format csv | head -c 3 | wc -c; tokenhouse findings | head -n 1");
    expect([status, output.includes("EPIPE")]).toEqual([0, false]);
    expect(output.trim().split("\n")[0]?.trim()).toBe("3");
  });
});
