import ColumnsIcon from "@mui/icons-material/ViewColumnOutlined";
import NarrowIcon from "@mui/icons-material/FilterListOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useQuery } from "@tanstack/react-query";
import type { TableColumn } from "#web/ui/table/column.ts";
import { memo, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState, type ReactNode } from "react";

import type { InventoryKind, InventoryToken } from "#domain/inventory/item.ts";
import { ipFiltersQuery } from "#web/api/queries.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView, type ListViewState } from "#web/list/useListView.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { keptText } from "#web/state/kept.ts";
import { count } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";

import { BulkBar } from "./bulk/BulkBar.tsx";
import { inventoryColumns, type ColumnContext, type InventoryColumn } from "./columns.tsx";
import { EvidenceButton } from "./evidence/EvidenceButton.tsx";
import { narrowedWords } from "./evidence/narrowedWords.ts";
import type { EvidenceSource } from "#logscale/evidenceSource.ts";
import { doubtWords } from "./facetWords.ts";
import type { ColumnId } from "./columnIds.ts";
import { joinValues, splitValues, type FacetName } from "./link.ts";
import { FindingsCell, signsOrder, signsText } from "./findings/FindingsCell.tsx";
import type { FindingsReading } from "./findings/reading.ts";
import { useFindings } from "./findings/useFindings.ts";
import { useSelection } from "./selection/useSelection.ts";
import { useShownColumns } from "./shownColumns.ts";
import { sortedPlaces } from "./sorted.ts";
import type { Opening } from "./opening/useOpening.ts";
import { openedWords } from "./opening/words.ts";
import type { Inventory } from "./useInventory.ts";
import { asksForSome, useNarrowing, useNarrowingPart, type Narrowing, type NarrowingPart } from "./useNarrowing.ts";
import { inventoryDialect, type FacetTexts } from "./view.ts";

const Chosen = lazyPart(() => import("./Chosen.tsx").then((module) => module.Chosen));
const FacetPanel = lazyPart(() => import("./FacetPanel.tsx").then((module) => module.FacetPanel));
const FacetDialog = lazyDialog(() => import("./FacetDialog.tsx").then((module) => module.FacetDialog));
const ColumnsDialog = lazyDialog(() => import("./ColumnsDialog.tsx").then((module) => module.ColumnsDialog));

export interface InventoryTableProps {
  readonly inventory: Inventory;
  /** What is shown until all tokens are read; undefined once they are. */
  readonly opening: Opening | undefined;
  /** The one kind that is listed; undefined where it is all. */
  readonly kind: InventoryKind | undefined;
  /** The part of all tokens that is listed; undefined where it is all. Memoised, or at module scope. */
  readonly within: ((token: InventoryToken) => boolean) | undefined;
  readonly noun: readonly [one: string, many: string];
  /** What there is to say between the fields and the table. */
  readonly notes?: ReactNode;
  readonly empty: ReactNode;
  readonly maxHeight?: string;
}

/** The tokens, with what narrows and orders them, all of it in the address. */
export function InventoryTable(props: InventoryTableProps) {
  const view = useListView(inventoryDialect);
  const judged = useFindings(props.inventory);
  const roomy = useMediaQuery(`(min-width: ${roomFrom}px)`, { noSsr: true });
  const [beside, setBeside] = useBeside();
  const [open, setOpen] = useState<"facets" | "columns">();
  const aside = roomy && beside;
  const drawn = useDrawn();
  const offered = drawn && (aside || open === "facets");
  // Once the tokens were judged, the page has the time to load what a search will need.
  const part = useNarrowingPart(asksForSome(view.search, view.filters) || offered || judged !== undefined);
  // What comes behind the rows is drawn in small steps, between which the page answers.
  const behind = { judged: useDeferredValue(judged), part: useDeferredValue(part) };
  const shown = { view, roomy, beside, setBeside, open, setOpen, drawn };
  return <TableOf {...props} {...behind} {...shown} />;
}

interface TableOfProps extends InventoryTableProps {
  readonly view: ListViewState<ColumnId, FacetTexts>;
  readonly judged: FindingsReading | undefined;
  readonly part: NarrowingPart;
  readonly roomy: boolean;
  readonly beside: boolean;
  readonly setBeside: (beside: boolean) => void;
  readonly open: "facets" | "columns" | undefined;
  readonly setOpen: (open: "facets" | "columns" | undefined) => void;
  readonly drawn: boolean;
}

const TableOf = memo(function TableOf(props: TableOfProps) {
  const { inventory, opening, kind, within, noun, notes, empty, maxHeight } = props;
  const { view, judged, part, roomy, beside, setBeside, open, setOpen, drawn } = props;
  const now = useServerNow();
  // For the names of filters, which come from the organization.
  useQuery({ ...ipFiltersQuery, notifyOnChangeProps: [] });
  const { filters } = useOrganization();
  const { tokens, rights } = inventory;
  const selection = useSelection(opening === undefined ? inventory : { byKey: opening.byKey, waiting: true });
  const findings = useMemo(() => findingsColumn(judged), [judged]);
  const close = () => setOpen(undefined);
  const aside = roomy && beside;
  const narrowed = useNarrowing(inventory, { now, search: view.search, texts: view.filters, within, findings: judged, part });
  // What all tokens can be narrowed to is known once they are read.
  const narrowing = useMemo(
    (): Narrowing => (opening === undefined ? narrowed : { ...narrowed, state: "waiting" }),
    [narrowed, opening],
  );
  const shown = useShownColumns(kind);
  const columns = useMemo(
    () => inventoryColumns({ now, filters, rights, kind, findings }),
    [now, filters, rights, kind, findings],
  );
  const tableColumns = useMemo(() => columns.filter(({ id }) => shown.ids.includes(id)).map(tableColumn), [columns, shown]);
  const { column: sortedBy, descending } = view.sorting;
  const order = useMemo(() => {
    const column = columns.find(({ id }) => id === sortedBy);
    // The tokens come in the order of their names.
    if (column === undefined || (sortedBy === "name" && !descending)) return undefined;
    return sortedPlaces(tokens, column.order, descending);
    // What a column is sorted by does not change with the time.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [tokens, sortedBy, descending, filters, rights, findings]);
  const { passes } = narrowing;
  const rows = useMemo(() => {
    if (opening !== undefined) return opening.tokens;
    if (order === undefined) return tokens.filter((_, place) => passes[place] === 1);
    const listed: InventoryToken[] = [];
    for (const place of order) {
      const token = passes[place] === 1 ? tokens[place] : undefined;
      if (token !== undefined) listed.push(token);
    }
    return listed;
  }, [opening, tokens, order, passes]);

  const choices = useMemo(
    () => Object.fromEntries(Object.entries(view.filters).map(([name, text]) => [name, splitValues(text ?? "")])),
    [view.filters],
  );
  const { setFilters } = view;
  const choose = useCallback(
    (name: FacetName, values: readonly string[]) => setFilters({ [name]: values.length === 0 ? undefined : joinValues(values) }),
    [setFilters],
  );
  const without = kind === undefined ? noFacets : uselessOf[kind];
  const narrowedBy = useMemo(
    () => narrowedWords({ kind, search: view.search, facets: narrowing.facets, choices, doubted: narrowing.doubted }),
    [kind, view.search, narrowing.facets, choices, narrowing.doubted],
  );
  const source = useMemo((): EvidenceSource => {
    const title = columns.find(({ id }) => id === sortedBy)?.title ?? sortedBy;
    const sorted = `${title.toLowerCase()}${descending ? ", descending" : ""}`;
    return { rows, inventory, findings: judged, narrowedBy, sortedBy: sorted };
  }, [rows, inventory, judged, narrowedBy, columns, sortedBy, descending]);
  const doubt = doubtWords(narrowing.doubted, rows.length);
  const lacksKinds = opening !== undefined && opening.later.length > 0;
  const beyond = lacksKinds ? null : (opening?.matching ?? null);
  const opened = opening && openedWords(opening, noun, view.sorting.column, columns);
  const panel = { narrowing, choices, without, onChoose: choose };
  return (
    <>
      <ListTable
        noun={noun}
        view={opening === undefined ? view : { ...view, sorting: opening.sorting }}
        rows={rows}
        total={opening === undefined ? narrowing.total : lacksKinds ? Infinity : (opening.total ?? Infinity)}
        {...(opened && { told: opened })}
        {...(opening && { beyond: { count: beyond, more: opening.more } })}
        presorted
        columns={tableColumns}
        rowId={keyOf}
        searched="Name, id, owner, permission or view"
        filters={
          <>
            <Button
              size="small"
              startIcon={<NarrowIcon />}
              {...(roomy && { "aria-expanded": aside })}
              onClick={() => (roomy ? setBeside(!beside) : setOpen("facets"))}
            >
              Narrow
            </Button>
            <Button size="small" startIcon={<ColumnsIcon />} onClick={() => setOpen("columns")}>
              Columns
            </Button>
            <EvidenceButton source={opening === undefined ? source : undefined} />
          </>
        }
        notes={
          <>
            {narrowing.state === "loaded" && narrowing.total > 0 && (
              <Suspense>
                <Chosen facets={narrowing.facets} choices={choices} without={without} onChoose={choose} />
              </Suspense>
            )}
            {doubt !== undefined && rows.length > 0 && <Typography sx={{ marginBottom: 2 }}>{doubt}</Typography>}
            {notes}
            <BulkBar
              inventory={opening ?? inventory}
              selection={selection}
              matching={rows}
              total={narrowing.total}
              {...(opening && { beyond: beyond ?? undefined, isOpening: true })}
            />
          </>
        }
        selection={selection.table}
        aside={
          aside ? (
            <Box component="aside" aria-label="Narrow by" sx={asideStyle}>
              {opening === undefined ? <Suspense>{drawn && <FacetPanel {...panel} />}</Suspense> : <Reading />}
            </Box>
          ) : undefined
        }
        empty={empty}
        undecided={undecidedOf(narrowing)}
        doubt={doubt}
        {...(maxHeight !== undefined && { maxHeight })}
      />
      <Suspense>
        {open === "facets" && <FacetDialog {...panel} onClose={close} />}
        {open === "columns" && <ColumnsDialog columns={columns} shown={shown} onClose={close} />}
      </Suspense>
    </>
  );
});

/** Stands in place of what narrows the list. */
function Reading() {
  const progress = useOverallLoadProgress();
  return (
    <Typography variant="caption" sx={{ color: "text.secondary" }}>
      What the list can be narrowed to is told once all tokens are read
      {progress !== undefined && `: ${count(progress.loaded)} of ${count(progress.total)} so far`}.
    </Typography>
  );
}

/** From this width of the window on, px, there is room beside the table. */
const roomFrom = 1200;

/** From this width on what narrows the list stands there unless somebody closed it; below, once somebody opened it. */
const besideFrom = 1400;

const noFacets: readonly FacetName[] = [];

/** Facets that tell the tokens of a kind apart by nothing. */
const uselessOf: Readonly<Record<InventoryKind, readonly FacetName[]>> = {
  personal: ["kind", "owner", "right", "view"],
  view: ["kind"],
  organization: ["kind", "view"],
  system: ["kind", "view"],
  ingest: ["kind", "state", "right", "filter"],
  fleet: ["kind", "state", "right", "view", "filter", "use"],
};

const keptBeside = keptText("narrow-beside");

function useBeside(): readonly [beside: boolean, set: (beside: boolean) => void] {
  const usual = useMediaQuery(`(min-width: ${besideFrom}px)`, { noSsr: true });
  const [chosen, setChosen] = useState(() => keptBeside.get());
  const set = useCallback((beside: boolean) => {
    const text = beside ? "yes" : "no";
    setChosen(text);
    keptBeside.set(text);
  }, []);
  return [chosen === undefined ? usual : chosen === "yes", set];
}

/** Stands in place of the rows where it is not known yet, or cannot be, which tokens were asked for. */
function undecidedOf({ state, unanswered, retry }: Narrowing): ReactNode {
  if (state === "failed") {
    return (
      <EmptyState
        title="Which tokens these are cannot be told"
        action={
          <Button variant="outlined" onClick={retry}>
            Try again
          </Button>
        }
      >
        What narrows the list could not be loaded: the server does not answer, or was updated since this page was opened.
      </EmptyState>
    );
  }
  if (state === "loaded" && unanswered.length === 0) return undefined;
  return state === "waiting" || unanswered.some((facet) => facet.state === "waiting") ? (
    <EmptyState title="Which tokens these are is still being read" />
  ) : (
    <EmptyState title="Which tokens these are cannot be told">What tokens may do could not be read. Read it again.</EmptyState>
  );
}

/** Whether the rows were drawn once: what stands beside them is loaded behind them. */
function useDrawn(): boolean {
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDrawn(true));
    return () => clearTimeout(timer);
  }, []);
  return drawn;
}

const asideStyle = {
  flex: "0 0 232px",
  maxHeight: "max(360px, calc(100dvh - 300px))",
  overflowY: "auto",
  scrollbarWidth: "thin",
} as const;

function findingsColumn(judged: FindingsReading | undefined): NonNullable<ColumnContext["findings"]> {
  return {
    text: (token) => signsText(judged?.signsOf(token)),
    order: (token) => signsOrder(judged?.signsOf(token)),
    cell: (token) => <FindingsCell signs={judged?.signsOf(token)} />,
  };
}

function tableColumn({ id, title, size, align, cell, order }: InventoryColumn): TableColumn<InventoryToken> {
  return {
    id,
    header: title,
    size,
    ...(align !== undefined && { meta: { align } }),
    value: order,
    cell,
  };
}

function keyOf({ key }: InventoryToken): string {
  return key;
}
