/** Stands where something was left out. */
const gap = "…";

/**
 * Values of tokens by their form, also percent-encoded: the secret behind the `~` of an API token, an ingest token (a UUID), and a fleet
 * installation token (32 letters and digits; ids of API tokens look the same).
 */
const tokenForms = [
  /(?:~|%7e)[a-z0-9]{44}/giu,
  /(?<![a-z0-9])[0-9a-f]{8}(?:(?:-|%2d)[0-9a-f]{4}){3}(?:-|%2d)[0-9a-f]{12}(?![a-z0-9])/giu,
  /(?<![A-Za-z0-9])[A-Za-z0-9]{32}(?![A-Za-z0-9])/gu,
];

/** A text without the values of tokens in it, as far as their form tells. */
export function withoutTokens(text: string): string {
  return tokenForms.reduce((rest, form) => rest.replaceAll(form, gap), text);
}

/** Segments that say nothing but what was asked for: plain words, files with plain names, versions. */
const plainSegment = /^(?:_?[a-z]{1,16}(?:-[a-z]{1,16}){0,3}(?:\.[a-z]{2,5})?|v?\d{1,2}(?:\.\d{1,2})?)$/u;

/** Where programs send data to. A token typed there may be of any form: an ingest token may have a value of somebody's choice. */
const machinePath = /^\/(?:api|services|_bulk)(?:\/|$)/u;

/** The segments of LogScale's own paths, for those that a gateway forwards by their beginning alone. */
const knownSegments: ReadonlySet<string> = new Set(
  "api v1 status health-json ingest json raw hec humio-structured humio-unstructured elastic-bulk otlp logs metrics traces services collector event 1.0 ack health _bulk".split(
    " ",
  ),
);

/**
 * A path as it may be logged. Known and plain segments stay; a gap stands for every other one, since a mistyped request may hold a secret
 * there. `route` is the pattern of the route that took the request, where one did.
 */
export function loggablePath(path: string, route: string | undefined): string {
  // All of it is known.
  if (path === route && !/[:*]/u.test(path)) return path;
  const known = new Set(route?.split("/").filter((segment) => !/^[:*]/u.test(segment)));
  const byMachine = machinePath.test(path);
  return path
    .split("/")
    .map((segment) => {
      const shown = segment === "" || known.has(segment) || (byMachine ? knownSegments.has(segment) : plainSegment.test(segment));
      return shown ? segment : gap;
    })
    .join("/");
}
