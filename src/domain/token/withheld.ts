export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

export type Variables = { readonly [name: string]: JsonValue | undefined };

/** A value of JSON in which something may be withheld. */
export type Printable =
  | string
  | number
  | bigint
  | boolean
  | null
  | Withheld
  | readonly Printable[]
  | { readonly [name: string]: Printable | undefined };

/** Stands for a value that is not printed: whoever makes the call has it in the environment. */
export class Withheld {
  /** Name of the environment variable. */
  readonly variable: string;
  /** What the value is, in words: "the fleet token". */
  readonly what: string;
  /** Whether it is a text of several lines, which not every shell can hold. */
  readonly lines: boolean;

  constructor(variable: string, what: string, lines: boolean) {
    this.variable = variable;
    this.what = what;
    this.lines = lines;
  }
}

const collectorText = new Withheld("LOGSCALE_COLLECTOR_YAML", "the text of the configuration", true);

/** The variables and members of inputs that hold a secret, wherever they stand. Operations name a variable so where it is one. */
const withheldNames: ReadonlyMap<string, Withheld> = new Map([
  // LogScale knows a fleet token by its value, so every change of one has it in its variables.
  ["fleetToken", new Withheld("LOGSCALE_FLEET_TOKEN", "the fleet token", false)],
  ["customToken", new Withheld("LOGSCALE_INGEST_TOKEN", "the value of the ingest token", false)],
  // The texts of a configuration name the ingest tokens that machines send with.
  ["draft", collectorText],
  ["yaml", collectorText],
]);

/** Variables with everything that is a secret replaced. What is null says that there is none, and stays. */
export function withhold(variables: Variables): { readonly [name: string]: Printable | undefined } {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, withoutSecrets(value, name)]));
}

function withoutSecrets(value: JsonValue | undefined, name?: string): Printable | undefined {
  if (value === undefined || value === null) return value;
  const withheld = name === undefined ? undefined : withheldNames.get(name);
  if (withheld !== undefined) return withheld;
  if (typeof value !== "object") return value;
  return isList(value) ? value.map((item) => withoutSecrets(item) ?? null) : withhold(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What is withheld of variables, each once. */
export function withheldIn(variables: Variables): readonly Withheld[] {
  return [...new Set(found(withhold(variables)))];
}

function found(value: Printable | undefined): readonly Withheld[] {
  if (value instanceof Withheld) return [value];
  return typeof value === "object" && value !== null ? Object.values<Printable | undefined>(value).flatMap(found) : [];
}
