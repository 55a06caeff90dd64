import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";

import { sessionFrom, type Session } from "#logscale/session.ts";

import { buildApp, type AppOptions } from "#server/app.ts";
import { hashSecret, mintToken, type MintedToken } from "#server/auth/secrets.ts";
import { createSignInCode, findAdministrator } from "#server/auth/sessions.ts";
import { randomId } from "#server/store/ids.ts";
import type { NewTokenRow } from "#server/store/schema.ts";
import type { Store } from "#server/store/client.ts";
import { ensureOrganization } from "#server/store/organization.ts";
import { createVault } from "#server/vault.ts";

/** When the clock of a test server starts: any instant will do. */
const start = Date.UTC(2030, 0, 1);

/** An application for tests, with a clock that stands still until it is set. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly store: Store;
  /** Ms since epoch; set it to let time pass. */
  now: number;
  /** The local administrator's credential. */
  readonly localAdmin: string;
  /** Everything logged so far. */
  log(): string;
  /** A fresh sign-in code of the administrator. */
  code(): Promise<string>;
  /** Stores a token and returns its string; a personal one is the administrator's unless an id says whose it is. */
  token(row?: Partial<NewTokenRow>): Promise<MintedToken>;
  /** Calls `POST /session` as a browser does. */
  signIn(body: { readonly code: string } | { readonly token: string }, options?: InjectOptions): Promise<LightMyRequestResponse>;
  /** What `GET /session` says to the bearer of a cookie or header. */
  session(headers: Record<string, string>): Promise<Session>;
}

/** Builds an application on a fresh, empty store. */
export async function testServer(store: Store, options: Partial<AppOptions> = {}): Promise<TestServer> {
  const lines: string[] = [];
  const secret = randomId(44);
  await ensureOrganization(store.db, start);
  const app = await buildApp({
    store,
    now: () => server.now,
    localAdminHash: hashSecret(secret),
    vault: createVault(new Uint8Array(32).fill(7)),
    log: { write: (line) => void lines.push(line) },
    ...options,
  });
  const server: TestServer = {
    app,
    store,
    now: start,
    localAdmin: `localroot~${secret}`,
    log: () => lines.join(""),
    code: async () => createSignInCode(store.db, await administrator(store), server.now),
    async token(row = {}) {
      const kind = row.kind ?? "organization";
      const { secret, secretHash, ...minted } = mintToken(kind, kind === "personal" ? await administrator(store) : undefined);
      const id = row.id ?? minted.id;
      await store.db
        .insertInto("tokens")
        .values({
          id,
          kind,
          name: "a token",
          secretHash,
          createdAt: server.now,
          expireAt: null,
          ipFilterId: null,
          userId: kind === "personal" ? id : null,
          createdBy: null,
          lastUsedAt: null,
          lastUsedFrom: null,
          ...row,
        })
        .execute();
      return { id, secret, secretHash, tokenString: `${id}~${secret}` };
    },
    signIn: (body, given = {}) =>
      app.inject({
        method: "POST",
        url: "/session",
        ...given,
        headers: { "content-type": "application/json", origin: "http://localhost:80", ...given.headers },
        payload: JSON.stringify(body),
      }),
    async session(headers) {
      const response = await app.inject({ url: "/session", headers });
      if (response.statusCode !== 200) throw new Error(`GET /session answered ${response.statusCode}: ${response.body}`);
      return toldSession(response.json());
    },
  };
  return server;
}

/** Id of the user who may do everything. */
export async function administrator(store: Store): Promise<string> {
  const found = await findAdministrator(store.db);
  if (found === undefined) throw new Error("There is no administrator.");
  return found.id;
}

/** The Cookie header that a browser sends after a response. */
export function cookieOf(response: LightMyRequestResponse): string {
  const [cookie] = response.cookies;
  if (cookie === undefined) throw new Error("The response sets no cookie.");
  return `${cookie.name}=${cookie.value}`;
}

/** The session that an answer of the server's tells of. */
export function toldSession(answer: unknown): Session {
  const session = sessionFrom(answer);
  if (session === undefined) throw new Error(`This is no session: ${JSON.stringify(answer)}`);
  return session;
}
