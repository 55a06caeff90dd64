import DoneIcon from "@mui/icons-material/CheckOutlined";
import EvidenceIcon from "@mui/icons-material/FactCheckOutlined";
import NarrowIcon from "@mui/icons-material/FilterListOutlined";
import RefusedIcon from "@mui/icons-material/BlockOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import type { TableColumn } from "#web/ui/table/column.ts";
import { Suspense, useMemo, useState } from "react";

import type { AuditFacets, AuditRecord, AuditRecords } from "#logscale/audit.ts";
import { offers } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ListTable } from "#web/list/ListTable.tsx";
import type { ListViewState } from "#web/list/useListView.ts";
import { useSession } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog, lazyPart } from "#web/ui/lazyPart.tsx";
import { Words } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { ChosenFilters } from "./ChosenFilters.tsx";
import { counted, type Counted } from "./facets.ts";
import { spanFilters } from "./clusterActivity.ts";
import { isNarrowed, without, type ActivityFilters, type RecordsAsked } from "./link.ts";
import { facetsQuery } from "./query.ts";
import { RecordLink } from "./RecordLink.tsx";
import { credentialWords } from "./words.ts";

const ActivityFacets = lazyPart(async () => (await import("./ActivityFacets.tsx")).ActivityFacets);

const SaveRecordsDialog = lazyDialog(async () => (await import("./SaveRecordsDialog.tsx")).SaveRecordsDialog);

/** A record as the list has it. */
export type Row = AuditRecords["records"][number];

export interface RecordsTableProps {
  /** The newest of those that are asked for. */
  readonly rows: readonly Row[];
  readonly view: ListViewState<"when", ActivityFilters>;
  /** What of the view was asked for. */
  readonly narrowed: RecordsAsked;
  /** Whether there are older ones. */
  readonly more: boolean;
  /** Whether older ones are being read. */
  readonly busy: boolean;
  readonly onMore: () => void;
}

/** The records, with what narrows them. */
export function RecordsTable({ rows, view, narrowed, more, busy, onMore }: RecordsTableProps) {
  const roomy = useMediaQuery("(min-width: 1200px)", { noSsr: true });
  const [beside, setBeside] = useState(true);
  const [dialog, setDialog] = useState<"narrow" | "save">();
  const now = useServerNow();
  const columns = useMemo(() => columnsAt(now), [now]);
  const facets = useFacets(narrowed);
  const ofCluster = offers(useSession(), "auditLog");
  // A cluster's records are read for a span: all of that span is all there is to narrow.
  const unnarrowed = { search: "", filters: { ...without(), ...(ofCluster && spanFilters(narrowed)) } };
  const all = useQuery({ ...facetsQuery(unnarrowed), placeholderData: keepPreviousData }).data;
  const left = useQuery({ ...facetsQuery(narrowed), placeholderData: keepPreviousData }).data;
  const allWords = all === undefined ? "all records" : countedWords(all);
  const leftWords = left === undefined ? countOf(rows.length, "record") : countedWords(left);
  const aside = roomy && beside;
  return (
    <>
      <ListTable
        noun={["record", "records"]}
        // The newest come first, whatever the address says.
        view={{ ...view, sorting: undefined, setSorting: () => undefined }}
        rows={rows}
        total={isNarrowed(narrowed) ? Math.max(1, all?.counted ?? 1) : rows.length}
        told={isNarrowed(narrowed) ? { all: allWords, left: `${leftWords} of ${allWords}` } : { all: leftWords, left: leftWords }}
        presorted
        columns={columns}
        rowId={idOf}
        searched="Any text of a record"
        filters={
          <>
            <Button
              size="small"
              startIcon={<NarrowIcon />}
              {...(roomy && { "aria-expanded": aside })}
              onClick={() => (roomy ? setBeside(!beside) : setDialog("narrow"))}
            >
              Narrow
            </Button>
            <Button variant="outlined" startIcon={<EvidenceIcon />} onClick={() => setDialog("save")}>
              Evidence
            </Button>
          </>
        }
        notes={<ChosenFilters view={view} facets={all} />}
        aside={
          aside ? (
            <Box component="aside" aria-label="Narrow by" sx={asideStyle}>
              <Suspense>
                <ActivityFacets view={view} facets={facets} />
              </Suspense>
            </Box>
          ) : undefined
        }
        empty={
          ofCluster ? (
            <EmptyState title="Nothing is on record in this span">
              LogScale’s audit log shows you no records of it. Choose a longer span under Narrow.
            </EmptyState>
          ) : (
            <EmptyState title="Nothing is on record yet">
              Every change that is made from now on leaves a record here, and each that is refused.
            </EmptyState>
          )
        }
      />
      {more && (
        <Box sx={{ display: "flex", alignItems: "center", gap: 3, marginTop: 3 }}>
          <BusyButton size="small" variant="outlined" busy={busy} onClick={onMore}>
            Read older records
          </BusyButton>
          <Typography sx={{ color: "text.secondary" }}>The newest {count(rows.length)} stand above.</Typography>
        </Box>
      )}
      {dialog === "narrow" && (
        <DialogFrame
          title="Narrow the records"
          fullScreen
          actions={
            <Button variant="contained" onClick={() => setDialog(undefined)}>
              Show {leftWords}
            </Button>
          }
          onClose={() => setDialog(undefined)}
        >
          <Suspense>
            <ActivityFacets view={view} facets={facets} />
          </Suspense>
        </DialogFrame>
      )}
      {dialog === "save" && (
        <Suspense>
          <SaveRecordsDialog asked={narrowed} amount={leftWords} ofCluster={ofCluster} onClose={() => setDialog(undefined)} />
        </Suspense>
      )}
    </>
  );
}

/** For each facet, how often its values occur under the choice of all others: choosing one must not hide its alternatives. */
function useFacets(narrowed: RecordsAsked): Readonly<Record<Counted, AuditFacets | undefined>> {
  const answers = useQueries({
    queries: counted.map((name) => ({
      ...facetsQuery({ search: narrowed.search, filters: { ...narrowed.filters, [name]: undefined } }),
      placeholderData: keepPreviousData<AuditFacets>,
    })),
  });
  const [actor, type, target, outcome, address] = answers.map(({ data }) => data);
  return { actor, type, target, outcome, address };
}

function countedWords({ counted: number, more }: AuditFacets): string {
  return more ? `more than ${countOf(number, "record")}` : countOf(number, "record");
}

/** Beside what narrows them, all columns are in sight in a window of 1366 px. */
function columnsAt(now: number): TableColumn<Row>[] {
  return [
    {
      id: "what",
      header: "What",
      size: 302,
      cell: (row) => <RecordLink record={row.record} />,
    },
    {
      id: "when",
      header: "When",
      size: 134,
      cell: (row) => {
        const at = Date.parse(row.record.timestamp);
        return <Instant at={at} now={presentAfter(at, now)} />;
      },
    },
    {
      id: "outcome",
      header: "Outcome",
      size: 122,
      cell: (row) => <Outcome refused={row.record.outcome === "refused"} />,
    },
    {
      id: "from",
      header: "From",
      size: 135,
      cell: (row) =>
        row.record.actor.ip === undefined ? (
          "–"
        ) : (
          <Hint cut hint={row.record.actor.ip}>
            {row.record.actor.ip}
          </Hint>
        ),
    },
    {
      id: "by",
      header: "By",
      size: 130,
      meta: { places: 2 },
      cell: (row) => <By actor={row.record.actor} />,
    },
  ];
}

function By({ actor }: Pick<AuditRecord, "actor">) {
  const words = <Words>{credentialWords(actor)}</Words>;
  return (
    <Hint cut hint={words}>
      {words}
    </Hint>
  );
}

function Outcome({ refused }: { readonly refused: boolean }) {
  const Icon = refused ? RefusedIcon : DoneIcon;
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1, verticalAlign: "middle" }}>
      <Icon aria-hidden fontSize="small" sx={{ color: refused ? "warning.main" : "success.main" }} />
      {refused ? "Refused" : "Done"}
    </Box>
  );
}

function idOf({ record }: Row): string {
  return record.id;
}

const asideStyle = {
  flex: "0 0 240px",
  maxHeight: "max(360px, calc(100dvh - 300px))",
  overflowY: "auto",
  scrollbarWidth: "thin",
} as const;
