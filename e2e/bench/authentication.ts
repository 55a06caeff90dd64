import { spawn } from "node:child_process";

import { fillDemoOrganization } from "#server/demo/organization.ts";
import { openStore } from "#server/store/client.ts";
import { startCluster } from "#server/testing/cluster.ts";

import { perSecond, type Load } from "./load.ts";
import { median } from "./plan.ts";
import { askGraphql, inFolder, listening, startBuilt } from "./server.ts";

/** What it costs to find out who asks, on PostgreSQL. */
export interface AuthenticationBench {
  /** Requests a second that look up one row by its key, in a server that does nothing else. */
  readonly lookUps: number;
  /** GraphQL requests a second, each by a token and answered without the database. */
  readonly authenticated: number;
  /** The median, round by round, of authenticated requests to look-ups a second. */
  readonly ratio: number;
}

const connections = 16;

/** Measures both in turn, in an organization with `tokens` tokens. */
export async function benchAuthentication(tokens: number, rounds: number, ms: number): Promise<AuthenticationBench> {
  const cluster = await startCluster({ durable: true });
  try {
    const databaseUrl = cluster.url("postgres");
    const store = await openStore({ databaseUrl });
    await fillDemoOrganization(store.db, { now: Date.now(), tokens });
    await store.close();
    return await inFolder(async (folder) => {
      const server = await startBuilt(folder, "--database-url", databaseUrl);
      const bare = spawn(process.execPath, ["--import", "tsx", "e2e/bench/lookUpServer.ts", databaseUrl], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        const bareUrl = await listening(bare);
        const token = await createToken(server);
        const load = {
          lookUps: () =>
            perSecond(
              bareUrl,
              { ...graphql, headers: { ...graphql.headers, "x-id": token.split("~")[0] ?? "" } },
              connections,
              ms,
            ),
          authenticated: () =>
            perSecond(
              server.url,
              { ...graphql, headers: { ...graphql.headers, authorization: `Bearer ${token}` } },
              connections,
              ms,
            ),
        };
        // The first round runs code that is not compiled yet.
        for (const run of Object.values(load)) await run();
        const pairs: { lookUps: number; authenticated: number }[] = [];
        for (let round = 0; round < rounds; round++) {
          pairs.push({ lookUps: await load.lookUps(), authenticated: await load.authenticated() });
        }
        return {
          lookUps: median(pairs.map(({ lookUps }) => lookUps)),
          authenticated: median(pairs.map(({ authenticated }) => authenticated)),
          ratio: median(pairs.map(({ lookUps, authenticated }) => authenticated / lookUps)),
        };
      } finally {
        bare.kill("SIGTERM");
        await server.stop();
      }
    });
  } finally {
    await cluster.stop();
  }
}

const graphql: Load = {
  method: "POST",
  path: "/graphql",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query: "{ __typename }" }),
};

async function createToken(server: Parameters<typeof askGraphql>[0]): Promise<string> {
  const { made } = await askGraphql<{ made: { token: string } }>(
    server,
    'mutation { made: createOrganizationPermissionsTokenV2(input: { name: "bench", organizationPermissions: [ViewUsage] }) { token } }',
  );
  return made.token;
}
