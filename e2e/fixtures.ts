import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { expect, test as base, type Locator, type Page } from "@playwright/test";

import { buildApp } from "#server/app.ts";
import { loadLocalAdmin } from "#server/auth/localAdmin.ts";
import { createSignInCode, signInLink } from "#server/auth/sessions.ts";
import { buildGateway, type GatewayOptions } from "#server/gateway/gateway.ts";
import { fileNoteStore } from "#server/gateway/notes/noteFile.ts";
import type { Store } from "#server/store/client.ts";
import { createVault } from "#server/vault.ts";
import { startSampleDatabase, type SampleDatabase } from "./sampleDatabase.ts";

export { expect } from "@playwright/test";

/** What answers the browser: a server with its own database, or a gateway in front of one that behaves as LogScale does. */
type Backend = "embedded" | "gateway";

/**
 * A Tokenhouse server of one test's own, on a database that holds the sample organization and nothing of other tests. In front of it there may be a
 * gateway, which the browser visits; all else, `stop` too, is of the server behind it, the cluster.
 */
export interface StoryServer {
  readonly backend: Backend;
  /** What the browser visits, without a trailing slash. */
  readonly url: string;
  /** Where the server itself listens: the same, but for a gateway in front. */
  readonly cluster: string;
  readonly store: Store;
  /** The local administrator's credential. */
  readonly rootToken: string;
  /** Runs a GraphQL operation as a script would; returns `data`, and throws what `errors` say or the status tells. */
  graphql<T>(query: string, variables?: Record<string, unknown>, token?: string): Promise<T>;
  /** A one-time link that signs in as the user; of the server itself, since a gateway has none. */
  linkFor(username: string): Promise<string>;
  /** A fresh personal token of the user, in place of the one that they may have had. */
  tokenFor(username: string): Promise<string>;
  /** What was logged by what the browser visits. */
  log(): string;
  /** Stops answering, as a crashed server does; the database stays. */
  stop(): Promise<void>;
  /** Answers again, at the same address. */
  start(): Promise<void>;
}

/** What tests may set with `test.use`, and projects with `use`. */
export interface Options {
  /** How many tokens the sample organization has. */
  tokens: number;
  backend: Backend;
  /** How long the gateway waits for the cluster, in ms; undefined: as long as it does by itself. */
  clusterTimeout: number | undefined;
}

interface WorkerFixtures {
  /** Started once per worker, and filled anew for each story. */
  database: SampleDatabase;
}

export const test = base.extend<Options & { server: StoryServer }, WorkerFixtures>({
  tokens: [1500, { option: true }],
  backend: ["embedded", { option: true }],
  clusterTimeout: [undefined, { option: true }],
  database: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern
    async ({}, use) => {
      const database = await startSampleDatabase();
      await use(database);
      await database.close();
    },
    { scope: "worker" },
  ],
  server: async ({ database, tokens, backend, clusterTimeout }, use) => {
    const store = await database.open(tokens);
    const dataDir = await mkdtemp(join(tmpdir(), "tokenhouse-e2e-"));
    const server = await startServer(store, dataDir, { extensions: backend === "embedded" });
    if (backend === "embedded") await use(server);
    else {
      const gateway = await startGateway(server.cluster, { timeout: clusterTimeout });
      await use({ ...server, backend, url: gateway.url, log: gateway.log });
      await gateway.close();
    }
    await server.stop();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  },
  // Needs the server, so that it still answers when the browser's errors are counted.
  page: async ({ page, server: _server }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => {
      // A refused or lost request is the subject of some stories; the browser reports every one.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await use(page);
    expect(complaints, "errors in the browser's console").toEqual([]);
  },
});

/**
 * Starts a server on a store that is filled already, where `extensions` is false as `--strict-logscale` does. The store is the caller's to close,
 * after `stop`.
 */
export async function startServer(store: Store, dataDir: string, { extensions = true } = {}): Promise<StoryServer> {
  const admin = loadLocalAdmin(dataDir, () => undefined);
  const vault = createVault(new Uint8Array(32).fill(7));
  const webRoot = resolve("dist/web");
  const lines: string[] = [];
  const log = { write: (line: string) => void lines.push(line) };
  const build = () => buildApp({ store, now: Date.now, localAdminHash: admin.secretHash, vault, webRoot, extensions, log });
  let app: Awaited<ReturnType<typeof build>> | undefined = await build();
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const idOf = async (username: string) =>
    (await store.db.selectFrom("users").select("id").where("username", "=", username).executeTakeFirstOrThrow()).id;
  const server: StoryServer = {
    backend: "embedded",
    url,
    cluster: url,
    store,
    rootToken: admin.tokenString,
    async graphql<T>(query: string, variables: Record<string, unknown> = {}, token = admin.tokenString): Promise<T> {
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
      const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
      if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
      return data;
    },
    async linkFor(username) {
      return signInLink(url, await createSignInCode(store.db, await idOf(username), Date.now()));
    },
    async tokenFor(username) {
      const { rotateToken } = await server.graphql<{ rotateToken: string }>(
        "mutation ($id: String!) { rotateToken(input: { id: $id }) }",
        { id: await idOf(username) },
      );
      return rotateToken;
    },
    log: () => lines.join(""),
    async stop() {
      app?.server.closeAllConnections();
      await app?.close();
      app = undefined;
    },
    async start() {
      app = await build();
      await app.listen({ host: "127.0.0.1", port: Number(new URL(url).port) });
    },
  };
  return server;
}

/** Starts a gateway in front of a server, to be closed before it. */
export async function startGateway(logscale: string, options: Partial<GatewayOptions> = {}) {
  const lines: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), "tokenhouse-gateway-"));
  const app = await buildGateway({
    logscale,
    key: new Uint8Array(32).fill(5),
    notes: fileNoteStore(join(folder, "finding-notes.json")),
    webRoot: resolve("dist/web"),
    log: { write: (line) => void lines.push(line) },
    ...options,
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    log: () => lines.join(""),
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * Begins a session of a user and opens the page that is asked for: by a one-time code, or in front of a cluster by a fresh personal token,
 * which replaces the user's former one. Without the page to sign in, of which other stories tell.
 */
export async function signIn(page: Page, server: StoryServer, { as = "admin", to = "/" } = {}): Promise<void> {
  const data =
    server.backend === "gateway"
      ? { token: await server.tokenFor(as) }
      : { code: new URL(await server.linkFor(as)).hash.replace("#code=", "") };
  const session = await page.request.post(`${server.url}/session`, { data, headers: { origin: server.url } });
  expect(session.status(), await session.text()).toBe(200);
  await page.goto(server.url + to);
  await expect(page.getByRole("button", { name: /^Signed in as/ })).toBeVisible();
}

/** Signs in by pasting a token and waits until the dashboard is there. */
export async function signInWithToken(
  page: Page,
  server: Pick<StoryServer, "url">,
  token: string,
  { to = "/" } = {},
): Promise<void> {
  await page.goto(server.url + to);
  await page.getByLabel("API token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /^Signed in as/ })).toBeVisible();
}

/** The app's scripts, by their paths. */
export const scripts = /\/assets\/.*\.js$/u;

/** Holds back the app's scripts, or some of them, until they are let through. */
export async function holdScripts(page: Page, held = scripts): Promise<() => void> {
  let letThrough: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(held, async (route) => {
    await gate;
    await route.fallback().catch(() => undefined);
  });
  return letThrough;
}

/**
 * Waits until the page has drawn what it knows. What a draft does, what a search leaves and the rest of a long list follow a key or a click
 * when there is time for it, in a few steps, of which a timer begins the next.
 */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let step = 0; step < 4; step++) {
      await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 5000 }));
    }
  });
}

/** Presses Escape once that gets to a dialog: a key that is pressed before a dialog has the focus is lost. */
export async function pressEscape(dialog: Locator): Promise<void> {
  await expect
    .poll(() => dialog.evaluate((element) => element.parentElement?.contains(document.activeElement)), {
      message: "the dialog has the focus",
    })
    .toBe(true);
  await dialog.page().keyboard.press("Escape");
}

/** Closes a dialog by Escape. A key is lost, too, that is pressed while the dialog is redrawn. */
export async function dismiss(dialog: Locator): Promise<void> {
  await expect(dialog).toBeVisible();
  await expect(async () => {
    if (await dialog.isVisible()) await pressEscape(dialog);
    await expect(dialog).toBeHidden({ timeout: 2000 });
  }).toPass();
}

/** Presses Tab until the element has the focus, as somebody without a mouse does who sees that it can be used. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeEnabled();
  for (let presses = 0; presses < 150; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("The keyboard does not get there.");
}

/** The row of a tree of boxes with a label. Its name is all that it says. */
export function treeRow(within: Page | Locator, label: string): Locator {
  const page = "page" in within ? within.page() : within;
  return within.getByRole("treeitem").filter({ has: page.getByText(label, { exact: true }) });
}

/** The rows of a table that are rendered now, each as its cells' text by the name of the column. */
export async function readTable(table: Locator): Promise<Record<string, string>[]> {
  await drawn(table.page());
  return table.evaluate((element) => {
    const text = (cell: Element) => (cell.textContent ?? "").trim();
    const names = [...element.querySelectorAll("thead th")].map(text);
    return [...element.querySelectorAll("tbody tr")]
      .map((row) => [...row.querySelectorAll("td, th")].map(text))
      .filter((cells) => cells.length === names.length)
      .map((cells) => Object.fromEntries(cells.map((cell, index) => [names[index] ?? "", cell])));
  });
}

/** Fails when axe finds anything wrong with the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Halfway through a fade, colours are neither here nor there. One that was only just asked for begins a frame later.
  await page.evaluate(async () => {
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
      if (ending.length === 0) return;
      await Promise.all(ending.map((animation) => animation.finished.catch(() => undefined)));
    }
  });
  // There are no frames, for which axe would open another page each time; and what is right need not be gathered.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ["violations"] })
    .analyze();
  expect(violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target }) => target.join(" ")) }))).toEqual([]);
}
