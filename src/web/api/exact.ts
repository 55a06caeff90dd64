import { holdsBigint, mayHoldBigint } from "#logscale/bigints.ts";

// Loaded on demand: such numbers are rare.
const loadJson = () => import("#logscale/json.ts");

// LogScale's Long has 64 bits. JSON.parse and JSON.stringify lose some of them, and urql uses both. This module restores them.

/** The variables of a request as urql takes them, and what brings the exact ones into the request that it makes. */
export interface ExactVariables<Variables> {
  /** The variables with text in place of every bigint; the variables themselves where they hold none. */
  readonly plain: Variables;
  /** A request of urql's with the exact variables in its body. */
  readonly into: (init: RequestInit) => Promise<RequestInit>;
}

/** Prepares variables that may hold bigints. */
export function exactVariables<Variables>(variables: Variables): ExactVariables<Variables> {
  if (!holdsBigint(variables)) return { plain: variables, into: (init) => Promise.resolve(init) };
  const plain: Variables = JSON.parse(
    JSON.stringify(variables, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );
  return {
    plain,
    into: async (init) => {
      if (typeof init.body !== "string") throw new Error("A request with exact numbers has a body of JSON.");
      const body: object = JSON.parse(init.body);
      const { writeJson } = await loadJson();
      return { ...init, body: writeJson({ ...body, variables }) };
    },
  };
}

/** The same response, whose text goes to `keep` as well when it is read. */
export function readingText(response: Response, keep: (text: string) => void): Response {
  const read = response.text.bind(response);
  response.text = async () => {
    const text = await read();
    keep(text);
    return text;
  };
  return response;
}

/** The data of an answer with every digit of its numbers: what urql made of it, unless the text says more. */
export async function wholeData<Data>(data: Data, text: string | undefined): Promise<Data> {
  if (text === undefined || !mayHoldBigint(text)) return data;
  const { parseJson } = await loadJson();
  const answer = parseJson(text);
  // What urql read from the same text has the same shape.
  return (answer as { readonly data: Data }).data;
}
