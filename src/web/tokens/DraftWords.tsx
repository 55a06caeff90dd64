import Typography from "@mui/material/Typography";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import { viewTokenPermissions, type ViewPermission } from "#domain/token/permissions.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Words } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { localTime, relativeTime } from "#web/ui/times.ts";

import { WarningList } from "./WarningList.tsx";
import type { TokenWarning } from "./warnings.ts";

export interface DraftWordsProps {
  readonly kind: TokenKind;
  readonly permissions: readonly string[];
  /** The repositories and views, as a text names them. */
  readonly views: readonly string[];
  /** Ms since epoch; null for never; undefined when it is not yet chosen. */
  readonly expireAt: Long | null | undefined;
  /** The IP filter, as a text names it; undefined for none. */
  readonly filter: string | undefined;
  /** The server's present time, ms since epoch. */
  readonly now: number;
  readonly warnings: readonly TokenWarning[];
}

/** What a new token will be able to do, in words, as it is put together. */
export function DraftWords({ kind, permissions, views, expireAt, filter, now, warnings }: DraftWordsProps) {
  const own = kind === "view" && permissions.length > 0 ? viewTokenPermissions(permissions as ViewPermission[]) : permissions;
  return (
    <Panel title="What this token will be able to do">
      <WarningList warnings={warnings} />
      {!kindTraits[kind].hasPermissions ? (
        <Typography>Everything that your user may do, at any moment: it gains and loses rights as you do.</Typography>
      ) : permissions.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>Nothing yet. Choose a preset or permissions.</Typography>
      ) : (
        <RightsInWords kind={kind} permissions={own} />
      )}
      <Facts>
        {kind === "view" && (
          <Fact term="Where">
            <Words>
              {views.length === 0
                ? "Nowhere yet"
                : views.length > 8
                  ? `${views.slice(0, 7).join(", ")} and ${views.length - 7} more`
                  : views.join(", ")}
            </Words>
          </Fact>
        )}
        {(kind === "organization" || kind === "system") && (
          <Fact term="Where">
            {kind === "organization" ? "In this organization" : "On the whole cluster"}; it never reads event data
          </Fact>
        )}
        <Fact term="Until">
          {expireAt === undefined
            ? "Not chosen yet"
            : expireAt === null
              ? "Never expires"
              : `${localTime(expireAt)}, ${relativeTime(expireAt, now)}`}
        </Fact>
        <Fact term="From">
          <Words>{filter === undefined ? "Every address" : `Addresses that ${filter} accepts`}</Words>
        </Fact>
      </Facts>
    </Panel>
  );
}
