/** The parameter that tells what a draft was changed from. */
export const baseParameter = "from";

/** Whether a parameter belongs to a draft. Those of the list of affected tokens have no dot. */
function isDraftParameter(parameter: string): boolean {
  return parameter === baseParameter || parameter.includes(".");
}

/** The part of a query that a draft has in it. */
export function draftPart(params: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...params].filter(([parameter]) => isDraftParameter(parameter)));
}

/** A query with `draft` in the place of the draft that it has in it. */
export function withDraftPart(params: URLSearchParams, draft: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...[...params].filter(([parameter]) => !isDraftParameter(parameter)), ...draft]);
}
