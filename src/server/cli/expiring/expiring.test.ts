import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as requestTo, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import ICAL from "ical.js";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { day } from "#domain/duration.ts";
import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import { readCommand } from "#server/cli/commands.ts";
import { buildGateway } from "#server/gateway/gateway.ts";
import { fileNoteStore } from "#server/gateway/notes/noteFile.ts";
import { RemoteError } from "#server/remote/client.ts";
import { StartError } from "#server/startError.ts";
import { openTestStore } from "#server/testing/databases.ts";
import { startReceiver } from "#server/testing/receiver.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

import { formats, type ReportFormat } from "./command.ts";
import { reportExpiring } from "./expiring.ts";
import { findEnding } from "./find.ts";
import { written } from "./formats.ts";
import { reportJson, reportSchema, type EndingReport } from "#server/notices/report.ts";
import { postNew } from "./webhook.ts";

const host = { host: "127.0.0.1", port: 0 };
const { signal } = new AbortController();

/** The same organization behind an embedded server, behind one that serves LogScale's part alone, and behind a gateway to that. */
const servers: Record<"embedded" | "strict" | "gateway", { app: FastifyInstance; origin: string }> = {} as never;
let server: TestServer;
/** The administrator's personal token. */
let credential: string;

beforeAll(async () => {
  const store = await openTestStore("pglite");
  server = await testServer(store);
  credential = (await server.token({ kind: "personal", name: "admin" })).tokenString;
  const strict = await testServer(store, { extensions: false, now: () => server.now });
  const strictOrigin = await strict.app.listen(host);
  const gateway = await buildGateway({ logscale: strictOrigin, key: new Uint8Array(32).fill(1), failedSignIns: 1e6 });
  servers.embedded = { app: server.app, origin: await server.app.listen(host) };
  servers.strict = { app: strict.app, origin: strictOrigin };
  servers.gateway = { app: gateway, origin: await gateway.listen(host) };
  const creator = { creatorKind: "user", creatorId: "u", createdBy: "ada" } as const;
  await server.token({ kind: "view", name: "in days", expireAt: server.now + 5 * day, ...creator });
  await server.token({ kind: "organization", name: "in weeks", expireAt: server.now + 29 * day, lastUsedAt: server.now - day });
  await server.token({ kind: "system", name: "in a year", expireAt: server.now + 365 * day });
  await server.token({ kind: "view", name: "never" });
  await server.token({ kind: "view", name: "over", expireAt: server.now - 1 });
});
afterAll(async () => {
  for (const name of ["gateway", "strict", "embedded"] as const) await servers[name].app.close();
  await server.store.close();
});

function find(name: keyof typeof servers, options: { kinds?: readonly TokenKind[]; within?: number; credential?: string } = {}) {
  const { origin } = servers[name];
  return findEnding({
    server: { origin, credential: options.credential ?? credential },
    kinds: options.kinds ?? tokenKinds,
    within: options.within ?? 30 * day,
    now: () => server.now,
    signal,
  });
}

describe("what expires", () => {
  it("is read from an embedded server with whom to ask and when it was last used", async () => {
    const { tokens, unseen } = await find("embedded");
    expect(tokens).toMatchObject([
      { kind: "view", name: "in days", owner: { kind: "user", name: "ada" }, lastUsedAt: null, inUse: "unknown" },
      { kind: "organization", name: "in weeks", owner: { kind: "unknown" }, lastUsedAt: server.now - day, inUse: "last-day" },
    ]);
    expect(unseen).toEqual([]);
  });

  it.each(["strict", "gateway"] as const)(
    "is read from LogScale's part alone, %s, and says what that cannot tell",
    async (name) => {
      const { tokens, unseen } = await find(name);
      expect(tokens.map((token) => token.name)).toEqual(["in days", "in weeks"]);
      expect(tokens.every(({ lastUsedAt, inUse }) => lastUsedAt === undefined && inUse === "unknown")).toBe(true);
      expect(unseen).toEqual([
        { kind: "personal", seen: "some", reason: "Of the personal tokens only the caller's own can be listed." },
      ]);
    },
  );

  it("names the owner that is written down, where a Tokenhouse keeps it, in every format", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tokenhouse-owners-"));
    const keeping = await buildGateway({
      logscale: servers.strict.origin,
      key: new Uint8Array(32).fill(1),
      failedSignIns: 1e6,
      notes: fileNoteStore(join(folder, "notes.json")),
    });
    onTestFinished(async () => {
      await keeping.close();
      rmSync(folder, { recursive: true });
    });
    const origins = { embedded: servers.embedded.origin, gateway: await keeping.listen(host) };
    const { id, createdAt } = await server.store.db
      .selectFrom("tokens")
      .select(["id", "createdAt"])
      .where("name", "=", "in days")
      .executeTakeFirstOrThrow();
    const change = { type: "own", token: { kind: "view", id, createdAt }, owner: "Team Blue", seen: null };
    for (const origin of Object.values(origins)) {
      const headers = { authorization: `Bearer ${credential}`, "content-type": "application/json" };
      const answer = await fetch(new URL(findingNotesPath, origin), { method: "POST", headers, body: JSON.stringify(change) });
      expect(await answer.text()).toContain("Team Blue");
      const report = await findEnding({
        server: { origin, credential },
        kinds: tokenKinds,
        within: 30 * day,
        now: () => server.now,
        signal,
      });
      expect(report.unread).toBeUndefined();
      expect(report.tokens[0]?.owner).toMatchObject({ kind: "written", name: "Team Blue" });
      for (const format of formats)
        expect((await written(report, format)).replaceAll(/\r\n /gu, ""), format).toContain("Team Blue");
    }
    await server.store.db.deleteFrom("tokenNotes").execute();
    // LogScale keeps none, which is nothing to complain of.
    const { tokens, unread } = await find("strict");
    expect([tokens[0]?.owner.kind, unread]).toEqual(["unknown", undefined]);
  });

  it("says that owners could not be read where the server fails at it", async () => {
    const failing = await listening((request, response) => {
      response.setHeader("content-type", "application/json");
      if (request.url === findingNotesPath) {
        response.writeHead(500).end("{}");
        return;
      }
      request.pipe(forward(servers.embedded.origin, request, response));
    });
    const report = await findEnding({
      server: { origin: failing.url, credential },
      kinds: ["view"],
      within: 30 * day,
      now: () => server.now,
      signal,
    });
    expect(report.tokens.map(({ name }) => name)).toEqual(["in days"]);
    expect(report.unread).toMatch(/^Owners that somebody wrote down could not be read/u);
    failing.server.close();
  });

  it("is of the kinds and within the span that were asked for", async () => {
    expect((await find("embedded", { kinds: ["organization"] })).tokens.map(({ name }) => name)).toEqual(["in weeks"]);
    expect((await find("embedded", { within: 5 * day - 1 })).tokens).toEqual([]);
    expect((await find("embedded", { within: 400 * day })).tokens).toHaveLength(3);
  });

  it("names the kinds of which a caller sees nothing", async () => {
    const { tokenString } = await server.token({ kind: "organization", name: "plain", permissions: ["ViewUsage"] });
    const { unseen } = await find("embedded", { credential: tokenString });
    expect(unseen.map(({ kind }) => kind)).toEqual(["personal", "view", "organization", "system"]);
  });

  it("is not reported where the token is not accepted, or nothing answers", async () => {
    await expect(find("embedded", { credential: `${credential}x` })).rejects.toThrow(/does not accept the token/u);
    const nowhere = { origin: "http://127.0.0.1:1", credential };
    await expect(findEnding({ server: nowhere, kinds: ["view"], within: day, now: () => 0, signal })).rejects.toThrow(
      RemoteError,
    );
  });

  it("is refused in the server's own words, on one line and without what a terminal would obey", async () => {
    const message = `no\u001b[2J\r\n\u009b${"x".repeat(2000)}`;
    const refusing = await listening((_, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: null, errors: [{ message, extensions: { code: "BUSY" } }] }));
    });
    const search = { kinds: ["organization"], within: day, now: () => 0, signal } as const;
    const found = findEnding({ ...search, server: { origin: refusing.url, credential } });
    await expect(found).rejects.toThrow(/^http:[^ ]+: no⟨U\+001B⟩\[2J ⟨U\+009B⟩x{900,1000} …$/u);
    refusing.server.close();
  });

  it("is no longer asked for once it is interrupted, which ends the program with 130 and no stack trace", async () => {
    const silent = await listening(() => process.emit("SIGINT"));
    onTestFinished(() => {
      process.exitCode = undefined;
      silent.server.closeAllConnections();
      silent.server.close();
    });
    const command = readCommand(["expiring", "--url", silent.url], { LOGSCALE_TOKEN: credential });
    if (command.type !== "expiring") throw new Error("It is another command.");
    await reportExpiring(command);
    expect(process.exitCode).toBe(130);
  });

  it("is not said to be nothing where the caller may list none of the kinds asked for", async () => {
    const { tokenString } = await server.token({ kind: "organization", name: "blind", permissions: ["ViewUsage"] });
    const report = (...kinds: readonly string[]) => {
      const args = ["expiring", "--url", servers.embedded.origin, "--kind", kinds.join(",")];
      const command = readCommand(args, { LOGSCALE_TOKEN: tokenString });
      return command.type === "expiring" ? reportExpiring(command) : expect.unreachable();
    };
    await expect(report("system", "organization", "system")).rejects.toThrow(/^So nobody can tell what expires/u);
  });

  it("is not asked of another address that the server leads to, which gets no token", async () => {
    const asked: string[] = [];
    const elsewhere = await listening((request, response) => {
      asked.push(request.headers.authorization ?? "");
      response.end("{}");
    });
    const leading = await listening((_, response) =>
      response.writeHead(307, { location: new URL("/graphql", elsewhere.url).href }).end(),
    );
    const search = { kinds: ["view"], within: day, now: () => 0, signal } as const;
    await expect(findEnding({ ...search, server: { origin: leading.url, credential } })).rejects.toThrow(
      /leads to another address/u,
    );
    expect(asked).toEqual([]);
    leading.server.close();
    elsewhere.server.close();
  });
});

describe("a report", () => {
  let report: EndingReport;
  beforeAll(async () => {
    report = await find("embedded");
  });
  const as = (format: ReportFormat, given = report) => written(given, format);

  it("as text has a line for each token", async () => {
    const [head, , titles, first, second, ...others] = (await as("text")).split("\n");
    expect(head).toBe("2 tokens expire within 30 days.");
    expect(titles).toMatch(/^EXPIRES +LEFT +KIND +NAME +OWNER +LAST USED$/u);
    expect(first).toBe("2030-01-06T00:00:00Z  in 5 days   view          in days   ada        never");
    expect(second).toMatch(/in weeks {2}not known {2}1 day ago$/u);
    expect(others).toEqual([""]);
    expect(await as("text", { ...report, tokens: [] })).toBe("No token expires within 30 days.\n");
    const { unseen } = await find("strict");
    expect(await as("text", { ...report, tokens: [], unseen })).toBe("No token that could be seen expires within 30 days.\n");
  });

  it("has nothing in it that a terminal obeys or a reader does not see, in any form", async () => {
    const odd = "\u001b]0;x\u0007\u009b2J\u202e\u200b\r\nBEGIN:VEVENT";
    const [token = expect.unreachable()] = report.tokens;
    const owner = { kind: "user", id: odd, name: odd } as const;
    const tokens = [{ ...token, id: odd, name: odd, owner }];
    for (const format of formats) {
      const text = await as(format, { ...report, tokens });
      expect(text.replaceAll(/\r?\n/gu, "\n"), format).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
      expect(text, format).not.toMatch(/x\r?\nBEGIN:VEVENT|^BEGIN:VEVENT[^\r\n]/mu);
    }
    expect((JSON.parse(await as("json", { ...report, tokens })) as { tokens: unknown[] }).tokens).toMatchObject([{ id: odd }]);
  });

  it("as JSON is what its schema in the documentation says", async () => {
    expect(reportSchema.parse(JSON.parse(await as("json")))).toEqual(reportJson(report));
    expect(JSON.parse(readFileSync("docs/expiring.schema.json", "utf8"))).toEqual(z.toJSONSchema(reportSchema));
  });

  it("as a calendar has an entry for each token", async () => {
    const calendar = new ICAL.Component(ICAL.parse(await as("ics")));
    expect(calendar.getAllSubcomponents("vevent").map((event) => event.getFirstPropertyValue("summary"))).toEqual([
      "View token in days expires",
      "Organization token in weeks expires",
    ]);
  });

  it("as figures names each token's end, and the kinds that were seen whole", async () => {
    const { tokens } = await find("strict");
    const unseen = (await find("strict")).unseen;
    const lines = (await as("prometheus", { ...report, tokens, unseen })).split("\n");
    const [first] = tokens;
    expect(lines).toContain(
      `tokenhouse_token_expiry_timestamp_seconds{kind="view",id="${first?.id}",name="in days",owner=""} ${Number(first?.expireAt) / 1000}`,
    );
    expect(lines).toContain('tokenhouse_tokens_expiring{kind="organization"} 1');
    expect(lines).toContain('tokenhouse_tokens_seen_whole{kind="personal"} 0');
    expect(lines).toContain('tokenhouse_tokens_seen_whole{kind="view"} 1');
  });

  it("for Slack holds names as plain text, and no more than a message takes", async () => {
    const [token] = report.tokens;
    if (token === undefined) throw new Error("There is one.");
    const many = Array.from({ length: 100 }, (_, index) => ({ ...token, name: `<!channel> *${index}*` }));
    const message = JSON.parse(await as("slack", { ...report, tokens: many })) as { text: string; blocks: unknown[] };
    expect(message.text).toBe(`100 tokens expire within 30 days (${report.server}).`);
    expect(message.text).not.toContain("<");
    const text = JSON.stringify(message.blocks);
    expect(text).toContain('{"type":"text","text":"<!channel> *0*","style":{"bold":true}}');
    expect(text).toContain("and 60 more");
    expect(text).not.toContain("mrkdwn");
  });
});

describe("a webhook", () => {
  let folder: string;
  let received: { id: string; names: string[] }[];
  let answers: number[];
  let receiver: { server: Server; url: string };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tokenhouse-notices-"));
    receiver = await listening((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const status = answers.shift() ?? 204;
        const { tokens } = JSON.parse(body) as { tokens: { name: string }[] };
        received.push({ id: String(request.headers["webhook-id"]), names: tokens.map(({ name }) => name) });
        response.writeHead(status, { location: "/elsewhere" }).end();
      });
    });
    return () => {
      receiver.server.close();
      rmSync(folder, { recursive: true });
    };
  });
  let file = 0;
  beforeEach(() => {
    received = [];
    answers = [];
    file++;
  });
  const post = (report: EndingReport, pauses: number[] = []) =>
    postNew(
      report,
      { url: receiver.url, stateFile: join(folder, `${file}.json`), format: "json" },
      { signal, wait: (ms) => Promise.resolve(void pauses.push(ms)) },
    );

  it("gets each token once for each threshold that it passes", async () => {
    const report = await find("embedded");
    expect(await post(report)).toBe("Posted 2 notices.");
    expect(await post(report)).toBe("Nothing new to post.");
    const later = { ...report, at: report.at + 4.5 * day };
    expect(await post(later)).toBe("Posted 1 notice.");
    expect(received.map(({ names }) => names)).toEqual([["in days", "in weeks"], ["in days"]]);
  });

  it("is tried again under the same id after a failure", async () => {
    answers = [500, 429];
    const pauses: number[] = [];
    await post(await find("embedded"), pauses);
    expect(received.map(({ id }) => id)).toEqual([received[0]?.id, received[0]?.id, received[0]?.id]);
    expect(pauses).toEqual([1000, 5000]);
  });

  it.each([[400], [302]])("that refuses with %d is not asked again at once, and nothing is noted as posted", async (status) => {
    answers = [status];
    const report = await find("embedded");
    await expect(post(report)).rejects.toThrow(StartError);
    expect(received).toHaveLength(1);
    expect(await post(report)).toBe("Posted 2 notices.");
    expect(received[1]?.id).toBe(received[0]?.id);
  });

  it("gets very many in requests of 500, and after a failure only those that it did not take", async () => {
    const report = await find("embedded");
    const [token = expect.unreachable()] = report.tokens;
    const tokens = Array.from({ length: 1001 }, (_, index) => ({ ...token, id: `t${index}` }));
    answers = [204, 400];
    await expect(post({ ...report, tokens })).rejects.toThrow(/only 500 of 1001 notices are noted as posted/u);
    expect(await post({ ...report, tokens })).toBe("Posted 501 notices.");
    expect(received.map(({ names }) => names.length)).toEqual([500, 500, 500, 1]);
    expect(received[2]?.id).toBe(received[1]?.id);
    expect(await post({ ...report, tokens })).toBe("Nothing new to post.");
  });

  it("of Slack is told of what is new, and not that nothing else expires", async () => {
    const slack = await startReceiver();
    const webhook = { url: slack.url, stateFile: join(folder, `${file}.json`), format: "slack" } as const;
    const report = await find("embedded");
    await postNew(report, webhook, { signal });
    await postNew({ ...report, at: report.at + 4.5 * day }, webhook, { signal });
    const texts = slack.posts.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    expect(texts).toEqual([
      `2 tokens come closer to their end (${report.server}).`,
      `1 token comes closer to its end (${report.server}).`,
    ]);
  });

  it("is not called where what was posted cannot be remembered", async () => {
    const webhook = { url: receiver.url, stateFile: join(folder, "nowhere", "state.json"), format: "json" } as const;
    const posted = postNew(await find("embedded"), webhook, { signal, wait: () => Promise.resolve() });
    await expect(posted).rejects.toThrow(/^Nothing was posted: the file .* cannot be written\.$/u);
    expect(received).toEqual([]);
  });

  it("is not called where the file of what was posted is another's", async () => {
    writeFileSync(join(folder, `${file}.json`), "{}");
    await expect(post(await find("embedded"))).rejects.toThrow(/is not one that this command wrote/u);
    expect(received).toEqual([]);
  });

  it("is not called where the file of what was posted never ends, of which no more is read than it may have", async () => {
    const webhook = { url: receiver.url, stateFile: "/dev/zero", format: "json" } as const;
    const posted = postNew(await find("embedded"), webhook, { signal, wait: () => Promise.resolve() });
    await expect(posted).rejects.toThrow("/dev/zero is too long for a file of what was posted.");
    expect(received).toEqual([]);
  });
});

/** A server of the test's own on a free port. */
async function listening(handle: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string }> {
  const made = createServer(handle);
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const address = made.address();
  if (address === null || typeof address === "string") throw new Error("It has a port.");
  return { server: made, url: `http://127.0.0.1:${address.port}` };
}

/** What hands a request on to a server, and its answer back. */
function forward(origin: string, { url = "/", method, headers }: IncomingMessage, response: ServerResponse) {
  return requestTo(new URL(url, origin), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
}
