import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { effectiveRights, type EffectiveRight } from "#domain/people/effective.ts";
import { permissionCatalogues } from "#domain/token/permissionWords.ts";
import type { PermissionEntry } from "#domain/token/permissions.ts";
import { permissionKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { monospace } from "#web/theme.ts";
import { countOf } from "#web/ui/counts.ts";
import { Words } from "#web/ui/Name.tsx";

import { sourceWords } from "./access/words.ts";
import type { UserDetail } from "./queries.ts";
import { grantsOf } from "./UserRights.tsx";

export interface RightSourcesProps {
  readonly user: UserDetail;
  /** The kinds of permissions that count. */
  readonly kinds: readonly PermissionKind[];
}

/** Every right that a user has by roles, once, with each role and group that it comes from. */
export function RightSources({ user, kinds }: RightSourcesProps) {
  const rights = effectiveRights(grantsOf(user));
  return permissionKinds
    .filter((kind) => kinds.includes(kind) && rights[kind].length > 0)
    .map((kind) => (
      <section key={kind} aria-label={headings[kind]}>
        <Typography variant="h3" sx={{ marginBottom: 1 }}>
          {headings[kind]}: {countOf(rights[kind].length, "permission")}
        </Typography>
        <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
          {rights[kind].map((right) => (
            <Right key={right.permission} kind={kind} right={right} />
          ))}
        </Box>
      </section>
    ));
}

function Right({ kind, right: { permission, sources } }: { readonly kind: PermissionKind; readonly right: EffectiveRight }) {
  const catalogue: readonly PermissionEntry[] = permissionCatalogues[kind];
  const entry = catalogue.find((each) => each.name === permission);
  return (
    <Box component="li" sx={{ paddingBlock: 1, "& + &": { borderTop: 1, borderColor: "divider" } }}>
      {entry?.description ?? "This page does not know this permission."}{" "}
      <Box
        component="span"
        sx={{ fontFamily: monospace, fontSize: "0.75rem", color: "text.secondary", overflowWrap: "anywhere" }}
      >
        {permission}
      </Box>
      {sources.map((source) => (
        <Typography
          key={`${source.role.id} ${source.group?.id ?? ""}`}
          variant="caption"
          component="p"
          sx={{ margin: 0, color: "text.secondary", overflowWrap: "anywhere" }}
        >
          <Words>{sourceWords(source)}</Words>
        </Typography>
      ))}
    </Box>
  );
}

const headings = {
  view: "On repositories and views",
  organization: "In the organization",
  system: "On the whole cluster",
} as const satisfies Record<PermissionKind, string>;
