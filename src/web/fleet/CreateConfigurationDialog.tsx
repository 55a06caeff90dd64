import { zodResolver } from "@hookform/resolvers/zod";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import type { Failure } from "#logscale/errors.ts";
import { CreateCollectorConfigurationDocument } from "#logscale/generated/fleet.ts";
import { call, failureOf } from "#web/api/client.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { FormDialog } from "./FormDialog.tsx";
import { fleetChanged } from "./queries.ts";
import { configurationFormSchema } from "./requests.ts";

/** What {@link CreateConfigurationDialog} takes. */
export interface CreateConfigurationDialogProps {
  readonly onCancel: () => void;
  /** Called with the new configuration's id. */
  readonly onCreated: (id: string) => void;
}

/** What a new configuration starts with: one file source and one sink, to be changed. */
const starter = `# What is collected.
sources:
  system_logs:
    type: file
    include: /var/log/*.log
    sink: logscale

# Where it is sent.
sinks:
  logscale:
    type: humio
    url: https://logscale.example.com
    # The value of an ingest token.
    token: ""
`;

/** The form of a new collector configuration, which then opens with a draft to start from. */
export function CreateConfigurationDialog({ onCancel, onCreated }: CreateConfigurationDialogProps) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<Failure>();
  const { register, handleSubmit, setError, formState } = useForm({
    defaultValues: { name: "" },
    resolver: zodResolver(z.pick(configurationFormSchema, { name: true })),
  });
  const create = async ({ name }: { name: string }) => {
    setFailure(undefined);
    try {
      const made = await call(CreateCollectorConfigurationDocument, { name, starter });
      announce(`The configuration ${name} was created.`);
      void fleetChanged(client);
      onCreated(made.createLogCollectorConfiguration.id);
    } catch (error) {
      const failed = failureOf(error);
      if (failed.field === "name") setError("name", { message: failed.message }, { shouldFocus: true });
      else setFailure(failed);
      void fleetChanged(client);
    }
  };
  return (
    <FormDialog
      title="Create a configuration"
      submit="Create configuration"
      pending={formState.isSubmitting}
      failure={failure && { title: "The configuration was not created", failure }}
      onSubmit={handleSubmit(create)}
      onCancel={onCancel}
    >
      <TextField
        {...register("name")}
        label="Name"
        size="small"
        // The one thing to do here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        autoComplete="off"
        error={formState.errors.name !== undefined}
        helperText={formState.errors.name?.message ?? "Which machines it is for: linux-web, windows-domain."}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
    </FormDialog>
  );
}
