import { describe, expect, it } from "vitest";

import { quotingRequest, withRequestId, toFailure, type Failure } from "./errors.ts";

const id = "9f3c1a2b7d040011";

describe("the id of a request that failed", () => {
  it("stands in the message of what only the server's log explains", () => {
    const failures: readonly Failure[] = [
      toFailure({ graphQLErrors: [{ message: "The server failed.", extensions: { code: "INTERNAL" } }] }, "query"),
      toFailure({ graphQLErrors: [{ message: "No room.", extensions: { code: "STORAGE_FULL" } }] }, "mutation"),
      toFailure({ graphQLErrors: [{ message: "No answer.", extensions: { code: "CLUSTER_SILENT" } }] }, "query"),
      toFailure({ graphQLErrors: [], response: { status: 500 } }, "query"),
      toFailure({ graphQLErrors: [], response: { status: 502 } }, "mutation"),
    ];
    for (const failure of failures) {
      expect(quotingRequest(failure, id)).toEqual({ ...failure, message: `${failure.message} Request id: ${id}.` });
    }
  });

  it("does not stand where the message says what is wrong", () => {
    const failures: readonly Failure[] = [
      toFailure({ graphQLErrors: [{ message: "Not allowed.", extensions: { code: "NOT_ALLOWED" } }] }, "query"),
      toFailure({ graphQLErrors: [{ message: "As LogScale says." }] }, "mutation"),
      toFailure({ graphQLErrors: [], response: { status: 401 } }, "query"),
      toFailure({ graphQLErrors: [], response: { status: 403 } }, "query"),
      toFailure({ graphQLErrors: [], response: { status: 429 } }, "query"),
    ];
    for (const failure of failures) expect(quotingRequest(failure, id)).toBe(failure);
  });

  it("is left out where there is none, or something else", () => {
    const failure = toFailure({ graphQLErrors: [], response: { status: 500 } }, "query");
    // Not every server ends its sentences.
    expect(withRequestId("Internal error", "9f3c1a2b7d040011")).toBe("Internal error. Request id: 9f3c1a2b7d040011.");
    for (const other of [null, undefined, "", "two words", "<b>", "a".repeat(65)]) {
      expect(quotingRequest(failure, other)).toBe(failure);
    }
  });
});
