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

  it("is not known when a mutation brings a result and errors: it was carried out", () => {
    expect(failureIn("mutation", { data: { update: { id: "1" } }, error: said("Cannot read it back") })).toMatchObject({
      kind: "unknown-outcome",
    });
  });

  it("is not known when the answer to a mutation was lost, and harmless when that to a query was", () => {
    const error = { networkError: new Error("gone"), graphQLErrors: [] };
    expect(failureIn("mutation", { error })).toMatchObject({ kind: "unknown-outcome" });
    expect(failureIn("query", { error })).toMatchObject({ kind: "unreachable" });
  });

  it("is the end of the session when the server answers 401, also to a mutation", () => {
    const error = { networkError: new Error("Unauthorized"), graphQLErrors: [] };
    expect(failureIn("query", { error, status: 401 })).toMatchObject({ kind: "unauthenticated" });
    expect(failureIn("mutation", { error, status: 401 })).toMatchObject({ kind: "unauthenticated" });
  });

  it("is a failure when there is neither data nor error", () => {
    expect(failureIn("query", {})).toMatchObject({ kind: "unexpected" });
    expect(failureIn("mutation", { data: null })).toMatchObject({ kind: "unknown-outcome" });
  });
});
