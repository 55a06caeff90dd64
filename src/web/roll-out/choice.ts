/**
 * What was chosen on the way from a repository to collectors that send, as links from one step to the next carry it. Names and ids alone: no
 * link holds a token's value.
 */
export interface RollOutChoice {
  readonly repository?: string | undefined;
  /** The name of an ingest token of the repository. */
  readonly ingest?: string | undefined;
  /** The id of a collector configuration. */
  readonly configuration?: string | undefined;
  /** The handle of a fleet token. */
  readonly fleet?: string | undefined;
}

const steps = ["repository", "ingest", "configuration", "fleet"] as const satisfies readonly (keyof RollOutChoice)[];

/** What an address says was chosen. */
export function choiceIn(params: URLSearchParams): RollOutChoice {
  const { ingest, ...choice }: RollOutChoice = Object.fromEntries(
    steps.flatMap((step) => {
      const chosen = params.get(step) ?? "";
      return chosen === "" ? [] : [[step, chosen]];
    }),
  );
  // A token's name alone says nothing: each repository has its own.
  return choice.repository === undefined || ingest === undefined ? choice : { ...choice, ingest };
}

/** A link that carries what was chosen. */
export function withChoice(path: string, choice: RollOutChoice): string {
  const [, before = "", fragment = ""] = /^([^#]*)(.*)$/u.exec(path) ?? [];
  const [place = "", query = ""] = before.split("?");
  const params = new URLSearchParams(query);
  for (const step of steps) {
    const chosen = choice[step];
    if (chosen !== undefined && chosen !== "") params.set(step, chosen);
  }
  // A form is asked for by the bare word.
  const text = params.toString().replace(/\bnew=(?=&|$)/u, "new");
  return `${place}${text === "" ? "" : `?${text}`}${fragment}`;
}
