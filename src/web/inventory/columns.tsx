import { Suspense, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { isoInstant } from "#domain/instant.ts";
import { whoseTurn, type Acting } from "#domain/inventory/acting.ts";
import { inventoryTraits, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import { nameInText } from "#domain/name.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import type { LastUse } from "#domain/token/lastUse.ts";
import { monospace } from "#web/theme.ts";
import { CellLink } from "#web/fleet/CellLink.tsx";
import { paths } from "#web/paths.ts";
import { count } from "#web/ui/counts.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Spoken } from "#web/ui/Spoken.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { NotInCell, Quiet, Several } from "./cells.tsx";
import type { ColumnId } from "./columnIds.ts";
import { tokenLink } from "./link.ts";
import type { RightsReading } from "#domain/inventory/rightsReading.ts";
import { viewsOf, type NamedView } from "./words.ts";

// Loaded once there are permissions to show: what they are called and can do are many words.
const PermissionsCell = lazyPart(async () => (await import("./PermissionsCell.tsx")).PermissionsCell, NotInCell);

/** A column as a value: the table, the evidence and the printed report all show the same. */
export interface InventoryColumn {
  readonly id: ColumnId;
  readonly title: string;
  /** Width in the table, px. */
  readonly size: number;
  readonly align?: "end";
  /** What it says of a token in a file: exact, and in no other words than the page's. */
  readonly text: (token: InventoryToken) => string;
  readonly cell: (token: InventoryToken) => ReactNode;
  /** What it is sorted by: a number of every token, or a text. Undefined, for what is not known or there is none of, always comes last. */
  readonly order: (token: InventoryToken) => number | string | undefined;
}

/** What the cells need to know beyond the token. */
export interface ColumnContext {
  /** The server's present time, ms since epoch. */
  readonly now: number;
  /** IP filters by id, as far as they may be read. */
  readonly filters: ReadonlyMap<string, IpFilter>;
  readonly rights: RightsReading;
  /** The one kind that is listed; undefined where it is all. */
  readonly kind: InventoryKind | undefined;
  /** What was found about tokens, once that is known. */
  readonly findings?: Pick<InventoryColumn, "text" | "cell" | "order">;
}

/** All columns that there is something to say in. */
export function inventoryColumns(context: ColumnContext): readonly InventoryColumn[] {
  const { now, filters, rights, kind, findings } = context;
  const filterName = (id: string) => filters.get(id)?.name ?? id;
  const views = (token: InventoryToken) => viewsOf(token, rights);
  const columns: (InventoryColumn & { readonly of?: readonly InventoryKind[] })[] = [
    {
      id: "name",
      title: kind === "personal" ? "User" : "Name",
      size: 200,
      text: ({ name }) => name,
      order: ({ name }) => name,
      cell: (token) => <NameCell token={token} />,
    },
    {
      id: "kind",
      title: "Kind",
      size: 126,
      text: (token) => inventoryTraits[token.kind].title,
      order: (token) => kindOrder[token.kind],
      cell: (token) => inventoryTraits[token.kind].title,
    },
    ...(findings === undefined ? [] : [{ id: "findings", title: "Findings", size: 180, ...findings } as const]),
    {
      id: "expireAt",
      title: "Expires",
      size: 136,
      text: ({ expireAt }) => instantText(expireAt, "never"),
      // Never comes after every date.
      order: ({ expireAt }) => (expireAt === undefined ? undefined : expireAt === null ? Number.MAX_VALUE : Number(expireAt)),
      cell: (token) => <ExpiryCell token={token} now={now} />,
    },
    {
      id: "lastUsedAt",
      title: "Last used",
      size: 140,
      text: ({ lastUse }) => instantText(lastUse?.at, "never"),
      // Never comes before every date.
      order: ({ lastUse }) => (lastUse === undefined ? undefined : Number(lastUse.at ?? -1)),
      cell: ({ lastUse }) =>
        lastUse?.at == null ? (
          <Quiet>{lastUse === undefined ? "not known" : "never"}</Quiet>
        ) : (
          <Instant at={lastUse.at} now={presentFor(lastUse.at, now)} {...usedFrom(lastUse)} />
        ),
    },
    {
      id: "lastUsedFrom",
      title: "Used from",
      size: 140,
      text: ({ lastUse }) => lastUse?.from ?? "",
      order: ({ lastUse }) => lastUse?.from ?? undefined,
      cell: ({ lastUse }) => lastUse?.from ?? <Quiet>{lastUse?.at === null ? "never used" : "not known"}</Quiet>,
    },
    {
      id: "owner",
      title: "Owner",
      size: 150,
      text: (token) => ownerText(whoseTurn(token)),
      order: (token) => ownerText(whoseTurn(token)) || undefined,
      cell: (token) => <OwnerCell token={token} />,
    },
    {
      id: "ipFilter",
      title: "IP filter",
      size: 124,
      of: ["personal", "view", "organization", "system"],
      text: ({ kind: of, ipFilter }) => (ipFilter === null ? noFilterWords(of) : filterName(ipFilter)),
      order: ({ ipFilter }) => (ipFilter === null ? undefined : filterName(ipFilter)),
      cell: ({ kind: of, ipFilter }) =>
        ipFilter === null ? <Quiet>{noFilterWords(of)}</Quiet> : <FilterCell id={ipFilter} filters={filters} />,
    },
    {
      id: "permissions",
      title: "Permissions",
      size: 160,
      of: ["view", "organization", "system"],
      text: (token) => rights.of(token)?.permissions.join(", ") ?? rightsWords(token, rights),
      order: (token) => rights.of(token)?.permissions.length,
      cell: (token) => {
        const held = rights.of(token);
        return held === undefined ? (
          <Quiet>{rightsWords(token, rights)}</Quiet>
        ) : (
          <Suspense fallback={<Quiet>being read</Quiet>}>
            <PermissionsCell kind={token.kind} permissions={held.permissions} />
          </Suspense>
        );
      },
    },
    {
      id: "views",
      title: kind === "ingest" ? "Repository" : "Views",
      size: 150,
      of: ["view", "ingest"],
      text: (token) =>
        views(token)
          ?.map(({ label }) => label)
          .join(", ") ?? "",
      order: (token) => (kind === "ingest" ? token.ingest?.repository : views(token)?.length || undefined),
      cell: (token) => <ViewsCell token={token} views={views(token)} rights={rights} />,
    },
    {
      id: "configuration",
      title: "Configuration",
      size: 200,
      of: ["fleet"],
      text: ({ fleet }) => fleet?.configuration?.name ?? "",
      order: ({ fleet }) => fleet?.configuration?.name,
      cell: ({ fleet }) => {
        if (fleet === undefined) return <Quiet>none</Quiet>;
        const { configuration } = fleet;
        if (configuration === null) return <Quiet>not assigned</Quiet>;
        return <CellLink to={paths.collectorConfiguration(configuration.id)}>{configuration.name}</CellLink>;
      },
    },
    {
      id: "parser",
      title: "Parser",
      size: 124,
      of: ["ingest"],
      text: ({ ingest }) => ingest?.parser ?? "",
      order: ({ ingest }) => ingest?.parser ?? undefined,
      cell: ({ ingest }) => (ingest?.parser == null ? <Quiet>none</Quiet> : <CutName name={ingest.parser} />),
    },
    {
      id: "value",
      title: "Value",
      size: 134,
      of: ["ingest"],
      text: (token) => valueWords(token),
      order: ({ ingest }) =>
        ingest?.isCustom === undefined ? undefined : ingest.weakness == null ? (ingest.isCustom ? 1 : 0) : 2,
      cell: (token) => {
        const words = valueWords(token);
        return token.ingest?.weakness == null ? (
          token.ingest?.isCustom === true ? (
            words
          ) : (
            <Quiet>{words}</Quiet>
          )
        ) : (
          <strong>{words}</strong>
        );
      },
    },
    figureColumn("eventsInLastDay", "Events, last day", 152, ({ ingest }) => ingest?.eventsInLastDay),
    figureColumn("events", "Events", 110, ({ ingest }) => ingest?.events),
    {
      id: "createdAt",
      title: "Created",
      size: 136,
      text: ({ createdAt }) => instantText(createdAt, ""),
      order: ({ createdAt }) => (createdAt === undefined ? undefined : Number(createdAt)),
      cell: ({ createdAt }) =>
        createdAt === undefined ? <Quiet>not known</Quiet> : <Instant at={createdAt} now={presentFor(createdAt, now)} />,
    },
    {
      id: "id",
      title: "Id",
      size: 260,
      of: ["personal", "view", "organization", "system"],
      text: ({ id }) => id ?? "",
      order: ({ id }) => id,
      cell: ({ id }) => (id === undefined ? <Quiet>none</Quiet> : <span style={{ fontFamily: monospace }}>{id}</span>),
    },
  ];
  return columns.filter(({ id, of }) => (kind === undefined ? true : id !== "kind" && (of === undefined || of.includes(kind))));
}

function figureColumn(
  id: "events" | "eventsInLastDay",
  title: string,
  size: number,
  figure: (token: InventoryToken) => Long | undefined,
): InventoryColumn & { readonly of: readonly InventoryKind[] } {
  return {
    id,
    title,
    size,
    align: "end",
    of: ["ingest"],
    text: (token) => String(figure(token) ?? ""),
    order: (token) => {
      const value = figure(token);
      return value === undefined ? undefined : Number(value);
    },
    cell: (token) => {
      const value = figure(token);
      return value === undefined ? <Quiet>not known</Quiet> : count(value);
    },
  };
}

const kindOrder: Readonly<Record<InventoryKind, number>> = {
  personal: 0,
  view: 1,
  organization: 2,
  system: 3,
  ingest: 4,
  fleet: 5,
};

function instantText(at: Long | null | undefined, never: string): string {
  return at === undefined ? "not known" : at === null ? never : isoInstant(at);
}

/** What happened just now may lie ahead of this page's minute. */
function presentFor(at: Long, now: number): number {
  return typeof at === "number" ? presentAfter(at, now) : now;
}

function usedFrom({ from, source }: LastUse): { readonly more?: string } {
  if (from === null) return {};
  return { more: source === "recorded" ? `From ${from}` : `From ${from}, as the audit log has it` };
}

/** Who is to act for a token, in a word or two; empty where nobody knows. */
function ownerText({ kind, name }: Acting): string {
  if (kind === "administrator") return "local administrator";
  return name ?? "";
}

/** Why there are no permissions to show. */
function rightsWords({ kind }: InventoryToken, { state }: RightsReading): string {
  switch (kind) {
    case "personal":
      return "its user’s";
    case "ingest":
      return "send data";
    case "fleet":
      return "enrol collectors";
    case "view":
    case "organization":
    case "system":
      return state === "waiting" ? "being read" : "not known";
    default:
      return kind satisfies never;
  }
}

function valueWords({ ingest }: InventoryToken): string {
  if (ingest === undefined) return "";
  if (ingest.isCustom === undefined) return "not known";
  return ingest.weakness == null ? (ingest.isCustom ? "chosen" : "generated") : "chosen, weak";
}

function NameCell({ token }: { readonly token: InventoryToken }) {
  return (
    <Hint
      cut
      component={RouterLink}
      to={tokenLink(token)}
      hint={
        <>
          <Name>{token.name}</Name>
          {token.id !== undefined && (
            <>
              <br />
              <span style={{ fontFamily: monospace }}>{token.id}</span>
            </>
          )}
        </>
      }
    >
      <Name>{token.name}</Name>
    </Hint>
  );
}

function ExpiryCell({ token: { kind, expireAt }, now }: { readonly token: InventoryToken; readonly now: number }) {
  if (expireAt === undefined) return <Quiet>not known</Quiet>;
  if (expireAt === null) return kind === "ingest" || kind === "fleet" ? <Quiet>never</Quiet> : <>never</>;
  if (expireAt > now) return <Instant at={expireAt} now={now} />;
  return (
    <Quiet>
      expired <Instant at={expireAt} now={now} />
    </Quiet>
  );
}

function OwnerCell({ token }: { readonly token: InventoryToken }) {
  const acting = whoseTurn(token);
  const text = ownerText(acting);
  if (text === "") return <Quiet>not on record</Quiet>;
  if (acting.kind === "administrator") return <>{text}</>;
  if (acting.kind !== "written") return <CutName name={text} />;
  const maker = ownerText(token.owner);
  return (
    <Hint
      cut
      hint={
        <>
          <Name>{text}</Name>
          <br />
          Written down by <Name>{acting.by}</Name>
          {maker !== "" && (
            <>
              <br />
              Created by <Name>{maker}</Name>
            </>
          )}
        </>
      }
    >
      <Name>{text}</Name>
      <Spoken>
        , written down by <Name>{acting.by}</Name>
      </Spoken>
    </Hint>
  );
}

/** What stands where a token has no IP filter. Ingest and fleet tokens cannot have any. */
function noFilterWords(kind: InventoryKind): string {
  return isTokenKind(kind) ? "none" : "cannot have one";
}

function FilterCell({ id, filters }: { readonly id: string; readonly filters: ColumnContext["filters"] }) {
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

interface ViewsCellProps {
  readonly token: InventoryToken;
  readonly views: readonly NamedView[] | undefined;
  readonly rights: RightsReading;
}

function ViewsCell({ token, views, rights }: ViewsCellProps) {
  if (token.ingest !== undefined) {
    return <CellLink to={paths.ingestRepository(token.ingest.repository)}>{token.ingest.repository}</CellLink>;
  }
  if (token.kind !== "view") return <Quiet>none</Quiet>;
  if (views === undefined) return <Quiet>{rightsWords(token, rights)}</Quiet>;
  return <Several items={views.map(({ label }) => nameInText(label))} />;
}

function CutName({ name }: { readonly name: string }) {
  return (
    <Hint cut hint={<Name>{name}</Name>}>
      <Name>{name}</Name>
    </Hint>
  );
}
