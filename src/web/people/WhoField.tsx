import { offers } from "#web/api/session.ts";
import type { ListViewState } from "#web/list/useListView.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { SelectField } from "#web/ui/Field.tsx";

import { readWho, whoWords, type UserFilters, type Who } from "./who.ts";

export interface WhoFieldProps {
  readonly view: Pick<ListViewState<string, UserFilters>, "filters" | "setFilters">;
}

/** Narrows the list of users to some of them, as far as the backend tells who they are. */
export function WhoField({ view: { filters, setFilters } }: WhoFieldProps) {
  const { session, gateway } = useOrganization();
  const tells: Readonly<Record<Who, boolean>> = {
    root: true,
    owner: true,
    "no-rights": !gateway,
    "signed-in": offers(session, "sessions"),
  };
  return (
    <SelectField
      label="Show"
      width={200}
      value={filters.who ?? ""}
      onChange={({ target: { value } }) => setFilters({ who: readWho(value) })}
    >
      <option value="">Everybody</option>
      {Object.entries(whoWords).map(
        ([value, words]) =>
          tells[value as Who] && (
            <option key={value} value={value}>
              {words}
            </option>
          ),
      )}
    </SelectField>
  );
}
