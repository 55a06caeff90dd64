import { useMemo } from "react";

import { filterJudge, type FilterJudge } from "#domain/filter/judge.ts";
import { useOrganization } from "#web/state/organization.tsx";

/** Judges addresses by the organization's IP filters, as far as they could be read. A new judge only when a filter is another. */
export function useFilterJudge(): FilterJudge {
  const { filters } = useOrganization();
  return useMemo(() => filterJudge((id) => filters.get(id)?.ipFilter), [filters]);
}
