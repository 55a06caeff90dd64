import { zodResolver } from "@hookform/resolvers/zod";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";

import type { Failure } from "#logscale/errors.ts";
import { RenameFleetTokenDocument } from "#logscale/generated/fleet.ts";
import { call, failureOf } from "#web/api/client.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { FormDialog } from "./FormDialog.tsx";
import { fleetChanged, type FleetToken } from "./queries.ts";
import { tokenFormSchema } from "./requests.ts";

/** Gives a fleet token another name. */
export function RenameTokenDialog({ token, onClose }: { readonly token: FleetToken; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<Failure>();
  const { register, handleSubmit, setError, formState } = useForm({
    defaultValues: { name: token.name },
    resolver: zodResolver(z.pick(tokenFormSchema, { name: true })),
  });
  const rename = async ({ name }: { name: string }) => {
    setFailure(undefined);
    try {
      await call(RenameFleetTokenDocument, { fleetToken: token.value.reveal(), name });
      announce(`The fleet token is called ${name} now.`);
      await fleetChanged(client);
      onClose();
    } catch (error) {
      const failed = failureOf(error);
      if (failed.field === "name") setError("name", { message: failed.message }, { shouldFocus: true });
      else setFailure(failed);
    }
  };
  return (
    <FormDialog
      title="Rename the fleet token"
      submit="Rename"
      pending={formState.isSubmitting}
      failure={failure && { title: "The fleet token was not renamed", failure }}
      onSubmit={handleSubmit(rename)}
      onCancel={onClose}
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
        helperText={formState.errors.name?.message ?? "The token itself stays the same, so nothing has to be installed anew."}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
    </FormDialog>
  );
}
