import { Navigate, useLocation } from "react-router";

import { paths } from "#web/paths.ts";

import { formerIngestLink } from "./formerLink.ts";

/** Leads from a link of a former version to the list, where the row that was meant can be seen before it is opened. */
export function FormerIngestLink() {
  const { pathname } = useLocation();
  const { repository, search } = formerIngestLink(pathname);
  return <Navigate to={repository === undefined ? paths.ingestTokens : paths.ingestRepository(repository, search)} replace />;
}
