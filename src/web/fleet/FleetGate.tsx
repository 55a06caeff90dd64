import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { failureOf } from "#web/api/client.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

import { fleetRightsQuery } from "./queries.ts";

export interface FleetGateProps {
  /** The page's title, for as long as the page itself is not there. */
  readonly title: string;
  readonly purpose: string;
  readonly children: (rights: { readonly mayChange: boolean }) => ReactNode;
}

/** Shows a page about the fleet to those who may see it, and tells the others why not. */
export function FleetGate({ title, purpose, children }: FleetGateProps) {
  const rights = useQuery(fleetRightsQuery);
  if (rights.data?.mayView === true) return children(rights.data);
  return (
    <>
      <PageHeader title={title}>{purpose}</PageHeader>
      {rights.isError ? (
        <ErrorState
          title="It could not be read what you may do here"
          failure={failureOf(rights.error)}
          onRetry={() => void rights.refetch()}
        />
      ) : rights.data === undefined ? (
        <LoadingShape label={`Loading ${title.toLowerCase()}`} shape="table" />
      ) : (
        <FleetHidden />
      )}
    </>
  );
}

/** Stands in place of the fleet where the caller may not see it. */
export function FleetHidden() {
  return (
    <EmptyState title="The fleet is not shown to you">
      It takes the organization permission to view or to change fleet management. Somebody who administers the organization’s
      permissions can give it to you.
    </EmptyState>
  );
}
