import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEventHandler } from "react";
import { useForm, type DefaultValues, type FieldValues, type Path, type UseFormReturn } from "react-hook-form";
import type * as z from "zod/mini";

import type { Failure } from "#logscale/errors.ts";
import type { ShowCalls } from "#web/api-call/ApiCallButton.tsx";
import { failureOf } from "#web/api/client.ts";
import type { Look } from "#web/form/LostAnswer.tsx";

import { fleetChanged } from "./queries.ts";

export interface FleetFormOptions<Values extends FieldValues> {
  readonly schema: z.ZodMiniType<Values, Values>;
  readonly start: DefaultValues<Values>;
  /** Which field a refusal is about, by what the server calls it. */
  readonly fields: Readonly<Record<string, Path<Values>>>;
  /**
   * Called before anything is sent: reads what is there where that tells later, should the answer be lost, what became of it. Gives what
   * then looks.
   */
  readonly watch: (values: Values) => Look | Promise<Look>;
  /** Sends what the form holds, and does what comes then. Rejects where it failed. */
  readonly send: (values: Values) => Promise<void>;
  /** What it would send. */
  readonly calls: (values: Values) => Parameters<ShowCalls>;
}

/** A form of the fleet, and what its dialog needs to know of it. */
export interface FleetForm<Values extends FieldValues = FieldValues> extends Pick<UseFormReturn<Values>, "control" | "register"> {
  /** What is wrong with a field, in words. */
  readonly problem: (field: Path<Values>) => string | undefined;
  readonly dialog: {
    readonly pending: boolean;
    /** Why the last try failed, where no field is at fault. */
    readonly failure: Failure | undefined;
    /** What looks what became of the last try, where its answer was lost. Until then nothing is sent. */
    readonly look: Look | undefined;
    /** Says that the last try was not carried out, so that another may be made. */
    readonly onSettled: () => void;
    readonly onSubmit: FormEventHandler;
    readonly prepare: (show: ShowCalls) => void;
  };
}

/** The state of a small form that changes something of the fleet: after each try the fleet is read again. */
export function useFleetForm<Values extends FieldValues>(options: FleetFormOptions<Values>): FleetForm<Values> {
  const { schema, start, fields, watch, send, calls } = options;
  const client = useQueryClient();
  const [failed, setFailed] = useState<{ readonly failure: Failure; readonly look?: Look }>();
  const { control, register, handleSubmit, setError, getFieldState, formState } = useForm<Values, unknown, Values>({
    defaultValues: start,
    resolver: zodResolver(schema),
  });
  const submit = handleSubmit(async (values) => {
    // The Enter key sends, too, whatever the button is.
    if (failed?.look !== undefined) return;
    setFailed(undefined);
    let look: Look | undefined;
    try {
      look = await watch(values);
      await send(values);
    } catch (error) {
      const failure = failureOf(error);
      const field = failure.field === undefined ? undefined : fields[failure.field];
      if (field !== undefined) setError(field, { message: failure.message }, { shouldFocus: true });
      else setFailed({ failure, ...(failure.kind === "unknown-outcome" && look !== undefined && { look }) });
      void fleetChanged(client);
    }
  });
  return {
    control,
    register,
    problem: (field) => getFieldState(field, formState).error?.message,
    dialog: {
      pending: formState.isSubmitting,
      failure: failed?.failure,
      look: failed?.look,
      onSettled: () => setFailed(undefined),
      onSubmit: (event) => void submit(event),
      prepare: (show) => void handleSubmit((values) => show(...calls(values)))(),
    },
  };
}
