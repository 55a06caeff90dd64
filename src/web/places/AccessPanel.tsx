import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import { peopleCount, type RoleHolders } from "#domain/places/access.ts";
import { failureOf } from "#web/api/failure.ts";
import { paths } from "#web/paths.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { accessQuery, type Access } from "./queries.ts";

/** Who may do what in a repository or view, in words, and by which role or group. */
export function AccessPanel({ name }: { readonly name: string }) {
  const { data, isError, error, refetch } = useQuery({ ...accessQuery(name), retry: false });
  const failure = isError ? failureOf(error) : undefined;
  return (
    <Panel title="Who may do what here">
      <Typography>
        Root and owners of the organization may do everything here. Organization permissions for all repositories and views, such
        as <code>ChangeAllViewOrRepositoryPermissions</code>, hold here too.
      </Typography>
      {data !== undefined ? (
        <Holders access={data} />
      ) : failure?.kind === "refused" ? (
        <Typography sx={{ color: "text.secondary" }}>
          Who else has access is not shown to you: it takes the permission to change user access here (
          <code>ChangeUserAccess</code>), or to manage users.
        </Typography>
      ) : failure !== undefined ? (
        <ErrorState title="Who has access could not be read" failure={failure} onRetry={() => void refetch()} />
      ) : (
        <Typography sx={{ color: "text.secondary" }}>It is still being read.</Typography>
      )}
    </Panel>
  );
}

function Holders({ access: { holders, withGroups } }: { readonly access: Access }) {
  const people = peopleCount(holders);
  return (
    <>
      <Typography>
        {holders.length === 0
          ? "Nobody has a role here."
          : `${countOf(people, "user")} ${people === 1 ? "has" : "have"} ${countOf(holders.length, "role")} here.`}
      </Typography>
      {holders.map((one) => (
        <RoleSection key={one.role.id} holders={one} />
      ))}
      {!withGroups && (
        <Typography sx={{ color: "text.secondary" }}>
          Groups give roles too, and those are not listed here: LogScale’s own page shows them.
        </Typography>
      )}
    </>
  );
}

/** How many are named before somebody asks for all. */
const fewUsers = 8;

function RoleSection({ holders: { role, users, groups } }: { readonly holders: RoleHolders }) {
  return (
    <Box component="section" aria-label={`Role ${nameInText(role.name)}`}>
      <Typography variant="h3">
        Role{" "}
        <Link component={RouterLink} to={paths.role(role.id)}>
          <Name>{role.name}</Name>
        </Link>
      </Typography>
      {users.length > 0 && (
        <Typography component="div" sx={{ overflowWrap: "anywhere" }}>
          <Users users={users} />
        </Typography>
      )}
      {groups.map(({ id, name, members }) => (
        <Typography key={id} component="div" sx={{ overflowWrap: "anywhere" }}>
          By the group{" "}
          <Link component={RouterLink} to={paths.group(id)}>
            <Name>{name}</Name>
          </Link>
          : {members.length === 0 ? <span className="quiet">nobody is in it</span> : <Users users={members} />}
        </Typography>
      ))}
      {role.viewPermissions.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>It allows nothing here.</Typography>
      ) : (
        <details>
          <summary>What it allows here</summary>
          <Box sx={{ marginTop: 2 }}>
            <RightsInWords kind="view" permissions={role.viewPermissions} />
          </Box>
        </details>
      )}
    </Box>
  );
}

function Users({ users }: { readonly users: RoleHolders["users"] }) {
  const named = users.slice(0, fewUsers);
  const rest = users.slice(fewUsers);
  return (
    <>
      <UserLinks users={named} />
      {rest.length > 0 && (
        <details>
          <summary>and {count(rest.length)} more</summary>
          <UserLinks users={rest} />
        </details>
      )}
    </>
  );
}

function UserLinks({ users }: { readonly users: RoleHolders["users"] }) {
  return users.map(({ id, username }, index) => (
    <span key={id}>
      {index > 0 && ", "}
      <Link component={RouterLink} to={paths.person(id)}>
        <Name>{username}</Name>
      </Link>
    </span>
  ));
}
