import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";

import { kindTraits, type TokenKind } from "#domain/kinds.ts";
import { viewTokenPermissions, type ViewPermission } from "#domain/permissions.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { localTime, relativeTime } from "#web/ui/Instant.tsx";

import { WarningList } from "./WarningList.tsx";
import type { TokenWarning } from "./warnings.ts";

/** What {@link DraftWords} takes. */
export interface DraftWordsProps {
  readonly kind: TokenKind;
  readonly permissions: readonly string[];
  /** Names of the repositories and views. */
  readonly views: readonly string[];
  /** Ms since epoch; null for never; undefined when it is not yet chosen. */
  readonly expireAt: number | null | undefined;
  /** Name of the IP filter; undefined for none. */
  readonly filter: string | undefined;
  /** The server's present time, ms since epoch. */
  readonly now: number;
  readonly warnings: readonly TokenWarning[];
}

/** What a new token will be able to do, in words, as it is put together. */
export function DraftWords({ kind, permissions, views, expireAt, filter, now, warnings }: DraftWordsProps) {
  const id = useId();
  const own = kind === "view" && permissions.length > 0 ? viewTokenPermissions(permissions as ViewPermission[]) : permissions;
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ padding: 4, display: "flex", flexDirection: "column", gap: 4 }}
    >
      <Typography variant="h2" id={id}>
        What this token will be able to do
      </Typography>
      <WarningList warnings={warnings} />
      {!kindTraits[kind].hasPermissions ? (
        <Typography>Everything that your user may do, at any moment: it gains and loses rights as you do.</Typography>
      ) : permissions.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>Nothing yet. Choose a preset or permissions.</Typography>
      ) : (
        <RightsInWords kind={kind} permissions={own} />
      )}
      <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "max-content 1fr", columnGap: 4, rowGap: 1.5, margin: 0 }}>
        {kind === "view" && (
          <Line term="Where">
            {views.length === 0
              ? "Nowhere yet"
              : views.length > 8
                ? `${views.slice(0, 7).join(", ")} and ${views.length - 7} more`
                : views.join(", ")}
          </Line>
        )}
        {(kind === "organization" || kind === "system") && (
          <Line term="Where">
            {kind === "organization" ? "In this organization" : "On the whole cluster"}; it never reads event data
          </Line>
        )}
        <Line term="Until">
          {expireAt === undefined
            ? "Not chosen yet"
            : expireAt === null
              ? "Never expires"
              : `${localTime(expireAt)}, ${relativeTime(expireAt, now)}`}
        </Line>
        <Line term="From">{filter === undefined ? "Every address" : `Addresses that ${filter} accepts`}</Line>
      </Box>
    </Paper>
  );
}

function Line({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <Box component="dt" sx={{ color: "text.secondary" }}>
        {term}
      </Box>
      <Box component="dd" sx={{ margin: 0, overflowWrap: "anywhere" }}>
        {children}
      </Box>
    </>
  );
}
