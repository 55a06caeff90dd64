import Button from "@mui/material/Button";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import { paths } from "#web/paths.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import type { RoleDetail } from "./queries.ts";

/** The head of the page with the form of a role, or of a new one. It is there while the form loads. */
export function RoleEditorHead({ role }: { readonly role: Pick<RoleDetail, "id" | "displayName"> | undefined }) {
  return (
    <PageHeader
      title={role === undefined ? "New role" : `Change the role ${nameInText(role.displayName)}`}
      actions={
        <Button component={RouterLink} to={role === undefined ? paths.roles : paths.role(role.id)} variant="outlined">
          {role === undefined ? "Roles" : "Back to the role"}
        </Button>
      }
    >
      {role === undefined
        ? "It gives nobody anything until it is assigned."
        : "Everybody who has it gains and loses what you change, at once."}
    </PageHeader>
  );
}
