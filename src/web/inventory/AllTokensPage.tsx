import Button from "@mui/material/Button";
import { Link as RouterLink } from "react-router";

import { allTokensWords } from "#logscale/pageWords.ts";
import { paths } from "#web/paths.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";

import { InventoryPage } from "./InventoryPage.tsx";

/** Every token that the caller may list, of every kind. */
export function AllTokensPage() {
  return (
    <InventoryPage
      title={allTokensWords.title}
      path={paths.tokens}
      purpose={allTokensWords.purpose}
      hidden={<EmptyState title="No tokens are shown to you">You may list the tokens of no kind.</EmptyState>}
      renderEmpty={(certain) => (
        <EmptyState
          title={certain ? "There are no tokens" : "No tokens that you may list"}
          action={
            <Button component={RouterLink} to={paths.newToken("view")} variant="contained">
              Create a view token
            </Button>
          }
        >
          A token lets a person, a script or a shipper work with LogScale. The menu has a page for each kind, which says what the
          kind is for.
        </EmptyState>
      )}
    />
  );
}
