import { Navigate, useLocation } from "react-router";

import { paths } from "#web/paths.ts";

import { formerIngestAddress } from "./formerLink.ts";

/** Leads from an address of a former version to the list, where the row that was meant can be seen before it is opened. */
export function FormerIngestAddress() {
  const { pathname } = useLocation();
  const { repository, search } = formerIngestAddress(pathname);
  return <Navigate to={repository === undefined ? paths.ingestTokens : paths.ingestRepository(repository, search)} replace />;
}
