import { z } from "zod";

import { ClientError } from "#server/errors.ts";

/** What each part of a request is called in the input of the mutation that it came with. */
export type FieldNames<T> = Readonly<Partial<Record<keyof T, string>>>;

/** Whether a text is kept as it came. A NUL is not kept at all, and half of a character as something else. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}

/**
 * A request as a schema of the domain reads it.
 *
 * @throws ClientError BAD_INPUT with the schema's own message, naming the field of the contract
 */
export function parseInput<S extends z.core.$ZodType>(
  schema: S,
  input: unknown,
  fields: Readonly<Record<string, string>>,
): z.core.output<S> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = fields[String(issue?.path[0])];
  throw new ClientError("BAD_INPUT", issue?.message ?? "The input is not valid.", { field });
}
