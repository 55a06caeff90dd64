import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { hour } from "#domain/duration.ts";
import { printApiCall, type ApiCall } from "#domain/print/apiCall.ts";
import { defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { tokenStringPattern } from "#domain/token/tokenString.ts";
import { policiesToInput } from "#logscale/convert.ts";
import {
  CreateCollectorConfigurationDocument,
  PublishCollectorConfigurationDocument,
  SaveCollectorDraftDocument,
} from "#logscale/generated/configurations.ts";
import {
  AssignFleetTokenDocument,
  CreateFleetTokenDocument,
  DeleteFleetTokenDocument,
  RenameFleetTokenDocument,
} from "#logscale/generated/fleetToken.ts";
import {
  AddIngestTokenDocument,
  AssignParserDocument,
  EnableFeatureDocument,
  RemoveIngestTokenDocument,
  UnassignParserDocument,
} from "#logscale/generated/ingestToken.ts";
import { CreateIpFilterDocument } from "#logscale/generated/ipFilters.ts";
import { UpdateTokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { CreateOrganizationTokenDocument, UpdateOrganizationTokenPermissionsDocument } from "#logscale/generated/token.ts";
import { readPolicies } from "#server/store/policyRows.ts";
import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

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

/** Asks the server itself, as root. */
async function ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const headers = { authorization: `Bearer ${server.localAdmin}` };
  const response = await server.app.inject({ method: "POST", url: "/graphql", headers, payload: { query, variables } });
  return response.json<{ data: T }>().data;
}

/** In `npm test` the form that needs no start of an interpreter. */
const forms = inject("everything") ? (Object.keys(runs) as (keyof typeof runs)[]) : (["sh"] as const);

describe.each(forms)("what is printed as an API call for %s", (form) => {
  const { program, by, needs } = runs[form];
  const canRun = available(needs);

  /**
   * Runs the printed text in a folder of its own, with `secrets` in its environment, and returns what it says; rejects when it ends with
   * another status than 0.
   */
  function run(
    call: Omit<ApiCall, "server">,
    { token = server.localAdmin, secrets = {} }: { token?: string; secrets?: Record<string, string> } = {},
  ): Promise<string> {
    const text = printApiCall({ ...call, server: address }).find(({ id }) => id === form)?.text ?? "";
    for (const secret of [token, ...Object.values(secrets)]) expect(text).not.toContain(secret);
    const file = join(folder, `call.${extensions[form]}`);
    writeFileSync(file, text);
    const { PATH = "" } = process.env;
    return new Promise((resolve, reject) => {
      execFile(
        program,
        by(text, file),
        { cwd: folder, env: { PATH, HOME: folder, ...secrets, LOGSCALE_TOKEN: token, NO_PROXY: "*", no_proxy: "*" } },
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
      document: UpdateTokenSecurityPoliciesDocument,
      variables: { input: policiesToInput(wanted, { withSystem: true }) },
    });
    expect(await readPolicies(store.db)).toEqual(wanted);
    await run({
      document: UpdateTokenSecurityPoliciesDocument,
      variables: { input: policiesToInput(defaultPolicies, { withSystem: true }) },
    });
    expect(await readPolicies(store.db)).toEqual(defaultPolicies);
  });

  it.skipIf(!canRun)("creates a token whose name is hostile, and nothing else happens", async () => {
    const input = { name: hostile, expireAt: null, ipFilterId: null, organizationPermissions: ["ViewUsage"] };
    const answer = JSON.parse(await run({ document: CreateOrganizationTokenDocument, variables: { input } })) as {
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
    const answer = await run({ document: CreateIpFilterDocument, variables: { input } });
    const { data } = JSON.parse(answer) as { data: { createIPFilter: { id: string } } };
    const { id } = data.createIPFilter;
    const row = await store.db.selectFrom("ipFilters").select("ipFilter").where("id", "=", id).executeTakeFirst();
    expect(row?.ipFilter).toBe(input.ipFilter);
  });

  it.skipIf(!canRun)(
    "creates an ingest token with a value from the environment, and gives it another parser and none",
    async () => {
      await run({ document: EnableFeatureDocument, variables: { feature: "CustomIngestTokens" } });
      const name = `${form}: ${hostile}`;
      const value = String.raw`${form}'"\$HOME\n\\%PATH%\`id\`$(id)&|<>^!`;
      const input = { repositoryName: "sandbox", name, parser: "json", customToken: value };
      const document = AddIngestTokenDocument;
      await run({ document, variables: { input } }, { secrets: { LOGSCALE_INGEST_TOKEN: value } });
      const made = async () => {
        const query = `{ repository(name: "sandbox") { ingestTokens { name token parser { name } } } }`;
        const { repository } = await ask<{ repository: { ingestTokens: { name: string }[] } }>(query);
        return repository.ingestTokens.find((token) => token.name === name);
      };
      expect(await made()).toEqual({ name, token: value, parser: { name: "json" } });

      const assigned = { repositoryName: "sandbox", tokenName: name, parser: "kv" };
      await run({ document: AssignParserDocument, variables: { input: assigned } });
      expect(await made()).toMatchObject({ parser: { name: "kv" } });
      await run({ document: UnassignParserDocument, variables: { repository: "sandbox", token: name } });
      expect(await made()).toMatchObject({ parser: null });
      await run({ document: RemoveIngestTokenDocument, variables: { repository: "sandbox", token: name } });
      expect(await made()).toBeUndefined();
    },
  );

  it.skipIf(!canRun)("creates no ingest token where the chosen value is not in the environment", async () => {
    const input = { repositoryName: "sandbox", name: `${form} without`, parser: null, customToken: "chosen" };
    const refused = await run({ document: AddIngestTokenDocument, variables: { input } }).catch(String);
    expect(refused).toContain("LOGSCALE_INGEST_TOKEN");
    expect(await store.db.selectFrom("ingestTokens").select("name").where("name", "=", input.name).execute()).toEqual([]);
  });

  it.skipIf(!canRun)("creates a fleet token, and changes and deletes it by a value from the environment", async () => {
    const name = `${form}: ${hostile}`;
    const configuration = JSON.parse(
      await run({ document: CreateCollectorConfigurationDocument, variables: { name, starter: "sources: {}\n" } }),
    ) as { data: { createLogCollectorConfiguration: { id: string } } };
    const { id } = configuration.data.createLogCollectorConfiguration;
    const created = JSON.parse(await run({ document: CreateFleetTokenDocument, variables: { name, configuration: null } })) as {
      data: { createFleetInstallToken: { token: string } };
    };
    const secrets = { LOGSCALE_FLEET_TOKEN: created.data.createFleetInstallToken.token };
    const row = () =>
      store.db.selectFrom("fleetTokens").select(["name", "configurationId"]).where("name", "like", `${form}%`).execute();
    // Which token it is does not come from the variables, whatever they say.
    const fleetToken = "another";
    await run({ document: RenameFleetTokenDocument, variables: { fleetToken, name: `${form} renamed` } }, { secrets });
    await run({ document: AssignFleetTokenDocument, variables: { fleetToken, configuration: id } }, { secrets });
    expect(await row()).toEqual([{ name: `${form} renamed`, configurationId: id }]);
    await run({ document: DeleteFleetTokenDocument, variables: { fleetToken } }, { secrets });
    expect(await row()).toEqual([]);
  });

  it.skipIf(!canRun)("saves and publishes the text of a configuration from the environment, line by line", async () => {
    const create = { name: `texts of ${form}`, starter: "sources: {}\n" };
    const made = JSON.parse(await run({ document: CreateCollectorConfigurationDocument, variables: create })) as {
      data: { createLogCollectorConfiguration: { id: string } };
    };
    const { id } = made.data.createLogCollectorConfiguration;
    const text = '# it\'s "ours" \\n $HOME \t日本 é\n\nsinks:\n  a:\n    type: humio\n    url: https://h\n    token: "x\\\\y"\n';
    const secrets = { LOGSCALE_COLLECTOR_YAML: text };
    await run({ document: SaveCollectorDraftDocument, variables: { id, draft: "another" } }, { secrets });
    const texts = () => ask("query ($id: String!) { logCollectorConfiguration(id: $id) { draft yaml } }", { id });
    expect(await texts()).toEqual({ logCollectorConfiguration: { draft: text, yaml: null } });
    const publish = { id, yaml: "another", currentVersion: 0 };
    await run({ document: PublishCollectorConfigurationDocument, variables: publish }, { secrets });
    expect(await texts()).toEqual({ logCollectorConfiguration: { draft: null, yaml: text } });
  });

  it.skipIf(!canRun)("replaces the permissions of a token", async () => {
    const policies = { ...defaultPolicies, organization: { ...defaultPolicies.organization, allowPermissionUpdates: true } };
    const allow = { input: policiesToInput(policies, { withSystem: true }) };
    await run({ document: UpdateTokenSecurityPoliciesDocument, variables: allow });
    const { id } = await server.token({ kind: "organization", permissions: ["ViewUsage"] });
    const input = { id, permissions: ["MonitorQueries", "BlockQueries"] };
    await run({ document: UpdateOrganizationTokenPermissionsDocument, variables: { input } });
    const row = await store.db.selectFrom("tokens").select("permissions").where("id", "=", id).executeTakeFirst();
    expect(row?.permissions.toSorted()).toEqual(input.permissions.toSorted());
  });

  it.skipIf(!canRun)("ends with another status than 0 and the server's words when the credential is refused", async () => {
    const call = { document: "{ meta { version } }", variables: {} };
    await expect(run(call, { token: "x".repeat(24) })).rejects.toThrow("The supplied authentication is invalid");
    await expect(run(call)).resolves.toMatch(/\n$/u);
  });
});
