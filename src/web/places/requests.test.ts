import { describe, expect, it } from "vitest";

import { day } from "#domain/duration.ts";

import {
  connectionsFormSchema,
  repositoryFormSchema,
  repositoryOf,
  retentionChangeOf,
  viewFormSchema,
  viewOf,
} from "./requests.ts";

const none = { time: null, ingestSize: null, storageSize: null };

describe("what a form of a repository or view asks for", () => {
  it("leaves out what was left empty, and sends a retention in ms and bytes", () => {
    const typed = { name: " web ", description: "", time: "30", ingestSize: "", storageSize: "1.5" };
    expect(repositoryOf(repositoryFormSchema.parse(typed)).variables).toEqual({
      name: "web",
      retentionInMillis: 30 * day,
      retentionInStorageSizeBytes: 1_500_000_000,
    });
  });

  it("names each limit that means nothing at its own field", () => {
    const typed = { name: "web", description: "", time: "-1", ingestSize: "1e9", storageSize: "" };
    const { error } = repositoryFormSchema.safeParse(typed);
    expect(error?.issues.map(({ path }) => path)).toEqual([["time"], ["ingestSize"]]);
  });

  it("changes only the limits that differ, in days and gigabytes, and takes one off by null", () => {
    const before = { ...none, time: 30 * day, ingestSize: 5_000_000_000 };
    expect(retentionChangeOf("web", before, { ...none, time: 7 * day, ingestSize: 5_000_000_000 }).variables).toEqual({
      repositoryName: "web",
      timeBasedRetention: 7,
    });
    expect(retentionChangeOf("web", before, { ...before, storageSize: 500_000_000 }).variables).toEqual({
      repositoryName: "web",
      storageSizeBasedRetention: 0.5,
    });
    expect(retentionChangeOf("web", before, none).variables).toEqual({
      repositoryName: "web",
      timeBasedRetention: null,
      ingestSizeBasedRetention: null,
    });
  });

  it("connects with all events where no filter was typed", () => {
    const typed = { name: "all", description: "", connections: [{ repository: "web", filter: "  " }] };
    expect(viewOf(viewFormSchema.parse(typed)).variables).toEqual({
      name: "all",
      connections: [{ repositoryName: "web", filter: "*" }],
    });
  });

  it("refuses a connection without a repository, the same one twice, and a filter that is too long, each at its field", () => {
    const connections = [
      { repository: "web", filter: "" },
      { repository: "web", filter: "*" },
      { repository: "web", filter: "level=error" },
      { repository: "", filter: "*" },
      { repository: "vault", filter: "é".repeat(1251) },
    ];
    const { error } = connectionsFormSchema.safeParse({ connections });
    expect(error?.issues.map(({ path }) => path.join(".")).toSorted()).toEqual([
      "connections.1.repository",
      "connections.3.repository",
      "connections.4.filter",
    ]);
  });
});
