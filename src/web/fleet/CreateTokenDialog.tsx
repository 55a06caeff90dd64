import { zodResolver } from "@hookform/resolvers/zod";
import TextField from "@mui/material/TextField";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";

import type { Failure } from "#logscale/errors.ts";
import { CreateFleetTokenDocument } from "#logscale/generated/fleet.ts";
import { call, failureOf } from "#web/api/client.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { addressOf } from "./address.ts";
import { FormDialog } from "./FormDialog.tsx";
import { configurationsQuery, fleetChanged } from "./queries.ts";
import { tokenFormSchema, type TokenForm } from "./requests.ts";

/** What {@link CreateTokenDialog} takes. */
export interface CreateTokenDialogProps {
  /** Names that are taken, of which another token should not be one: LogScale allows it, people mix them up. */
  readonly names: readonly string[];
  readonly onCancel: () => void;
  /** Called with the new token's address. */
  readonly onCreated: (address: string) => void;
}

/** The form of a new fleet token. */
export function CreateTokenDialog({ names, onCancel, onCreated }: CreateTokenDialogProps) {
  const client = useQueryClient();
  const configurations = useQuery(configurationsQuery).data?.rows ?? [];
  const [failure, setFailure] = useState<Failure>();
  const { control, register, handleSubmit, setError, formState } = useForm<TokenForm>({
    defaultValues: { name: "", configuration: "" },
    resolver: zodResolver(tokenFormSchema),
  });
  const taken = names.includes(useWatch({ control, name: "name" }).trim());

  const create = async ({ name, configuration }: TokenForm) => {
    setFailure(undefined);
    try {
      const answer = await call(CreateFleetTokenDocument, { name, configuration: configuration === "" ? null : configuration });
      announce(`The fleet token ${name} was created.`);
      void fleetChanged(client);
      onCreated(addressOf(answer.createFleetInstallToken.token));
    } catch (error) {
      const failed = failureOf(error);
      if (failed.field === "name") setError("name", { message: failed.message }, { shouldFocus: true });
      else if (failed.field === "configId") setError("configuration", { message: failed.message }, { shouldFocus: true });
      else setFailure(failed);
      void fleetChanged(client);
    }
  };
  const { name, configuration } = formState.errors;
  return (
    <FormDialog
      title="Create a fleet token"
      submit="Create fleet token"
      pending={formState.isSubmitting}
      failure={failure && { title: "The fleet token was not created", failure }}
      onSubmit={handleSubmit(create)}
      onCancel={onCancel}
    >
      <TextField
        {...register("name")}
        label="Name"
        size="small"
        // The first thing to do here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        autoComplete="off"
        error={name !== undefined}
        helperText={
          name?.message ??
          (taken
            ? "There is a token of this name already. Another one is possible, but hard to tell apart."
            : "Which machines are installed with it: web-servers, branch-offices.")
        }
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
      <TextField
        {...register("configuration")}
        select
        label="Configuration"
        size="small"
        error={configuration !== undefined}
        helperText={configuration?.message ?? "What a machine that enrols with the token collects. It can be assigned later."}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">None yet</option>
        {configurations.map(({ id, name: title, version }) => (
          <option key={id} value={id}>
            {title}
            {version === 0 ? " (not published)" : ""}
          </option>
        ))}
      </TextField>
    </FormDialog>
  );
}
