import { describe, expect, it } from "vitest";

import { failureIn } from "./client.ts";

const said = (message: string, code?: string) => ({
  graphQLErrors: [{ message, ...(code !== undefined && { extensions: { code } }) }],
});

describe("the outcome of a call", () => {
  it("is a success when there are data and no errors", () => {
    expect(failureIn("query", { data: { tokens: [] } })).toBeUndefined();
    expect(failureIn("mutation", { data: { deleteToken: true } })).toBeUndefined();
  });

  it("is a failure when a query brings errors, even beside data", () => {
    expect(failureIn("query", { data: { tokens: null, organization: {} }, error: said("No", "NOT_ALLOWED") })).toEqual({
      kind: "refused",
      message: "No",
      code: "NOT_ALLOWED",
    });
  });

  it("is a refusal when a mutation brings errors and no result", () => {
    expect(failureIn("mutation", { data: { deleteToken: null }, error: said("In use", "IN_USE") })).toMatchObject({
      kind: "refused",
    });
    expect(failureIn("mutation", { data: null, error: said("Bad") })).toMatchObject({ kind: "refused" });
  });

  it("is unknown when a mutation brings a result and errors, since it was carried out", () => {
    expect(failureIn("mutation", { data: { update: { id: "1" } }, error: said("Cannot read it back") })).toMatchObject({
      kind: "unknown-outcome",
    });
  });

  it("is unknown when a mutation's answer is lost, and harmless when a query's is", () => {
    const error = { networkError: new Error("gone"), graphQLErrors: [] };
    expect(failureIn("mutation", { error })).toMatchObject({ kind: "unknown-outcome" });
    expect(failureIn("query", { error })).toMatchObject({ kind: "unreachable" });
  });

  it("is unknown when the server fails on a mutation: its database may have gone as it answered", () => {
    expect(failureIn("mutation", { data: null, status: 200, error: said("Internal error", "INTERNAL") })).toMatchObject({
      kind: "unknown-outcome",
    });
    expect(failureIn("query", { data: null, status: 200, error: said("Internal error", "INTERNAL") })).toMatchObject({
      kind: "refused",
      message: "Internal error",
    });
  });

  it("is the end of the session when the server answers 401, to a mutation too", () => {
    const error = { networkError: new Error("Unauthorized"), graphQLErrors: [] };
    expect(failureIn("query", { error, status: 401 })).toMatchObject({ kind: "unauthenticated" });
    expect(failureIn("mutation", { error, status: 401 })).toMatchObject({ kind: "unauthenticated" });
  });

  it("is harmless when the gateway sent nothing to the cluster, and unknown when it may have sent something", () => {
    const kinds = (code: string) =>
      (["query", "mutation"] as const).map(
        (operation) => failureIn(operation, { error: said("Trouble.", code), status: 502 })?.kind,
      );
    expect(kinds("CLUSTER_UNREACHABLE")).toEqual(["unreachable", "unreachable"]);
    expect(kinds("CLUSTER_SILENT")).toEqual(["unreachable", "unknown-outcome"]);
    expect(kinds("CLUSTER_UNEXPECTED")).toEqual(["unexpected", "unknown-outcome"]);
    expect(failureIn("mutation", { error: said("Trouble.", "CLUSTER_SILENT"), status: 504 })?.message).toBe(
      "Trouble. Read again before you repeat the change.",
    );
  });

  it("is unexpected when a web page answers 401 or 403 in place of LogScale", () => {
    const error = { networkError: new Error("Forbidden"), graphQLErrors: [] };
    for (const status of [200, 401, 403]) {
      const page = { error, status, contentType: "text/html; charset=utf-8" };
      expect(failureIn("query", page)).toMatchObject({ kind: "unexpected" });
      expect(failureIn("mutation", page)).toMatchObject({ kind: "unknown-outcome" });
    }
    expect(failureIn("query", { error, status: 403, contentType: "text/plain" })).toMatchObject({ kind: "address-refused" });
  });

  it("is a failure when there is neither data nor error", () => {
    expect(failureIn("query", {})).toMatchObject({ kind: "unexpected" });
    expect(failureIn("mutation", { data: null })).toMatchObject({ kind: "unknown-outcome" });
  });
});
