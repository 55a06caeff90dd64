import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Controller } from "react-hook-form";
import * as z from "zod/mini";

import type { KeptThresholds } from "#domain/inventory/notes.ts";
import { thresholdNames, thresholdRules, type ThresholdName, type Thresholds } from "#domain/inventory/thresholds.ts";
import { thresholdsSchema } from "#domain/inventory/thresholdsSchema.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { noCall } from "#web/form/useSending.ts";
import { Field } from "#web/ui/Field.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { changeNotes, readNotesAgain, useFindingNotes } from "./queries.ts";

export interface ThresholdsDialogProps {
  readonly onClose: () => void;
}

type ThresholdsForm = Readonly<Record<ThresholdName, string>>;

const textOf = ({ olderThan, unusedFor, expiresWithin, quietFor }: Thresholds): ThresholdsForm => ({
  olderThan: String(olderThan),
  unusedFor: String(unusedFor),
  expiresWithin: String(expiresWithin),
  quietFor: String(quietFor),
});

/** What is typed, as numbers: what is no number is refused by each threshold's own words. */
const formSchema = z.pipe(
  z.pipe(
    z.object({ olderThan: z.string(), unusedFor: z.string(), expiresWithin: z.string(), quietFor: z.string() }),
    z.transform(({ olderThan, unusedFor, expiresWithin, quietFor }: ThresholdsForm): Thresholds => {
      const days = (text: string) => (/^\s*\d{1,9}\s*$/u.test(text) ? Number(text) : Number.NaN);
      return {
        olderThan: days(olderThan),
        unusedFor: days(unusedFor),
        expiresWithin: days(expiresWithin),
        quietFor: days(quietFor),
      };
    }),
  ),
  thresholdsSchema,
);

/** Sets from when on findings hold and renewed tokens are quiet, for everybody. */
export function ThresholdsDialog({ onClose }: ThresholdsDialogProps) {
  const client = useQueryClient();
  const now = useServerNow();
  const { notes } = useFindingNotes();
  const [seen, setSeen] = useState<KeptThresholds>(notes.thresholds);
  const [overtaken, setOvertaken] = useState(false);
  const look = async () => {
    const { thresholds } = await readNotesAgain(client);
    setSeen(thresholds);
    return thresholds;
  };
  const { form, problem, ending } = useFormShell({
    start: textOf(seen.values),
    schema: formSchema,
    failure: "The thresholds were not changed",
    fields: Object.fromEntries(thresholdNames.map((threshold) => [`values.${threshold}`, threshold])),
    calls: noCall,
    lost: {
      ...lostWords,
      watch: (values) => async () => {
        const present = (await look()).values;
        const done = thresholdNames.every((threshold) => present[threshold] === values[threshold]);
        return done
          ? { done, title: "The thresholds were changed", message: "Only the answer was lost. You can close this." }
          : { done, title: "The thresholds were not changed", message: "They were read again. You can send yours now." };
      },
    },
    send: (values) => changeNotes({ type: "thresholds", values, seen: seen.set?.version ?? null }),
    done: async () => {
      await readNotesAgain(client).catch(() => undefined);
      announce("The thresholds were changed.");
      onClose();
    },
    failed: ({ code }) => {
      if (code !== "STALE_VERSION") return;
      look().then(
        () => setOvertaken(true),
        () => undefined,
      );
    },
  });
  return (
    <FormDialog title="Thresholds" submit="Save" form={ending} onCancel={onClose}>
      <Typography>
        They hold for everybody on this server.{" "}
        {seen.set === null ? (
          "These are the defaults; nobody has changed them."
        ) : (
          <>
            Set by <Name>{seen.set.by}</Name> <Instant at={seen.set.at} now={presentAfter(seen.set.at, now)} />.
          </>
        )}
      </Typography>
      {overtaken && (
        <Typography role="status">
          Now in force:{" "}
          {thresholdNames.map((threshold) => `${thresholdRules[threshold].label} ${seen.values[threshold]} days`).join("; ")}.
          Yours would take their place.
        </Typography>
      )}
      {thresholdNames.map((threshold) => {
        const { label, meaning, least, most, usual } = thresholdRules[threshold];
        return (
          <Controller
            key={threshold}
            control={form.control}
            name={threshold}
            render={({ field: { ref, ...input } }) => (
              <Field
                {...input}
                inputRef={ref}
                label={`${label}, days`}
                error={problem(threshold) !== undefined}
                helper={
                  problem(threshold) ?? `${meaning} this: ${least} to ${most.toLocaleString("en-US")}, ${usual} by default.`
                }
                input={{ inputMode: "numeric" }}
              />
            )}
          />
        );
      })}
    </FormDialog>
  );
}
