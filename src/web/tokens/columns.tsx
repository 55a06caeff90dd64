import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import type { LastUse } from "#domain/token/lastUse.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import { organizationPermissions, systemPermissions, viewPermissions } from "#domain/token/permissions.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { Words } from "#web/ui/Name.tsx";

import type { ListedToken } from "#web/api/tokens.ts";
import { paths } from "#web/paths.ts";
import { monospace } from "#web/theme.ts";
import { compareNames } from "#web/ui/compareNames.ts";
import { count } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import type { SortColumn } from "./view.ts";
import type { UseReach } from "#web/last-use/auditUse.ts";

/** What the cells of a token table need to know beyond the token. */
export interface ColumnContext {
  readonly kind: TokenKind;
  /** The server's present time, ms since epoch. */
  readonly now: number;
  /** Whether the server records who created a token. */
  readonly knowsCreators: boolean;
  readonly reach: UseReach;
  /** IP filters by id, as far as they may be read. */
  readonly filters: ReadonlyMap<string, IpFilter>;
}

const permissionLabels: ReadonlyMap<string, string> = new Map(
  [viewPermissions, organizationPermissions, systemPermissions].flat().map(({ name, label }) => [name, label]),
);

/** The columns of a kind's table, without those that the kind lacks or the backend cannot fill. */
export function tokenColumns(context: ColumnContext): ColumnDef<ListedToken>[] {
  const { kind, now, knowsCreators, reach, filters } = context;
  const filterName = ({ ipFilter }: ListedToken) => (ipFilter === null ? "" : (filters.get(ipFilter)?.name ?? ipFilter));
  const columns: (ColumnDef<ListedToken> & { readonly id: SortColumn; readonly shown: boolean })[] = [
    {
      id: "name",
      shown: true,
      header: kind === "personal" ? "User" : "Name",
      size: 190,
      accessorFn: (token) => token.name,
      sortingFn: (a, b) => compareNames(a.original.name, b.original.name),
      cell: ({ row: { original } }) => <NameCell token={original} />,
    },
    {
      id: "expireAt",
      shown: true,
      header: "Expires",
      size: 136,
      // Never comes after every date.
      accessorFn: (token) => token.expireAt ?? Number.MAX_VALUE,
      cell: ({ row: { original } }) => <ExpiryCell token={original} now={now} />,
    },
    {
      id: "lastUsedAt",
      shown: reach !== "unknown",
      header: "Last used",
      size: 146,
      // Never comes before every date.
      accessorFn: (token) => token.lastUse?.at ?? -1,
      cell: ({ row: { original } }) =>
        original.lastUse?.at == null ? (
          <Quiet>{original.lastUse === undefined ? "not known" : "never"}</Quiet>
        ) : (
          <Instant at={original.lastUse.at} now={now} {...usedFrom(original.lastUse)} />
        ),
    },
    {
      id: "ipFilter",
      shown: true,
      header: "IP filter",
      size: 120,
      accessorFn: filterName,
      sortingFn: (a, b) => compareNames(filterName(a.original), filterName(b.original)),
      cell: ({ row: { original } }) => <FilterCell id={original.ipFilter} filters={filters} />,
    },
    {
      id: "permissions",
      shown: kindTraits[kind].hasPermissions,
      header: "Permissions",
      size: 160,
      accessorFn: (token) => token.permissions?.length ?? 0,
      cell: ({ row: { original } }) => (
        <Several items={(original.permissions ?? []).map((name) => permissionLabels.get(name) ?? name)} />
      ),
    },
    {
      id: "views",
      shown: kind === "view",
      header: "Views",
      size: 144,
      accessorFn: (token) => token.views?.length ?? 0,
      cell: ({ row: { original } }) => <Several items={(original.views ?? []).map((view) => nameInText(view.name))} />,
    },
    {
      id: "createdAt",
      shown: true,
      header: "Created",
      size: 142,
      accessorFn: (token) => token.createdAt,
      cell: ({ row: { original } }) => <Instant at={original.createdAt} now={now} />,
    },
    {
      id: "createdBy",
      // Everybody creates their own personal token.
      shown: knowsCreators && kind !== "personal",
      header: "Created by",
      size: 126,
      accessorFn: (token) => token.creator?.name ?? "",
      sortingFn: (a, b) => compareNames(a.original.creator?.name ?? "", b.original.creator?.name ?? ""),
      cell: ({ row: { original } }) =>
        original.creator?.name ? (
          <Hint cut hint={<Name>{original.creator.name}</Name>}>
            <Name>{original.creator.name}</Name>
          </Hint>
        ) : (
          <Quiet>not on record</Quiet>
        ),
    },
  ];
  return columns.filter(({ shown }) => shown);
}

function usedFrom({ from, source }: LastUse): { readonly more?: string } {
  if (from === null) return {};
  return { more: source === "recorded" ? `From ${from}` : `From ${from}, as the audit log has it` };
}

function NameCell({ token }: { readonly token: ListedToken }) {
  return (
    <Hint
      cut
      component={RouterLink}
      to={paths.token(token.kind, token.id)}
      hint={
        <>
          <Name>{token.name}</Name>
          <br />
          <span style={{ fontFamily: monospace }}>{token.id}</span>
        </>
      }
    >
      <Name>{token.name}</Name>
    </Hint>
  );
}

function ExpiryCell({ token: { expireAt }, now }: { readonly token: ListedToken; readonly now: number }) {
  if (expireAt === null) return <>never</>;
  if (expireAt > now) return <Instant at={expireAt} now={now} />;
  return (
    <Quiet>
      expired <Instant at={expireAt} now={now} />
    </Quiet>
  );
}

function FilterCell({ id, filters }: { readonly id: string | null; readonly filters: ColumnContext["filters"] }) {
  if (id === null) return <Quiet>none</Quiet>;
  const filter = filters.get(id);
  return (
    <Hint
      cut
      hint={
        filter === undefined ? (
          `You may not read this IP filter. Its id is ${id}.`
        ) : (
          <>
            <Name>{filter.name}</Name>
            <pre style={{ margin: 0, whiteSpace: "pre-wrap" }}>{filter.ipFilter}</pre>
          </>
        )
      }
    >
      {filter === undefined ? id : <Name>{filter.name}</Name>}
    </Hint>
  );
}

/** Several things in the room of one line: the first, how many more, and all of them on hover and focus. */
function Several({ items }: { readonly items: readonly string[] }) {
  const [first] = items;
  if (first === undefined) return <Quiet>none</Quiet>;
  return (
    <Hint cut hint={items.length === 1 ? <Words>{first}</Words> : <List items={items} />}>
      <Words>{items.length === 1 ? first : `${count(items.length)}: ${first}, …`}</Words>
    </Hint>
  );
}

function List({ items }: { readonly items: readonly string[] }) {
  return (
    <ul style={{ margin: 0, paddingInlineStart: "1.2em" }}>
      {items.map((item) => (
        <li key={item}>
          <Words>{item}</Words>
        </li>
      ))}
    </ul>
  );
}

function Quiet({ children }: { readonly children: ReactNode }) {
  return <span className="quiet">{children}</span>;
}
