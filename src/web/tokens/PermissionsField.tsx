import Typography from "@mui/material/Typography";
import { useController, useWatch, type Control } from "react-hook-form";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { Holdings } from "#domain/token/rights.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { PermissionPicker } from "#web/permissions/PermissionPicker.tsx";

import type { TokenForm } from "./request.ts";

export interface PermissionsFieldProps {
  readonly kind: TokenKind;
  readonly control: Control<TokenForm, unknown, TokenRequest>;
  readonly holdings: Holdings;
}

/**
 * The permissions of a new token. It registers its field where it stands, not the form for it: a form leads to the first faulty field in the
 * order in which they were registered.
 */
export function PermissionsField({ kind, control, holdings }: PermissionsFieldProps) {
  const { field, fieldState } = useController({ control, name: "permissions" });
  const viewIds = useWatch({ control, name: "viewIds" });
  return (
    <section aria-label="Permissions">
      <Typography variant="h3" component="h2" sx={{ marginBottom: 2 }}>
        Permissions
      </Typography>
      <PermissionPicker
        kind={kind}
        value={field.value}
        onChange={field.onChange}
        holdings={holdings}
        viewIds={viewIds}
        error={fieldState.error?.message}
        focusRef={field.ref}
      />
    </section>
  );
}
