import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";
import { recordOfEvent } from "#logscale/auditEvent.ts";
import type { ClusterActivity } from "#web/activity/clusterActivity.ts";

import { clusterRecords, spanOfSubject } from "./records.ts";

const at = Date.UTC(2026, 10, 20, 12);
const rosa = { type: "orgUser", ip: "192.0.2.7", user: { id: "u1", username: "rosa", isRoot: false } };
const script = { type: "viewPermissionToken", ip: "198.51.100.1", tokenId: "t9", tokenName: "ci" };
const events = [
  { actor: rosa, type: "hashedtokens.rotate", oldTokenId: "t1", newTokenId: "t2" },
  { actor: script, type: "tokens", tokenName: "shipper" },
  { actor: { ...script, ip: "192.0.2.7" }, type: "ipfilters.change", ipFilterId: "f1" },
];
const log: ClusterActivity = {
  records: events.flatMap(
    (event, place) =>
      recordOfEvent(
        { "@id": `e${place}`, "@rawstring": JSON.stringify({ timestamp: new Date(at).toISOString(), ...event }) },
        place,
      ) ?? [],
  ),
  more: false,
  whole: true,
  skipped: 0,
  span: { since: at - day, until: at },
};
const found = (subject: Parameters<typeof clusterRecords>[0]) => clusterRecords(subject, log).map(({ id }) => id);

describe("An incident in front of a cluster", () => {
  it("has the records of its user, its token and its address, all of them where it names none", () => {
    expect(found({ user: "u1" })).toEqual(["e0"]);
    expect(found({ user: "u1", token: "t9" })).toEqual(["e0", "e1", "e2"]);
    expect(found({ token: "t9", address: "192.0.2.7" })).toEqual(["e2"]);
    expect(found({ address: "192.0.2.7" })).toEqual(["e0", "e2"]);
    expect(found({ since: at })).toEqual(["e0", "e1", "e2"]);
  });

  it("is searched for in the span that it names, and in a week where that is open", () => {
    expect(spanOfSubject({ user: "u1" })).toEqual({ time: "7d", since: undefined, until: undefined });
    expect(spanOfSubject({ since: at })).toEqual({ time: undefined, since: "2026-11-20T12:00Z", until: undefined });
    expect(spanOfSubject({ until: at })).toEqual({ time: undefined, since: "2026-11-13T12:00Z", until: "2026-11-20T12:00Z" });
    expect(spanOfSubject({ since: at - day, until: at })).toMatchObject({
      since: "2026-11-19T12:00Z",
      until: "2026-11-20T12:00Z",
    });
  });
});
