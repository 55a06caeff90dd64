import type { TableColumn } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import { compareNames } from "#domain/compareNames.ts";
import { nameInText } from "#domain/name.ts";
import { Quiet, Several } from "#web/inventory/cells.tsx";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";

import type { ListedGroup } from "./queries.ts";

/** A group as a row. */
export interface ListedGroupRow {
  readonly id: string;
  readonly name: string;
  readonly lookupName: string | null;
  readonly members: number;
  /** Names of its roles, each once. */
  readonly roles: readonly string[];
  readonly organization: boolean;
  readonly system: boolean;
  /** How many repositories and views it has a role on. */
  readonly places: number;
}

/** Makes a row of a group. */
export function groupRow(group: ListedGroup): ListedGroupRow {
  const { id, displayName, lookupName, userCount, roles, organizationRoles, systemRoles } = group;
  const names = new Map([...roles, ...organizationRoles, ...systemRoles].map(({ role }) => [role.id, role.displayName]));
  return {
    id,
    name: displayName,
    lookupName: lookupName ?? null,
    members: userCount,
    roles: [...names.values()].toSorted(compareNames),
    organization: organizationRoles.length > 0,
    system: systemRoles.length > 0,
    places: new Set(roles.map(({ searchDomain }) => searchDomain.id)).size,
  };
}

/** The columns of the list of groups. */
export const groupColumns: TableColumn<ListedGroupRow>[] = [
  {
    id: "group",
    header: "Group",
    size: 220,
    value: ({ name }) => name,
    cell: (row) => (
      <Hint cut component={RouterLink} to={paths.group(row.id)} hint={<Name>{row.name}</Name>}>
        <Name>{row.name}</Name>
      </Hint>
    ),
  },
  {
    id: "members",
    header: "Members",
    size: 100,
    meta: { align: "end" },
    value: ({ members }) => members,
    cell: (row) => (row.members === 0 ? <Quiet>none</Quiet> : count(row.members)),
  },
  {
    id: "roles",
    header: "Roles",
    size: 240,
    value: ({ roles }) => roles.length,
    cell: (row) => <Several items={row.roles.map((role) => nameInText(role))} />,
  },
  {
    id: "places",
    header: "Where",
    size: 260,
    meta: { places: 2 },
    value: ({ system, organization, places }) => (system ? 2e6 : 0) + (organization ? 1e6 : 0) + places,
    cell: (row) => <WhereCell group={row} />,
  },
  {
    id: "lookup",
    header: "Lookup name",
    size: 180,
    value: ({ lookupName }) => lookupName ?? "",
    cell: (row) =>
      row.lookupName === null ? (
        <Quiet>none</Quiet>
      ) : (
        <Hint cut hint={<Name>{row.lookupName}</Name>}>
          <Name>{row.lookupName}</Name>
        </Hint>
      ),
  },
];

function WhereCell({ group }: { readonly group: ListedGroupRow }) {
  const words = whereWords(group);
  if (words === "") return <Quiet>nowhere</Quiet>;
  return (
    <Hint cut hint={words}>
      {words}
    </Hint>
  );
}

/** Where the roles of a group hold, the farthest first. */
export function whereWords({ system, organization, places }: Pick<ListedGroupRow, "system" | "organization" | "places">): string {
  const parts = [
    system ? "cluster" : "",
    organization ? "organization" : "",
    places > 0 ? countOf(places, "repository or view", "repositories and views") : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
