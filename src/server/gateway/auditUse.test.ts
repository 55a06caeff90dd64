import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { auditUsePath, auditUseSchema } from "#logscale/auditUse.ts";
import { openAuditedGateway, type AuditedGateway } from "#server/testing/auditedGateway.ts";
import type { AuditLog, AuditRow } from "#server/testing/queryJobs.ts";

const token = `${"t".repeat(32)}~${"s".repeat(44)}`;
const json = { "content-type": "application/json" };

let audited: AuditedGateway;
let log: AuditLog;
let url: string;

function row(tokenId: string, at: number, rest: AuditRow = {}): AuditRow {
  return { "actor.tokenId": tokenId, "actor.tokenName": "a", "actor.type": "viewPermissionToken", _max: String(at), ...rest };
}

beforeEach(async () => {
  audited = await openAuditedGateway([token]);
  ({ log, url } = audited);
});
afterEach(() => audited.close());

function ask(headers: Record<string, string> = { authorization: `Bearer ${token}` }, init: RequestInit = {}) {
  return fetch(url + auditUsePath, { method: "POST", headers: { ...json, ...headers }, ...init });
}

function isLastUse(asked: unknown): boolean {
  return JSON.stringify(asked).includes("actor.type = /token/i");
}

async function found() {
  const response = await ask();
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { uses, creators: _, ...rest } = auditUseSchema.parse(await response.json());
  return { uses: new Map(uses.map(([id, at, from]) => [id, { at, from }])), ...rest };
}

describe("last use in front of a cluster", () => {
  it("is what the audit log has last of each token, by its id", async () => {
    log.rows = [
      row("a", 1000, { type: "dataspace.query" }),
      row("b", 5000),
      row("a", 3000, { type: "alert.create" }),
      // The documented query counts users' sessions and invitations among tokens; they have no id that a token has.
      { "actor.type": "invitationToken", _max: "9000" },
      row("", 9000),
      row("c", Number.NaN),
    ];
    expect(await found()).toEqual({
      uses: new Map([
        ["a", { at: 3000, from: null }],
        ["b", { at: 5000, from: null }],
      ]),
      period: 30 * day,
      whole: true,
    });
  });

  it("has the address of the last action where the log has it, and not that of an earlier one", async () => {
    const at = (time: number, ip: string) => ({ "@timestamp": String(time), "actor.ip": ip });
    log.rows = [
      row("a", 1000, at(1000, "10.0.0.1")),
      row("a", 3000, { type: "alert.create", ...at(3000, "10.0.0.3") }),
      row("a", 2000, { type: "alert.update", ...at(2000, "10.0.0.2") }),
      // Its last action has no address.
      row("b", 5000, at(4000, "10.0.0.4")),
      row("c", 6000, at(6000, "x".repeat(1000))),
      row("d", 7000),
      row("d", 7000, { type: "alert.update", ...at(7000, "::1") }),
    ];
    expect((await found()).uses).toEqual(
      new Map([
        ["a", { at: 3000, from: "10.0.0.3" }],
        ["b", { at: 5000, from: null }],
        ["c", { at: 6000, from: null }],
        ["d", { at: 7000, from: "::1" }],
      ]),
    );
  });

  it("comes from the documented query over 30 days and from nothing that a caller says", async () => {
    await ask(undefined, { body: JSON.stringify({ queryString: "*", start: "10years" }) });
    await ask(undefined, { body: "{}" });
    expect(log.asked.filter(isLastUse)).toEqual(
      [0, 1].map(() => ({
        queryString: [
          "actor.type = /token/i",
          "groupBy([actor.tokenId, actor.user.username, actor.tokenName, actor.type, type], function=[max(@timestamp), selectFromMax(@timestamp, include=[@timestamp, actor.ip])], limit=max)",
        ].join("\n| "),
        start: "30days",
        end: "now",
        isLive: false,
      })),
    );
    for (const path of ["/api/v1/repositories/humio-audit/query", "/api/v1/repositories/humio-audit/queryjobs"]) {
      const response = await fetch(url + path, {
        method: "POST",
        headers: { ...json, authorization: `Bearer ${token}` },
        body: "{}",
      });
      expect(response.status, path).toBe(404);
    }
    expect(log.asked).toHaveLength(4);
  });

  it("comes with who created a token, where the log has its creation: the first to create it counts", async () => {
    const created = (tokenId: string, at: number, actor: AuditRow): AuditRow => ({ tokenId, _min: String(at), ...actor });
    log.rows = [
      created("a", 2000, { "actor.user.id": "u2", "actor.user.username": "bob" }),
      created("a", 1000, { "actor.user.id": "u1", "actor.user.username": "ada", "actor.tokenName": "ada's" }),
      created("b", 1000, { "actor.tokenId": "ci", "actor.tokenName": "terraform" }),
      created("c", 1000, { "actor.type": "system" }),
      row("d", 1000),
    ];
    const { creators } = auditUseSchema.parse(await (await ask()).json());
    expect(creators).toEqual([
      ["a", "user", "u1", "ada"],
      ["b", "token", "ci", "terraform"],
    ]);
  });

  it("is waited for, however many pages it has, and its search is ended", async () => {
    log.rows = Array.from({ length: 4000 }, (_, index) => row(`token-${index}`, index + 1));
    log.pollsUntilDone = 3;
    const { uses, whole } = await found();
    expect([uses.size, uses.get("token-3999")?.at, whole]).toEqual([4000, 4000, true]);
    await expect.poll(() => log.running.size).toBe(0);
  });

  it("is read once where the cluster gives all rows at once", async () => {
    log.rows = Array.from({ length: 3000 }, (_, index) => row(`token-${index}`, index + 1));
    log.turnsPages = false;
    expect((await found()).uses.size).toBe(3000);
    expect(log.polls).toBe(4);
  });

  it("is said not to be whole where the cluster warns", async () => {
    log.rows = [row("a", 1000)];
    log.warnings = ["The number of groups exceeded the limit."];
    expect(await found()).toMatchObject({ whole: false, uses: new Map([["a", { at: 1000, from: null }]]) });
  });

  it("is refused to whoever may not search the audit log, and to nobody's requests", async () => {
    const other = await ask({ authorization: `Bearer ${"o".repeat(32)}~${"s".repeat(44)}` });
    expect([other.status, await other.json()]).toEqual([
      403,
      { message: "LogScale does not let you search its repository humio-audit." },
    ]);
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: "Basic eDp5" })).status).toBe(401);
    expect((await fetch(url + auditUsePath, { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
    expect(log.asked).toEqual([]);
  });

  it("may be searched for thirty times a minute with a credential, whatever others at the same address do", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 31 }, async () => (await ask({ authorization: "Bearer wrong" })).status),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect((await ask()).status).toBe(200);
  });

  it("fails with what happened where the search was called off, or the cluster is gone", async () => {
    log.cancelled = true;
    const cancelled = await ask();
    expect([cancelled.status, await cancelled.json()]).toEqual([
      424,
      { message: expect.stringContaining("called the search of") },
    ]);
    await expect.poll(() => log.running.size).toBe(0);
    audited.cluster.closeAllConnections();
    audited.cluster.close();
    const gone = await ask();
    expect([gone.status, await gone.text()]).toEqual([502, expect.stringContaining("cannot be reached (ECONNREFUSED)")]);
  });

  it("is no longer searched for once nobody waits for it", async () => {
    log.pollsUntilDone = Infinity;
    const leaving = new AbortController();
    const asked = ask(undefined, { signal: leaving.signal });
    await expect.poll(() => log.watched.size).toBe(2);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => log.running.size).toBe(0);
  });
});
