import { zodResolver } from "@hookform/resolvers/zod";
import { useMemo, useState } from "react";
import { useController, useForm, type UseControllerReturn, type UseFormReturn } from "react-hook-form";
import * as z from "zod/mini";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { ipFilterTextSchema } from "#domain/filter/ipFilterSchema.ts";
import { nameSchema } from "#domain/nameSchema.ts";

import type { IpFilterValues } from "./requests.ts";
import { changesOf, hasChanges } from "./saving.ts";

const formSchema = (former: string | undefined) =>
  z.object({ name: nameSchema("IP filter", former), ipFilter: ipFilterTextSchema });

/** What the form of a filter holds. */
export type FormValues = z.infer<ReturnType<typeof formSchema>>;

/** The form of a filter, and what the edit started from. */
export interface FilterEdit {
  readonly form: UseFormReturn<FormValues>;
  readonly name: UseControllerReturn<FormValues, "name">;
  readonly text: UseControllerReturn<FormValues, "ipFilter">;
  /** What the edit started from; undefined for a new filter. Reading again does not replace it silently. */
  readonly base: IpFilter | undefined;
  /** What is typed, as it would be saved. */
  readonly values: FormValues;
  /** What differs from the base. */
  readonly changes: Partial<IpFilterValues>;
  readonly changed: boolean;
  /** Starts again from this filter; what was typed is dropped. */
  readonly restart: (base: IpFilter) => void;
  /** Makes this an edit of another filter, or of a new one. What was typed stays, except for the values given. */
  readonly carryOver: (base: IpFilter | undefined, values?: FormValues) => void;
}

/**
 * The edit of a filter; of a new one where there is none.
 *
 * @param proposed rules to begin with in place of the filter's own
 */
export function useFilterEdit(filter: IpFilter | undefined, proposed?: string): FilterEdit {
  const [base, setBase] = useState(filter);
  const form = useForm<FormValues>({
    defaultValues: { name: base?.name ?? "", ipFilter: proposed ?? base?.ipFilter ?? "" },
    resolver: zodResolver(useMemo(() => formSchema(base?.name), [base?.name])),
    mode: "onTouched",
  });
  const { control, reset, setValue } = form;
  const name = useController({ control, name: "name" });
  const text = useController({ control, name: "ipFilter" });
  const values = { name: name.field.value.trim(), ipFilter: text.field.value };
  const changes = changesOf(base ?? { name: "", ipFilter: "" }, values);

  return {
    form,
    name,
    text,
    base,
    values,
    changes,
    changed: hasChanges(changes),
    restart: (next) => {
      setBase(next);
      reset({ name: next.name, ipFilter: next.ipFilter });
    },
    carryOver: (next, as) => {
      setBase(next);
      if (as === undefined) return;
      setValue("name", as.name);
      setValue("ipFilter", as.ipFilter);
    },
  };
}
