import { zodResolver } from "@hookform/resolvers/zod";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";

import type { Failure } from "#logscale/errors.ts";
import { DescribeCollectorConfigurationDocument, RenameCollectorConfigurationDocument } from "#logscale/generated/fleet.ts";
import { call, failureOf } from "#web/api/client.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { FormDialog } from "./FormDialog.tsx";
import { fleetChanged, type Configuration } from "./queries.ts";
import { configurationFormSchema, type ConfigurationForm } from "./requests.ts";

/** What {@link DescribeDialog} takes. */
export interface DescribeDialogProps {
  readonly configuration: Configuration;
  readonly onClose: () => void;
}

/** The name and the description of a configuration. LogScale changes them one by one, so what did not change is not sent. */
export function DescribeDialog({ configuration, onClose }: DescribeDialogProps) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<Failure>();
  const { id } = configuration;
  const { register, handleSubmit, setError, formState } = useForm<ConfigurationForm>({
    defaultValues: { name: configuration.name, description: configuration.description ?? "" },
    resolver: zodResolver(configurationFormSchema),
  });
  const save = async ({ name, description }: ConfigurationForm) => {
    setFailure(undefined);
    try {
      if (name !== configuration.name) await call(RenameCollectorConfigurationDocument, { id, name });
      if (description !== (configuration.description ?? "")) {
        await call(DescribeCollectorConfigurationDocument, { id, description: description === "" ? null : description });
      }
      await fleetChanged(client);
      announce("The name and the description were saved.");
      onClose();
    } catch (error) {
      const failed = failureOf(error);
      if (failed.field === "name" || failed.field === "description")
        setError(failed.field, { message: failed.message }, { shouldFocus: true });
      else setFailure(failed);
      void fleetChanged(client);
    }
  };
  const { errors } = formState;
  return (
    <FormDialog
      title="Rename or describe the configuration"
      submit="Save"
      pending={formState.isSubmitting}
      failure={failure && { title: "Not everything was saved", failure }}
      onSubmit={handleSubmit(save)}
      onCancel={onClose}
    >
      <TextField
        {...register("name")}
        label="Name"
        size="small"
        // The first thing to do here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        autoComplete="off"
        error={errors.name !== undefined}
        helperText={errors.name?.message}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
      <TextField
        {...register("description")}
        label="Description"
        size="small"
        multiline
        minRows={2}
        error={errors.description !== undefined}
        helperText={errors.description?.message ?? "What it is for; may be left empty."}
      />
    </FormDialog>
  );
}
