import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { TableColumn } from "#web/ui/table/column.ts";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useListView } from "#web/list/useListView.ts";
import type { ListDialect } from "#web/list/view.ts";
import { paths } from "#web/paths.ts";
import type { UseReach } from "#web/last-use/auditUse.ts";
import { monospace } from "#web/theme.ts";
import { DataTable } from "#web/ui/table/DataTable.tsx";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { effectCells } from "./effectWords.ts";
import { effectsOnUse, type TokenImpact } from "./impact.ts";
import { effectIcons } from "./ImpactPanel.tsx";

export interface UsersTableProps {
  readonly impacts: readonly TokenImpact[];
  /** Whether `impacts` are those of an edit, and not of the rules in force alone. */
  readonly edited: boolean;
  /** How far it is known when and from where tokens are used; without that there is nothing to judge by. */
  readonly reach: UseReach;
}

/** The tokens that use a filter, each with its last use and what the rules say of the address it came from. Nothing when there are none. */
export function UsersTable({ impacts, edited, reach }: UsersTableProps) {
  const now = useServerNow();
  const view = useListView(reach === "unknown" ? dialect : dialectWithUse);
  const columns = useMemo(() => userColumns(now, edited, reach), [now, edited, reach]);
  if (impacts.length === 0) return null;
  return (
    <section aria-label="Tokens that use this filter">
      <Typography variant="h2" sx={{ marginBottom: 3 }}>
        Tokens that use this filter
      </Typography>
      <DataTable
        label="Tokens that use this filter"
        rows={impacts}
        columns={columns}
        rowId={rowId}
        sorting={view.sorting}
        onSortingChange={view.setSorting}
        position={view.row}
        onPositionChange={view.setRow}
        maxHeight="480px"
        empty={null}
      />
    </section>
  );
}

function rowId({ token }: TokenImpact): string {
  return `${token.kind} ${token.id}`;
}

const dialect: ListDialect<"name" | "kind", object> = { columns: ["name", "kind"], usual: "name", filters: {} };

/** Where it is known, what the rules do to a token comes first. */
const dialectWithUse: ListDialect<"name" | "kind" | "effect" | "from" | "used", object> = {
  columns: ["name", "kind", "effect", "from", "used"],
  usual: "effect",
  filters: {},
};

function userColumns(now: number, edited: boolean, reach: UseReach): TableColumn<TokenImpact>[] {
  const columns: TableColumn<TokenImpact>[] = [
    {
      id: "name",
      header: "Token",
      size: 240,
      value: ({ token }) => token.name,
      cell: (row) => {
        const { kind, id, name } = row.token;
        return (
          <Hint cut component={RouterLink} to={paths.token(kind, id)} hint={<Name>{name}</Name>}>
            <Name>{name}</Name>
          </Hint>
        );
      },
    },
    {
      id: "kind",
      header: "Kind",
      size: 120,
      value: ({ token }) => tokenKinds.indexOf(token.kind),
      cell: (row) => kindTraits[row.token.kind].title,
    },
  ];
  if (reach === "unknown") return columns;
  const unknown = reach === "recorded" ? "not recorded" : "not known";
  return [
    ...columns,
    {
      id: "effect",
      header: edited ? "In force → this edit" : "At its last address",
      size: 210,
      value: ({ effect }) => effectsOnUse.indexOf(effect),
      cell: (row) => <EffectCell impact={row} />,
    },
    {
      id: "from",
      header: "Last used from",
      size: 200,
      value: ({ token }) => token.lastUse?.from ?? "",
      cell: (row) => {
        const { lastUse } = row.token;
        return lastUse?.from == null ? (
          <span className="quiet">{lastUse?.at === null ? "nowhere yet" : unknown}</span>
        ) : (
          <Hint cut hint={lastUse.from}>
            <Box component="span" sx={{ fontFamily: monospace, fontSize: "0.8125rem" }}>
              {lastUse.from}
            </Box>
          </Hint>
        );
      },
    },
    {
      id: "used",
      header: "Last used",
      size: 150,
      value: ({ token }) => token.lastUse?.at ?? -1,
      cell: (row) => {
        const at = row.token.lastUse?.at;
        return at == null ? (
          <span className="quiet">{at === null ? "never" : unknown}</span>
        ) : (
          <Instant at={at} now={presentAfter(at, now)} />
        );
      },
    },
  ];
}

function EffectCell({ impact: { effect } }: { readonly impact: TokenImpact }) {
  const { icon: Icon, color } = effectIcons[effect];
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1, color, verticalAlign: "middle" }}>
      <Icon aria-hidden sx={{ fontSize: "1.15em", flexShrink: 0 }} />
      <span>{effectCells[effect]}</span>
    </Box>
  );
}
