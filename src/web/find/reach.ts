import { count, countOf } from "#web/ui/counts.ts";
import { listWords } from "#web/ui/listWords.ts";

/** One of the lists that are searched, and how it stands with it. */
export interface Source {
  /** What it lists, as a sentence begins: "IP filters". */
  readonly what: string;
  /** `changing`: it kept changing while it was read, so that some of it may be missing. */
  readonly state: "reading" | "searched" | "changing" | "failed" | "hidden";
}

/** How far a search reached. */
export interface Reach {
  readonly sources: readonly Source[];
  /** Whether the personal tokens of others are searched. */
  readonly personal: boolean;
  /** API tokens that match and are not listed. */
  readonly moreTokens: number;
  /** API tokens that match, of a type that this page does not know. */
  readonly unknownTokens: number;
  /** Repositories whose ingest tokens could not be read. */
  readonly unreadRepositories: number;
  /** Repositories whose ingest tokens are not shown to the caller. */
  readonly closedRepositories: number;
}

/** How it stands with a list that is read as a query. What is not there yet is being read, whatever else is not the case. */
export function sourceOf(
  what: string,
  query: { readonly data: unknown; readonly isError: boolean },
  known?: Source["state"],
  changing = false,
): Source {
  const state = query.data !== undefined ? "searched" : query.isError ? "failed" : "reading";
  return { what, state: known ?? (state === "searched" && changing ? "changing" : state) };
}

/** Whether part of what is searched is still being read. */
export function isReading({ sources }: Reach): boolean {
  return sources.some(({ state }) => state === "reading");
}

/** Whether everything was searched that the caller may list. */
function isWhole({ sources, unreadRepositories, unknownTokens }: Reach): boolean {
  return (
    unreadRepositories === 0 && unknownTokens === 0 && sources.every(({ state }) => state === "searched" || state === "hidden")
  );
}

/** What there is to say of a search that is over and found so many places. That nothing matches is said only where everything was searched. */
export function reachWords(reach: Reach, found: number): string {
  const { sources, personal, moreTokens, unknownTokens, unreadRepositories, closedRepositories } = reach;
  const inState = (wanted: Source["state"]) => sources.filter(({ state }) => state === wanted).map(({ what }) => what);
  const parts = [
    found > 0 || unknownTokens > 0
      ? ""
      : isWhole(reach)
        ? "Nothing that you may list matches by its name or id, and no page or action does."
        : "Nothing matches in what was searched.",
    moreTokens > 0 ? `${countOf(moreTokens, "more API token")} ${moreTokens === 1 ? "matches" : "match"}: go on typing.` : "",
    unknownTokens > 0
      ? `${countOf(unknownTokens, "token")} of a type that this page does not know ${unknownTokens === 1 ? "matches and is" : "match and are"} left out.`
      : "",
    sentence(inState("failed"), "could not be searched."),
    sentence(inState("changing"), "kept changing while they were read, so some may be missing."),
    unreadRepositories > 0
      ? `The ingest tokens of ${countOf(unreadRepositories, "repository", "repositories")} could not be searched.`
      : "",
    sentence(inState("hidden"), "are not shown to you."),
    closedRepositories > 0
      ? `The ingest tokens of ${count(closedRepositories)} ${closedRepositories === 1 ? "repository" : "repositories"} are not shown to you.`
      : "",
    personal ? "" : "Personal tokens are not searched: LogScale does not list them.",
  ];
  return parts.filter((words) => words !== "").join(" ");
}

function sentence(what: readonly string[], says: string): string {
  const [first, ...others] = what;
  if (first === undefined) return "";
  const lower = others.map((text) => (text.startsWith("IP") ? text : text[0]?.toLowerCase() + text.slice(1)));
  return `${listWords([first, ...lower])} ${says}`;
}
