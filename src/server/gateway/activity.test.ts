import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { day, hour } from "#domain/duration.ts";
import { activityPath, activitySchema, longestActivity, mostActivity } from "#logscale/activity.ts";
import { openAuditedGateway, type AuditedGateway } from "#server/testing/auditedGateway.ts";
import type { AuditLog, AuditRow } from "#server/testing/queryJobs.ts";

const token = `${"t".repeat(32)}~${"s".repeat(44)}`;
const until = Date.UTC(2026, 10, 20);
const span = { since: until - day, until };

let audited: AuditedGateway;
let log: AuditLog;

beforeEach(async () => {
  audited = await openAuditedGateway([token]);
  ({ log } = audited);
});
afterEach(() => audited.close());

function event(place: number, more: object = {}): AuditRow {
  const at = until - place * 1000;
  const actor = { type: "orgUser", ip: "192.0.2.7", orgRoot: false, user: { id: "u1", username: "rosa", isRoot: false } };
  const told = { timestamp: new Date(at).toISOString(), type: "tokens", sensitive: true, actor, tokenName: "shipper", ...more };
  return { "@id": `event_${place}`, "@timestamp": String(at), "@rawstring": JSON.stringify(told) };
}

function ask(body: unknown = span, credential = token, init: RequestInit = {}) {
  return fetch(audited.url + activityPath, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
    body: JSON.stringify(body),
    ...init,
  });
}

async function found(body: unknown = span) {
  const response = await ask(body);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return activitySchema.parse(await response.json());
}

async function refused(answer: Promise<Response>) {
  const response = await answer;
  return { status: response.status, said: await response.text() };
}

describe("what happened, in front of a cluster", () => {
  it("is what its audit log has of a span, the newest first, each event whole", async () => {
    log.rows = [event(2), event(1, { type: "alert.create", alertId: "a1" }), event(3)];
    const { records, ...rest } = await found();
    expect(rest).toEqual({ more: false, whole: true, skipped: 0 });
    expect(records.map(({ record }) => [record.id, record.type, record.actor.user?.username, record.target?.name])).toEqual([
      ["event_1", "alert.create", "rosa", undefined],
      ["event_2", "tokens", "rosa", "shipper"],
      ["event_3", "tokens", "rosa", "shipper"],
    ]);
    expect(records[0]?.record["alertId"]).toBe("a1");
  });

  it("comes from one fixed query, of which a caller chooses the span and nothing else", async () => {
    await found({ since: until - hour, until });
    expect(log.asked).toEqual([
      {
        queryString: [
          'type != "dataspace.query"',
          "table([@id, @timestamp, @rawstring], limit=10000, sortby=@timestamp, order=desc)",
        ].join("\n| "),
        start: until - hour,
        end: until,
        isLive: false,
      },
    ]);
    await expect.poll(() => log.running.size).toBe(0);
  });

  it("is not asked for with a span that is none, is too long, or has anything beside it", async () => {
    const none = [null, {}, [], "1 day", { since: 1 }, { until }, { since: until, until }, { since: until + 1, until }];
    const odd = [
      { since: -1, until: 1 },
      { since: 0.5, until: 2 },
      { since: "24hours", until: "now" },
      { since: 0, until: 1e300 },
    ];
    const more = [
      { since: until - longestActivity - 1, until },
      { ...span, queryString: "*" },
      { ...span, limit: 1e9 },
    ];
    const bad: unknown[] = [...none, ...odd, ...more];
    const answers = await Promise.all(bad.map((body) => refused(ask(body))));
    expect(answers.map(({ status }) => status)).toEqual(bad.map(() => 400));
    expect(log.asked).toEqual([]);
    expect((await ask({ since: until - longestActivity, until })).status).toBe(200);
  });

  it("is at most 10,000 records and says that there are more", async () => {
    log.rows = Array.from({ length: mostActivity + 500 }, (_, place) => event(place));
    log.turnsPages = false;
    const { records, more } = await found();
    expect([records.length, more]).toEqual([mostActivity, true]);
    expect(records.at(-1)?.record.id).toBe(`event_${mostActivity - 1}`);
    await expect.poll(() => log.running.size).toBe(0);
  });

  it("is read page by page, and goes on where events are none: they are counted", async () => {
    log.rows = Array.from({ length: 2500 }, (_, place) => event(place));
    log.rows[7] = { "@rawstring": '{"type":"tokens", cut in the mid' };
    log.rows[8] = { "@id": "x" };
    log.pollsUntilDone = 2;
    expect(await found()).toMatchObject({ records: { length: 2498 }, more: false, whole: true, skipped: 2 });
  });

  it("is said not to be whole where the cluster warns", async () => {
    log.rows = [event(1)];
    log.warnings = ["Some segments could not be searched."];
    expect(await found()).toMatchObject({ whole: false, more: false, records: { length: 1 } });
  });

  it("is refused, with the right it takes, to whoever is shown no audit log", async () => {
    const { status, said } = await refused(ask(span, `${"o".repeat(32)}~${"s".repeat(44)}`));
    expect(status).toBe(403);
    expect(said).toMatch(/shows you no repository humio-audit: you may not search it, or the cluster at .* has none/u);
    expect(said).toMatch(/member of humio-audit with the permission ReadAccess/u);
    expect((await refused(ask(span, token, { headers: { "content-type": "application/json" } }))).status).toBe(401);
    expect(log.asked).toEqual([]);
  });

  it("fails with what happened where the search is called off or never ends, or the cluster is gone", async () => {
    log.cancelled = true;
    expect(await refused(ask())).toMatchObject({ status: 424, said: expect.stringContaining("called the search of") });
    await expect.poll(() => log.running.size).toBe(0);
    log.cancelled = false;
    log.pollsUntilDone = Infinity;
    const leaving = new AbortController();
    const asked = ask(span, token, { signal: leaving.signal });
    await expect.poll(() => log.watched.size).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await expect.poll(() => log.running.size).toBe(0);
    audited.cluster.closeAllConnections();
    audited.cluster.close();
    expect(await refused(ask())).toMatchObject({ status: 502, said: expect.stringContaining("cannot be reached") });
  });

  it("is read by one credential at most twice at once, and does not wait for another's", async () => {
    const other = `${"u".repeat(32)}~${"s".repeat(44)}`;
    log.readers.add(`Bearer ${other}`);
    log.pollsUntilDone = Infinity;
    const leaving = new AbortController();
    const asked = Array.from({ length: 12 }, () => ask(span, token, { signal: leaving.signal }).catch(() => undefined));
    await expect.poll(() => log.watched.size).toBe(2);
    expect((await Promise.race(asked))?.status).toBe(429);
    const others = ask(span, other, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(() => log.watched.size).toBe(3);
    leaving.abort();
    await Promise.all([...asked, others]);
    await expect.poll(() => log.running.size).toBe(0);
  });
});
