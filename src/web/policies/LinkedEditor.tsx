import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ipFiltersQuery } from "#web/api/queries.ts";
import { useOrganization } from "#web/state/organization.tsx";

import { readDraft } from "./draft/readLink.ts";
import { PolicyEditor, type PolicyEditorProps } from "./PolicyEditor.tsx";

/** The editor with the draft that the URL says, once the IP filters that it may name are read, or could not be. */
export function LinkedEditor(props: PolicyEditorProps) {
  const filters = useQuery(ipFiltersQuery);
  return filters.isPending ? null : <Opened {...props} allFilters={filters.data !== undefined} />;
}

function Opened({ allFilters, ...props }: PolicyEditorProps & { readonly allFilters: boolean }) {
  const { current, withSystem } = props;
  const { filters } = useOrganization();
  const [opened] = useState(() => {
    const linked = readDraft(new URLSearchParams(window.location.search), { current, withSystem, filters, allFilters });
    return linked && { linked, inForce: current };
  });
  return <PolicyEditor {...props} opened={opened} />;
}
