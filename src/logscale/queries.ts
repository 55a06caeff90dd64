/**
 * Where the embedded server takes several GraphQL queries at once, which the extension `queries` announces: a list of the bodies that
 * the route of GraphQL takes, no mutation among them. The answer has a line for each, in their order: what that route would have answered.
 */
export const queriesPath = "/api/tokenhouse/queries";

/** The media type of the answer. */
export const queriesType = "application/x-ndjson; charset=utf-8";

/** How many queries are taken at once. */
export const mostQueries = 8;
