import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";

import { localAdminFile } from "#server/auth/localAdmin.ts";
import { startProgram } from "#server/testing/program.ts";
import { installationKeyFile } from "#server/vault.ts";

import { browse, hasChromium, type BrowserRound } from "./browser.ts";
import { command } from "./command.ts";
import type { Drill, DrillReport, DrillRow } from "./drill.ts";

const whole = 1000;
const short = 120;

/** A secret that was handed out, and what it is. */
interface Secret {
  readonly what: string;
  /** The whole, as it was handed out. */
  readonly text: string;
}

/**
 * Makes tokens in every way there is, uses each of them rightly and in every wrong place (addresses, bodies that cannot be read, names,
 * queries, headers, sign-ins), and looks for all of them in what the server wrote: its log, its figures, its data folder with the database,
 * the trail as it is streamed, read and exported, a backup without the installation key, and every answer to a request that was refused.
 * Where there is a Chromium, a person uses it to make tokens, to see them and to sign in by one; then what its pages keep and its profile
 * on the disk are searched too.
 *
 * It fails where a path is logged as it came (`loggablePath` left out of `loggedPath` in `http/logging.ts`): then every secret stands in the
 * log.
 */
export const secrets: Drill = {
  name: "secrets",
  about: "tokens made, used and misplaced in every way, looked for in files, log, figures, trail, refusals, backup and browser",
  minutes: 5,
  async run({ short: isShort = false, rounds }): Promise<DrillReport> {
    const count = rounds ?? (isShort ? short : whole);
    const folder = await mkdtemp(join(tmpdir(), "tokenhouse-secrets-"));
    const data = join(folder, "data");
    const stream = join(folder, "trail.jsonl");
    const program = await startProgram([process.execPath, "dist/server/main.js"], {
      PORT: "0",
      DATA_DIR: data,
      METRICS: "true",
      AUDIT_STREAM: stream,
    });
    let log = "";
    program.process.stderr?.on("data", (part: Buffer) => (log += part.toString()));
    const places = new Map<string, string>();
    try {
      const root = (await readFile(localAdminFile(data), "utf8")).trim();
      const server = new Server(program.address, root);
      const handedOut = await server.makeSecrets(count, program.code);
      // The local administrator's own stands in one file, by which it is handed out.
      handedOut.push({ what: "the local administrator's token", text: root });
      for (const secret of handedOut) await server.misplace(secret);
      const browser = hasChromium ? await browse(folder, program.address, await server.signInCode()) : undefined;
      handedOut.push(...(browser?.shown ?? []));
      places.set("figures", await (await fetch(`${program.address}/metrics`)).text());
      for (const path of ["records", "facets"])
        places.set(`trail, ${path}`, await server.post(`/api/tokenhouse/audit/${path}`, "{}"));
      places.set("trail, exported", await server.post("/api/tokenhouse/audit/export", "{}"));
      places.set("refusals", server.refusals.join("\n"));
      places.set("a backup without the key", await backUp(folder, data, program.address));
      if ((await program.stop()) !== 0) throw new Error("The server did not end well.");
      places.set("log", log);
      places.set("trail, streamed", await readFile(stream, "utf8"));
      // Two files are there to hold a secret.
      for (const [path, text] of await filesIn(data))
        if (path !== localAdminFile(data) && path !== installationKeyFile(data)) places.set(path.replace(folder, ""), text);
      const key = (await readFile(installationKeyFile(data), "utf8")).trim();
      handedOut.push({ what: "the installation key", text: key });
      handedOut.push({ what: "the installation key, in hex", text: Buffer.from(key, "base64").toString("hex") });
      const rows = [...groupsOf(places)].map(([what, texts]) => ({
        what: `secrets not found in ${what}`,
        tried: handedOut.length,
        lost: foundIn(texts, handedOut),
      }));
      if (browser !== undefined) rows.push(...(await rowsOf(browser)));
      const kinds = new Set(handedOut.map(({ what }) => what));
      return {
        rows,
        figures: {
          "kinds of secrets": [...kinds].join(", "),
          "characters searched": sizeOf(places),
          ...(browser === undefined && { browser: "There is no Chromium here, so none was searched." }),
        },
      };
    } finally {
      program.process.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

/** All files in a folder by their paths, read as bytes. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path, await readFile(path, "latin1"));
  }
  return files;
}

/** Has the running server make a backup without the installation key; gives what is in it once it is opened. */
async function backUp(folder: string, data: string, address: string): Promise<string> {
  const [file, identity] = [join(folder, "backup.age"), await generateX25519Identity()];
  const environment = { DATA_DIR: data, PORT: new URL(address).port };
  await command(["backup", file, "--recipient", await identityToRecipient(identity)], environment);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return gunzipSync(await decrypter.decrypt(await readFile(file))).toString();
}

/** What a browser was shown, looked for in what it keeps. What was put there to be found shows that the search finds. */
async function rowsOf({ shown, profile, kept, canaries }: BrowserRound): Promise<DrillRow[]> {
  // Browsers write much of what was typed with two bytes for each character.
  const files = [...(await filesIn(profile)).values()].flatMap((text) => [text, text.replaceAll("\0", "")]);
  const put = canaries.map((text) => ({ what: "canary", text }));
  return Object.entries({ "what the browser's pages keep": [kept], "the browser's profile on the disk": files }).flatMap(
    ([place, texts]) => [
      { what: `tokens shown and pasted, not found in ${place}`, tried: shown.length, lost: foundIn(texts, shown) },
      { what: `canaries found in ${place}`, tried: put.length, lost: put.length - foundIn(texts, put, false) },
    ],
  );
}

/** The places by what they are: the files of the database count as one. */
function groupsOf(places: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, text] of places) {
    const group = name.startsWith("/data/database")
      ? "the files of the database"
      : name.startsWith("/data")
        ? "the data folder"
        : name;
    groups.set(group, [...(groups.get(group) ?? []), text]);
  }
  return groups;
}

const sizeOf = (places: ReadonlyMap<string, string>) => [...places.values()].reduce((sum, { length }) => sum + length, 0);

/** What is secret in a text that was handed out: of a token's string what stands behind its id, of a JWT its signature. */
function coreOf({ text }: Secret): string {
  if (text.includes("~")) return text.split("~")[1] ?? text;
  return text.split(".").at(-1) ?? text;
}

/** What base64 makes of a text wherever it stands in a longer one: three ways, but for the characters that its neighbours decide too. */
function base64Forms(text: string): string[] {
  return [0, 2, 3].map((decided, before) =>
    Buffer.from(" ".repeat(before) + text)
      .toString("base64")
      .replace(/=+$/u, "")
      .slice(decided, -1),
  );
}

/** How many of the secrets stand in texts, plain, in hex or in base64. */
function foundIn(texts: readonly string[], handedOut: readonly Secret[], complains = true): number {
  const forms = new Map<string, Secret>();
  for (const secret of handedOut) {
    const core = coreOf(secret);
    for (const form of [core, Buffer.from(core).toString("hex"), ...base64Forms(core)]) forms.set(form, secret);
  }
  const lengths = [...new Set([...forms.keys()].map(({ length }) => length))];
  const found = new Set<Secret>();
  for (const text of texts) {
    // Only in what may be a secret: a run of the characters that secrets are made of.
    for (const [run] of text.matchAll(/[\w+/=-]{16,}/gu)) {
      for (const length of lengths) {
        for (let at = 0; at + length <= run.length; at++) {
          const secret = forms.get(run.slice(at, at + length));
          if (secret !== undefined) found.add(secret);
        }
      }
    }
  }
  if (complains) for (const { what } of [...found].slice(0, 5)) console.error(`found: ${what}`);
  return found.size;
}

class Server {
  readonly #address: string;
  readonly #root: string;
  /** What refused requests were answered. */
  readonly refusals: string[] = [];

  constructor(address: string, root: string) {
    this.#address = address;
    this.#root = root;
  }

  async post(path: string, body: string, headers: Record<string, string> = { authorization: `Bearer ${this.#root}` }) {
    const response = await fetch(this.#address + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return response.text();
  }

  async #ask(mutation: string): Promise<string> {
    const text = await this.post("/graphql", JSON.stringify({ query: `mutation { ${mutation} }` }));
    if (text.includes('"errors"')) throw new Error(`${mutation}: ${text.slice(0, 300)}`);
    return text;
  }

  /** Makes secrets of every kind, in turn, until there are so many. */
  async makeSecrets(count: number, code: string): Promise<Secret[]> {
    const made: Secret[] = [];
    const origin = new URL(this.#address).origin;
    const repository = `createRepository(name: "kept") { repository { id } }`;
    const id = /"id":"([^"]+)"/u.exec(await this.#ask(repository))?.[1] ?? "";
    const session = await fetch(`${this.#address}/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ code }),
    });
    const cookie = session.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
    made.push({ what: "session", text: cookie.slice(cookie.indexOf("=") + 1) }, { what: "sign-in code", text: code });
    await this.#ask("enableFeature(feature: CustomIngestTokens)");
    const tokenIn = (text: string) => /"(?:\w*[tT]oken|result)":"([^"]+)"/u.exec(text)?.[1] ?? "";
    const ways: readonly (readonly [what: string, make: (name: string) => Promise<string>])[] = [
      [
        "organization token",
        (name) => this.#ask(`token: createOrganizationPermissionsToken(input: { name: "${name}", permissions: [ViewUsage] })`),
      ],
      [
        "organization token",
        (name) =>
          this.#ask(
            `createOrganizationPermissionsTokenV2(input: { name: "${name}", organizationPermissions: [ViewUsage] }) { token }`,
          ),
      ],
      [
        "system token",
        (name) =>
          this.#ask(`createSystemPermissionsTokenV2(input: { name: "${name}", systemPermissions: [ReadHealthCheck] }) { token }`),
      ],
      [
        "view token",
        (name) =>
          this.#ask(
            `createViewPermissionsTokenV2(input: { name: "${name}", viewPermissions: [ReadAccess], viewIds: ["${id}"] }) { token }`,
          ),
      ],
      [
        "rotated token",
        async (name) => {
          const former = tokenIn(
            await this.#ask(
              `token: createViewPermissionsToken(input: { name: "${name}", permissions: [ReadAccess], viewIds: ["${id}"] })`,
            ),
          );
          made.push({ what: "token before its rotation", text: former });
          return this.#ask(`token: rotateToken(input: { id: "${former.split("~")[0]}" })`);
        },
      ],
      ["ingest token", (name) => this.#ask(`addIngestTokenV3(input: { repositoryName: "kept", name: "${name}" }) { token }`)],
      [
        "chosen ingest token",
        (name) =>
          this.#ask(
            `addIngestTokenV3(input: { repositoryName: "kept", name: "${name}", customToken: "Chosen-${name}-${"q7".repeat(14)}" }) { token }`,
          ),
      ],
      ["fleet token", (name) => this.#ask(`createFleetInstallToken(name: "${name}") { token }`)],
      [
        "personal token",
        () =>
          this.post("/graphql", '{"query":"mutation { createPersonalUserTokenV2(input: {}) { token } }"}', { cookie, origin }),
      ],
      [
        "sign-in link",
        async () => {
          const text = await this.#ask(`createSignInLink(username: "admin") { url }`);
          return `"token":"${/#code=([\w-]+)/u.exec(text)?.[1] ?? ""}"`;
        },
      ],
    ];
    for (let number = 0; made.length < count; number++) {
      const [what, make] = ways[number % ways.length] ?? ["", () => Promise.resolve("")];
      const text = tokenIn(await make(`n${number}`));
      if (text.length < 20) throw new Error(`No secret came of a ${what}.`);
      made.push({ what, text });
    }
    return made;
  }

  /** A code by which a user signs in who has no personal token yet. */
  async signInCode(): Promise<string> {
    await this.#ask(`addUserV2(input: { username: "reader", isRoot: true }) { ... on User { id } }`);
    return /#code=([\w-]+)/u.exec(await this.#ask(`createSignInLink(username: "reader") { url }`))?.[1] ?? "";
  }

  /** Uses a secret where it belongs, and puts it where it does not. */
  async misplace({ text }: Secret): Promise<void> {
    const address = this.#address;
    const bearer = { authorization: `Bearer ${text}` };
    const send = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(address + path, { redirect: "manual", ...init }).catch(() => undefined);
      const answer = (await response?.text()) ?? "";
      // What the root user reads of tokens may hold a value; a refusal never.
      if (response !== undefined && response.status >= 400) this.refusals.push(answer);
    };
    const graphql = async (
      query: string,
      variables: object,
      headers: Record<string, string> = { authorization: `Bearer ${this.#root}` },
    ) => {
      const answer = await this.post("/graphql", JSON.stringify({ query, variables }), headers);
      if (answer.includes('"errors"')) this.refusals.push(answer);
    };
    const encoded = encodeURIComponent(text);
    await graphql("{ organization { id } }", {}, bearer);
    await graphql("{ nothing }", { text }, bearer);
    await graphql("query ($id: String!) { token(tokenId: $id) { id } }", { id: text });
    await graphql("query ($id: String!) { user(id: $id) { id } }", { id: text });
    await graphql("query ($id: Int) { users(search: $id) { id } }", { id: text });
    await graphql("mutation ($id: String!) { rotateToken(input: { id: $id }) }", { id: text });
    await graphql("mutation ($id: String!) { updateView(viewName: $id, connections: []) { id } }", { id: text });
    await graphql(`{ token(tokenId: "${text}") { nothing } }`, {});
    await this.post("/graphql", `{"query": ${text}`).then((answer) => this.refusals.push(answer));
    await send(`/session?token=${encoded}`, { headers: bearer });
    await send("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: text }),
    });
    await send("/session", { method: "POST", headers: { "content-type": "text/plain" }, body: text });
    await send("/session", { headers: { cookie: `tokenhouse-80=${encoded}` } });
    for (const path of [
      `/${encoded}`,
      `/tokens/${encoded}?a=${encoded}`,
      `/api/v1/ingest/${encoded}`,
      `/api/tokenhouse/tokens/${encoded}`,
      `/%zz${encoded}`,
    ]) {
      await send(path, { headers: { accept: "application/json", referer: `http://localhost/${encoded}` } });
    }
    for (const authorization of [
      `Bearer ${text}`,
      `Splunk ${text}`,
      `Basic ${Buffer.from(`x:${text}`).toString("base64")}`,
      text,
    ]) {
      await send("/api/v1/ingest/json", {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: "[{",
      });
    }
    await send("/metrics", { headers: { ...bearer, via: "somebody" } });
    await send("/api/tokenhouse/finding-notes", {
      method: "POST",
      headers: { authorization: `Bearer ${this.#root}`, "content-type": "application/json" },
      body: JSON.stringify({ tokenId: text, note: text }),
    });
    await send("/healthz", { headers: { "x-request-id": text, "user-agent": text } });
  }
}
