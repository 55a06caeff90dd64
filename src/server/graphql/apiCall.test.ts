import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { print } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { printApiCall, type ApiCall } from "#domain/apiCall.ts";
import { defaultPolicies, type Policies } from "#domain/policy.ts";
import { tokenStringPattern } from "#domain/tokenString.ts";
import { policiesToInput } from "#logscale/convert.ts";
import { CreateIpFilterDocument } from "#logscale/generated/ipFilters.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { CreateOrganizationTokenDocument } from "#logscale/generated/token.ts";
import { readPolicies } from "#server/services/policies.ts";
import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

const hour = 3_600_000;

/** How each printed text is run: the program, and the file that it is saved as, or the argument that it is given as. */
const runs = {
  sh: { program: "sh", by: (text: string) => ["-c", text], needs: "curl" },
  python: { program: "python3", by: (_text: string, file: string) => [file], needs: "python3" },
  node: { program: process.execPath, by: (_text: string, file: string) => [file], needs: process.execPath },
  perl: { program: "perl", by: (_text: string, file: string) => [file], needs: "perl" },
} as const;

const extensions = { sh: "sh", python: "py", node: "mjs", perl: "pl" } as const;

function available(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

const hostile = `it's "quoted" \\ $HOME \${HOME} $(touch pwned) \`touch pwned\` %PATH% !x! ‘’ 日本語 🚀 """ ''' #`;

let store: TestStore;
let server: TestServer;
let address: string;
let folder: string;
beforeAll(async () => {
  store = await openTestStore("pglite");
  server = await testServer(store);
  address = await server.app.listen({ host: "127.0.0.1", port: 0 });
  folder = mkdtempSync(join(tmpdir(), "tokenhouse-api-call-"));
});
afterAll(async () => {
  await server.app.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.keys(runs) as (keyof typeof runs)[])("what is printed as an API call for %s", (form) => {
  const { program, by, needs } = runs[form];
  const canRun = available(needs);

  /** Runs the printed text in a folder of its own and returns what it says; rejects when it ends with another status than 0. */
  function run(call: Omit<ApiCall, "server">, token = server.localAdmin): Promise<string> {
    const text = printApiCall({ ...call, server: address }).find(({ id }) => id === form)?.text ?? "";
    expect(text).not.toContain(token);
    const file = join(folder, `call.${extensions[form]}`);
    writeFileSync(file, text);
    const { PATH = "" } = process.env;
    return new Promise((resolve, reject) => {
      execFile(
        program,
        by(text, file),
        { cwd: folder, env: { PATH, HOME: folder, LOGSCALE_TOKEN: token, NO_PROXY: "*", no_proxy: "*" } },
        (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
      );
    });
  }

  it.skipIf(!canRun)("applies a draft of the policies", async () => {
    const wanted: Policies = {
      ...defaultPolicies,
      view: { enabled: true, maximumLifetime: 36 * hour, ipFilter: null, allowPermissionUpdates: true },
      system: { ...defaultPolicies.system, enabled: false },
    };
    await run({
      document: print(UpdateTokenSecurityPoliciesDocument),
      variables: { input: policiesToInput(wanted, { withSystem: true }) },
    });
    expect(await readPolicies(store.db)).toEqual(wanted);
    await run({
      document: print(UpdateTokenSecurityPoliciesDocument),
      variables: { input: policiesToInput(defaultPolicies, { withSystem: true }) },
    });
    expect(await readPolicies(store.db)).toEqual(defaultPolicies);
  });

  it.skipIf(!canRun)("creates a token whose name is hostile, and nothing else happens", async () => {
    const input = { name: hostile, expireAt: null, ipFilterId: null, organizationPermissions: ["ViewUsage"] };
    const answer = JSON.parse(await run({ document: print(CreateOrganizationTokenDocument), variables: { input } })) as {
      data: { createOrganizationPermissionsTokenV2: { token: string } };
    };
    const { token } = answer.data.createOrganizationPermissionsTokenV2;
    expect(token).toMatch(tokenStringPattern);
    const [id = ""] = token.split("~");
    const row = await store.db.selectFrom("tokens").select("name").where("id", "=", id).executeTakeFirst();
    expect(row?.name).toBe(hostile);
    expect(spawnSync("ls", [folder]).stdout.toString()).not.toContain("pwned");
  });

  it.skipIf(!canRun)("creates an IP filter byte for byte", async () => {
    const input = { name: `filter of ${form}`, ipFilter: '# it\'s "ours" \\n $x\nallow 10.0.0.0/8; deny all\n' };
    const answer = await run({ document: print(CreateIpFilterDocument), variables: { input } });
    const { data } = JSON.parse(answer) as { data: { createIPFilter: { id: string } } };
    const { id } = data.createIPFilter;
    const row = await store.db.selectFrom("ipFilters").select("ipFilter").where("id", "=", id).executeTakeFirst();
    expect(row?.ipFilter).toBe(input.ipFilter);
  });

  it.skipIf(!canRun)("says so when the credential is refused", async () => {
    const outcome = await run({ document: "{ meta { version } }", variables: {} }, "x".repeat(24)).catch(String);
    expect(outcome).toMatch(/401|The supplied authentication is invalid/u);
  });
});
