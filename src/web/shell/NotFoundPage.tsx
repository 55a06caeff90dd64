import Button from "@mui/material/Button";
import { Link, useLocation } from "react-router";

import { paths } from "#web/paths.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";

/** What stands at an address that leads nowhere. */
export function NotFoundPage() {
  const { pathname } = useLocation();
  return (
    <>
      <PageHeader title="There is no such page">
        Nothing stands at <code>{pathname}</code>. The address may be mistyped, or belong to another version.
      </PageHeader>
      <Button component={Link} to={paths.overview} variant="outlined">
        Go to the overview
      </Button>
    </>
  );
}
