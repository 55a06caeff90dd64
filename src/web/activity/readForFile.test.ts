import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";

import { recordOfEvent } from "#logscale/auditEvent.ts";
import { sessionQuery } from "#web/api/session.ts";

import { clusterActivityQuery } from "./clusterActivity.ts";
import { without } from "./link.ts";
import { readForFile } from "./readForFile.ts";
import { recordLines, recordTable } from "./recordFile.ts";

it("A file of a cluster's records holds those that the page shows, as events that nothing vouches for, and says whether older ones were left out", async () => {
  const hostile = { type: "ipfilters.change", ipFilterId: "f1", ipFilterName: "=cmd()\u202E", outcome: "refused", id: "own" };
  const rows = [hostile, { type: "tokens", tokenName: "shipper" }].flatMap((event, place) => {
    const told = {
      timestamp: "2026-11-20T12:00:00Z",
      actor: { type: "orgUser", user: { id: "u1", username: "rosa" } },
      ...event,
    };
    return recordOfEvent({ "@id": `event-${place}`, "@rawstring": JSON.stringify(told) }, place) ?? [];
  });
  const client = new QueryClient();
  client.setQueryData(sessionQuery.queryKey, {
    clientAddress: "192.0.2.1",
    backend: "gateway",
    host: "cluster.example",
    extensions: ["auditLog"],
  } as never);
  const all = { search: "", filters: without() };
  const key = clusterActivityQuery({ time: undefined, since: undefined, until: undefined }).queryKey;
  for (const more of [true, false]) {
    client.setQueryData(key, { records: rows, more, whole: true, skipped: 0, span: { since: 0, until: 1 } });
    const file = await readForFile(client, all, new AbortController().signal, () => undefined);
    expect(file.more).toBe(more);
    expect(file.records.map(({ id, outcome }) => [id, outcome])).toEqual([
      ["event-0", "done"],
      ["event-1", "done"],
    ]);
    const lines = recordLines(file.records).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[1]).toMatchObject({ "event.outcome": "refused", "event.id": "own", operation: "ipfilters.change" });
    const table = recordTable(file.records);
    expect(table).toContain(`"'=cmd()⟨U+202E⟩"`);
    expect(table.split("\r\n").filter((line) => line !== "")).toHaveLength(3);
  }
});
