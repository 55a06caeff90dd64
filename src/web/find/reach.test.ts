import { describe, expect, it } from "vitest";

import { isReading, reachWords, sourceOf, type Reach, type Source } from "./reach.ts";

const lists = [
  "API tokens",
  "IP filters",
  "Users",
  "Repositories with their views",
  "Ingest tokens",
  "Fleet tokens",
  "Collector configurations",
];

function reach(states: Readonly<Record<string, Source["state"]>> = {}, more: Partial<Reach> = {}): Reach {
  return {
    sources: lists.map((what) => ({ what, state: states[what] ?? "searched" })),
    personal: true,
    moreTokens: 0,
    unknownTokens: 0,
    unreadRepositories: 0,
    closedRepositories: 0,
    ...more,
  };
}

const nothing = "Nothing that you may list matches by its name or id, and no page or action does.";

describe("what a search says of itself", () => {
  it("says that nothing matches where everything was searched that may be listed", () => {
    expect(reachWords(reach(), 0)).toBe(nothing);
    expect(reachWords(reach({ "Fleet tokens": "hidden", "Collector configurations": "hidden" }), 0)).toBe(
      `${nothing} Fleet tokens and collector configurations are not shown to you.`,
    );
    expect(reachWords(reach({}, { closedRepositories: 1 }), 0)).toBe(
      `${nothing} The ingest tokens of 1 repository are not shown to you.`,
    );
    expect(reachWords(reach({}, { personal: false }), 0)).toBe(
      `${nothing} Personal tokens are not searched: LogScale does not list them.`,
    );
  });

  it.each([
    ...lists.map((what) => [`${what} failed`, reach({ [what]: "failed" }), `${what} could not be searched.`] as const),
    ...lists.map(
      (what) =>
        [
          `${what} kept changing`,
          reach({ [what]: "changing" }),
          `${what} kept changing while they were read, so some may be missing.`,
        ] as const,
    ),
    [
      "ingest tokens of some failed",
      reach({}, { unreadRepositories: 2 }),
      "The ingest tokens of 2 repositories could not be searched.",
    ],
  ] as const)("never says that nothing matches where %s", (_, some, reason) => {
    expect(reachWords(some, 0)).toBe(`Nothing matches in what was searched. ${reason}`);
    expect(reachWords(some, 3)).toBe(reason);
  });

  it("joins what could not be searched in one sentence", () => {
    expect(
      reachWords(reach({ "API tokens": "failed", "IP filters": "failed", "Repositories with their views": "failed" }), 1),
    ).toBe("API tokens, IP filters and repositories with their views could not be searched.");
  });

  it("counts what matches and is not listed", () => {
    expect(reachWords(reach({}, { moreTokens: 1300 }), 3)).toBe("1,300 more API tokens match: go on typing.");
    expect(reachWords(reach({}, { unknownTokens: 1 }), 0)).toBe(
      "1 token of a type that this page does not know matches and is left out.",
    );
  });

  it("takes what was not read yet for being read, even where nothing is under way", () => {
    expect(sourceOf("X", { data: undefined, isError: false })).toEqual({ what: "X", state: "reading" });
    expect(sourceOf("X", { data: undefined, isError: true }).state).toBe("failed");
    expect(sourceOf("X", { data: [], isError: false }, undefined, true).state).toBe("changing");
    expect(sourceOf("X", { data: undefined, isError: true }, "hidden").state).toBe("hidden");
    expect(isReading(reach({ "Repositories with their views": "reading" }))).toBe(true);
    expect(isReading(reach({ "Repositories with their views": "failed" }))).toBe(false);
  });
});
