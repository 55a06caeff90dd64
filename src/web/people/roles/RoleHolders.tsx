import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import { failureOf } from "#web/api/failure.ts";
import { paths } from "#web/paths.ts";
import { someOf } from "#web/people/access/words.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { Name, Words } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { roleUsersQuery, type RoleDetail } from "./queries.ts";

/** Users that are listed at most: the list of users finds the others by the role's name. */
const mostUsers = 200;

/** Who has a role, by themselves and by groups, and where. */
export function RoleHolders({ role }: { readonly role: RoleDetail }) {
  const { id, groups, usersCount, displayName } = role;
  return (
    <>
      <Panel title={`Groups that have it (${count(groups.length)})`}>
        {groups.length === 0 ? (
          <Typography>No group has it.</Typography>
        ) : (
          <Box component="ul" aria-label="Groups that have the role" sx={list}>
            {groups.map((group) => (
              <li key={group.id}>
                <Link component={RouterLink} to={paths.group(group.id)}>
                  <Name>{group.displayName}</Name>
                </Link>{" "}
                <Words>{`${groupWhereWords(group, id)}; ${countOf(group.userCount, "member")}`}</Words>
              </li>
            ))}
          </Box>
        )}
      </Panel>
      <Panel title={`Users who have it by themselves (${count(usersCount)})`}>
        {usersCount === 0 ? <Typography>Nobody has it directly.</Typography> : <Users id={id} displayName={displayName} />}
      </Panel>
    </>
  );
}

function Users({ id, displayName }: Pick<RoleDetail, "id" | "displayName">) {
  const { data, isError, error, refetch } = useQuery(roleUsersQuery(id));
  if (data === undefined) {
    if (!isError) return <Typography role="status">Reading who has it.</Typography>;
    const failure = failureOf(error);
    return failure.kind === "refused" ? (
      <Typography>
        Who they are is not shown to you: it takes the organization permission to manage users (<code>ManageUsers</code>).
      </Typography>
    ) : (
      <ErrorState title="Who has the role could not be read" failure={failure} onRetry={() => void refetch()} />
    );
  }
  return (
    <>
      <Box component="ul" aria-label="Users who have the role" sx={{ ...list, maxHeight: 420, overflowY: "auto" }}>
        {data.slice(0, mostUsers).map(({ id: userId, username, places }) => (
          <li key={userId}>
            <Link component={RouterLink} to={paths.person(userId)}>
              <Name>{username}</Name>
            </Link>{" "}
            <Words>{`on ${someOf(places.map(({ name }) => nameInText(name)))}`}</Words>
          </li>
        ))}
      </Box>
      {data.length > mostUsers && (
        <Link component={RouterLink} to={`${paths.people}?${new URLSearchParams({ q: displayName }).toString()}`}>
          Find all {count(data.length)} in the list of users
        </Link>
      )}
    </>
  );
}

/** Where a group has a role. */
function groupWhereWords({ roles, organizationRoles, systemRoles }: RoleDetail["groups"][number], roleId: string): string {
  const has = ({ role }: { readonly role: { readonly id: string } }) => role.id === roleId;
  const places = roles.filter(has).map(({ searchDomain }) => nameInText(searchDomain.name));
  return listWords([
    ...(systemRoles.some(has) ? ["on the whole cluster"] : []),
    ...(organizationRoles.some(has) ? ["in the organization"] : []),
    ...(places.length > 0 ? [`on ${someOf(places)}`] : []),
  ]);
}

const list = { marginBlock: 0, paddingInlineStart: 5, overflowWrap: "anywhere" } as const;
