import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import type { GroupAssignment } from "#domain/people/access.ts";
import { permissionsOf } from "#domain/people/effective.ts";
import type { GrantedRoleFragment } from "#logscale/generated/graphql.ts";
import { paths } from "#web/paths.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { Name } from "#web/ui/Name.tsx";

import { grantedRole } from "#logscale/readAccess.ts";

/** A role with where it is assigned. */
interface Assigned extends GroupAssignment {
  readonly role: GrantedRoleFragment;
  readonly placeName: string | null;
}

export interface AssignedRolesProps<One extends Assigned> {
  readonly label: string;
  readonly assigned: readonly One[];
  /** Whether each says what it allows. */
  readonly inWords?: boolean;
  /** Asks whether one is to be taken away; undefined where nobody can here. */
  readonly onTake: ((one: One) => void) | undefined;
  /** Whether the reader decides about one. */
  readonly mayTake: (one: One) => boolean;
}

/** Roles as assigned, each with where it holds, what it allows in words, and what takes it away. */
export function AssignedRoles<One extends Assigned>({
  label,
  assigned,
  inWords = false,
  onTake,
  mayTake,
}: AssignedRolesProps<One>) {
  if (assigned.length === 0) return null;
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{ listStyle: "none", margin: 0, padding: 0, border: 1, borderColor: "divider", borderRadius: 1 }}
    >
      {assigned.map((one) => {
        const { role, kind, placeId, placeName } = one;
        const where = placeName === null ? kindWords[kind] : nameInText(placeName);
        return (
          <Box
            component="li"
            key={`${role.id} ${kind} ${placeId ?? ""}`}
            sx={{
              display: "grid",
              gridTemplateColumns: "minmax(0, 1fr) auto",
              columnGap: 3,
              alignItems: "center",
              paddingInline: 3,
              paddingBlock: 1.5,
              "& + &": { borderTop: 1, borderColor: "divider" },
            }}
          >
            <Box sx={{ overflowWrap: "anywhere" }}>
              <Link component={RouterLink} to={paths.role(role.id)}>
                <Name>{role.displayName}</Name>
              </Link>{" "}
              {placeName === null ? (
                kindWords[kind]
              ) : (
                <>
                  on <Name>{placeName}</Name>
                </>
              )}
            </Box>
            {onTake !== undefined && mayTake(one) && (
              <Button
                size="small"
                color="error"
                aria-label={`Take away the role ${nameInText(role.displayName)} ${placeName === null ? where : `on ${where}`}`}
                onClick={() => onTake(one)}
              >
                Take away…
              </Button>
            )}
            {inWords && (
              <Box component="details" sx={{ gridColumn: "1 / -1" }}>
                <summary>What it allows</summary>
                <Box sx={{ marginTop: 2 }}>
                  <RightsInWords kind={kind} permissions={permissionsOf(grantedRole(role), kind)} />
                </Box>
              </Box>
            )}
          </Box>
        );
      })}
    </Box>
  );
}

const kindWords = {
  view: "on repositories and views",
  organization: "in the organization",
  system: "on the whole cluster",
} as const;
