import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type DefaultValues, type FieldValues, type Path, type Resolver, type UseFormReturn } from "react-hook-form";
import type * as z from "zod/mini";

import { prepared, type Ending } from "./ending.ts";
import { useSending, type FieldsOf, type noField, type Sending, type SendingOptions } from "./useSending.ts";

/** What a form is: what it holds, what is checked of it, and all that {@link SendingOptions} ask of what it sends. */
export interface FormOptions<Typed extends FieldValues, Values, Result> extends Omit<
  SendingOptions<Values, Path<Typed>, Result>,
  "fields"
> {
  readonly start: DefaultValues<Typed>;
  /** When what is typed is checked first: once a field was left, or when it is sent, which suits a dialog that starts in a field. */
  readonly mode?: "onTouched" | "onSubmit";
  /** Makes what is sent of what is typed, and says what is wrong with it. A function where it depends on the time, or on what is read. */
  readonly schema: z.ZodMiniType<Values, Typed> | (() => z.ZodMiniType<Values, Typed>);
  /** Which field a refusal is about, by what the server calls it. */
  readonly fields: FieldsOf<Path<Typed>> | ((typed: Typed) => FieldsOf<Path<Typed>>) | typeof noField;
}

/** A form as its page needs it. */
export interface FormShell<Typed extends FieldValues, Values> {
  readonly form: UseFormReturn<Typed, unknown, Values>;
  readonly sending: Sending<Values, Path<Typed>>;
  /** What is wrong with a field, in words. */
  readonly problem: (field: Path<Typed>) => string | undefined;
  /** For the form's ending. */
  readonly ending: Ending;
}

/**
 * A form: keeps what was typed, checks it, sends it once, and leads to the first field that is at fault, whether the page or the server
 * says so.
 */
export function useFormShell<Typed extends FieldValues, Values, Result>(
  options: FormOptions<Typed, Values, Result>,
): FormShell<Typed, Values> {
  const { start, schema, mode = "onTouched", fields } = options;
  const resolver: Resolver<Typed, unknown, Values> = (values, context, settings) => {
    const resolve: Resolver<Typed, unknown, Values> = zodResolver(typeof schema === "function" ? schema() : schema);
    return resolve(values, context, settings);
  };
  const form = useForm<Typed, unknown, Values>({ defaultValues: start, resolver, mode });
  const sending = useSending<Values, Path<Typed>, Result>(
    { ...options, fields: typeof fields === "function" ? () => fields(form.getValues()) : fields },
    (field, message) => form.setError(field, { type: "server", message }, { shouldFocus: true }),
  );
  return {
    form,
    sending,
    problem: (field) => form.getFieldState(field, form.formState).error?.message,
    ending: {
      sending,
      onSubmit: (event) => void form.handleSubmit(sending.submit)(event),
      prepare: prepared(sending.calls, (next) => void form.handleSubmit(next)()),
    },
  };
}
