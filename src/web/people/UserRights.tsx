import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Suspense, useState } from "react";
import { Link as RouterLink } from "react-router";

import { permissionsOf } from "#domain/people/effective.ts";
import { sharesOf, type RoleGrant, type RoleShare } from "#domain/people/grants.ts";
import { nameInText } from "#domain/name.ts";
import { roleOfGroup } from "#domain/token/rights.ts";
import { permissionKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { paths } from "#web/paths.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { useOrganization } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import type { UserDetail } from "./queries.ts";

const RightSources = lazyPart(async () => (await import("./RightSources.tsx")).RightSources);

/** Places that are named at most before somebody asks for all. */
const fewPlaces = 6;

/** What a user may do, in words: where, and by which role or group. */
export function UserRights({ user }: { readonly user: UserDetail }) {
  const { gateway } = useOrganization();
  const { shares, organization, system, places } = sharesOf(grantsOf(user));
  const [bySource, setBySource] = useState(false);
  // A cluster counts the others where a group has the role.
  const kinds = gateway ? (["view"] as const) : permissionKinds;
  return (
    <Panel title="What the user may do">
      <Typography>
        <Words>{standingWords(user)}</Words>
      </Typography>
      {!user.isRoot && (
        <Typography>
          {shares.length === 0
            ? gateway
              ? "No role is given to the user directly. Roles that groups give are not listed here; LogScale’s own page of the user shows them."
              : user.isOrgRoot
                ? "No role is given to the user."
                : "No role is given to the user, who can sign in and see almost nothing."
            : totalWords(gateway ? 0 : organization.length, gateway ? 0 : system.length, places)}
        </Typography>
      )}
      {shares.map((share) => (
        <ShareSection key={`${share.role.id} ${share.group?.id ?? ""}`} share={share} kinds={kinds} opens={shares.length === 1} />
      ))}
      {shares.length > 0 && (
        <Box component="details" onToggle={({ currentTarget }) => setBySource(currentTarget.open)}>
          <summary>Every right, and where it comes from</summary>
          {bySource && (
            <Box sx={{ display: "flex", flexDirection: "column", gap: 4, marginTop: 2 }}>
              <Suspense fallback={<LoadingShape label="Loading the rights" shape="form" rows={3} />}>
                <RightSources user={user} kinds={kinds} />
              </Suspense>
            </Box>
          )}
        </Box>
      )}
      {gateway && shares.length > 0 && (
        <Typography sx={{ color: "text.secondary" }}>
          Groups give roles too, and those are not listed here: LogScale’s own page of the user shows them.
        </Typography>
      )}
    </Panel>
  );
}

/** The roles of a user, and of the user's groups, as grants. */
export function grantsOf({ searchDomainRoles, groups = [] }: UserDetail): readonly RoleGrant[] {
  const own = searchDomainRoles.map(({ searchDomain: { id, name }, role: { displayName, ...role } }) => ({
    role: { ...role, name: displayName },
    place: { id, name },
    group: null,
  }));
  const byGroups = groups.flatMap(({ id, displayName: name, roles, organizationRoles, systemRoles }) => {
    const grant = (
      kind: PermissionKind,
      { displayName, ...role }: (typeof systemRoles)[number]["role"],
      place: RoleGrant["place"],
    ): RoleGrant => ({
      role: { id: role.id, name: displayName, ...roleOfGroup({ ...role, kind, searchDomainId: place?.id ?? null }) },
      place,
      group: { id, name },
    });
    return [
      ...roles.map(({ role, searchDomain }) => grant("view", role, { id: searchDomain.id, name: searchDomain.name })),
      ...organizationRoles.map(({ role }) => grant("organization", role, null)),
      ...systemRoles.map(({ role }) => grant("system", role, null)),
    ];
  });
  return [...own, ...byGroups];
}

function standingWords({ username, isRoot, isOrgRoot }: UserDetail): string {
  const who = nameInText(username);
  if (isRoot) return `${who} is root, and may do everything, everywhere.`;
  if (isOrgRoot) {
    return `${who} owns the organization, and may do everything in it: on every repository and view, and with users, tokens and policies. What concerns the whole cluster takes a role.`;
  }
  return `${who} is neither root nor an owner of the organization, and may do what roles give.`;
}

function totalWords(organization: number, system: number, places: number): string {
  const parts = [
    places > 0 ? `something on ${countOf(places, "repository or view", "repositories and views")}` : undefined,
    organization > 0 ? countOf(organization, "organization permission") : undefined,
    system > 0 ? countOf(system, "system permission") : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "The roles below hold no permissions." : `Roles give ${listWords(parts)}.`;
}

interface ShareSectionProps {
  readonly share: RoleShare;
  /** The kinds of permissions that count. */
  readonly kinds: readonly PermissionKind[];
  readonly opens: boolean;
}

/** What one role gives, and where. */
function ShareSection({ share: { role, group, places }, kinds, opens }: ShareSectionProps) {
  const held = kinds.filter((kind) => permissionsOf(role, kind).length > 0);
  const named = places.slice(0, fewPlaces);
  return (
    <Box
      component="section"
      aria-label={`Role ${nameInText(role.name)}${group === null ? "" : ` by the group ${nameInText(group.name)}`}`}
    >
      <Typography variant="h3">
        Role{" "}
        <Link component={RouterLink} to={paths.role(role.id)}>
          <Name>{role.name}</Name>
        </Link>
        {group !== null && (
          <>
            {" "}
            by the group{" "}
            <Link component={RouterLink} to={paths.group(group.id)}>
              <Name>{group.name}</Name>
            </Link>
          </>
        )}
      </Typography>
      {places.length > 0 && (
        <Typography sx={{ overflowWrap: "anywhere" }}>
          On{" "}
          {named.map(({ id, name }, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <Name>{name}</Name>
            </span>
          ))}
          {places.length > named.length && ` and ${count(places.length - named.length)} more`}.
        </Typography>
      )}
      {places.length > named.length && (
        <details>
          <summary>All {count(places.length)} repositories and views</summary>
          <Box component="ul" sx={{ marginBlock: 1, paddingInlineStart: 5, maxHeight: 240, overflowY: "auto" }}>
            {places.map(({ id, name }) => (
              <li key={id}>
                <Name>{name}</Name>
              </li>
            ))}
          </Box>
        </details>
      )}
      {held.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>It holds no permissions.</Typography>
      ) : (
        <details open={opens}>
          <summary>What it allows</summary>
          <Box sx={{ display: "flex", flexDirection: "column", gap: 3, marginTop: 2 }}>
            {held.map((kind) => (
              <div key={kind}>
                <Typography sx={{ fontWeight: 600 }}>{kindHeadings[kind]}</Typography>
                <RightsInWords kind={kind} permissions={permissionsOf(role, kind)} />
              </div>
            ))}
          </Box>
        </details>
      )}
    </Box>
  );
}

const kindHeadings = {
  view: "On these repositories and views",
  organization: "In the organization",
  system: "On the whole cluster",
} as const satisfies Record<PermissionKind, string>;
