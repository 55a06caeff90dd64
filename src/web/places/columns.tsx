import { nameInText } from "#domain/name.ts";
import { CellLink } from "#web/fleet/CellLink.tsx";
import { Quiet, Several } from "#web/inventory/cells.tsx";
import { paths } from "#web/paths.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";
import type { TableColumn } from "#web/ui/table/column.ts";

import type { ListedPlace } from "./queries.ts";
import { placeTypes, typeWords } from "./type.ts";
import { countedHint, countedWords, retentionWords, type KnownCount } from "./words.ts";

/** A repository or view as a row. */
export interface ListedRow extends ListedPlace {
  readonly ingest: KnownCount;
  readonly view: KnownCount;
}

/** The columns of the list of repositories and views. */
export const placeColumns: TableColumn<ListedRow>[] = [
  {
    id: "name",
    header: "Name",
    size: 200,
    value: ({ name }) => name,
    cell: (row) => <CellLink to={paths.repository(row.name)}>{row.name}</CellLink>,
  },
  {
    id: "type",
    header: "Type",
    size: 134,
    value: ({ type }) => placeTypes.indexOf(type),
    cell: (row) => typeWords[row.type].one,
  },
  {
    id: "description",
    header: "Description",
    size: 226,
    meta: { places: 2 },
    value: ({ description }) => description ?? "",
    cell: (row) => <DescriptionCell text={row.description} />,
  },
  {
    id: "retention",
    header: "Retention",
    size: 170,
    value: ({ retention }) => (retention === undefined ? -1 : (retention.time ?? Number.MAX_VALUE)),
    cell: (row) => <RetentionCell place={row} />,
  },
  {
    id: "joins",
    header: "Joins",
    size: 160,
    value: ({ joins }) => joins?.length ?? -1,
    cell: (row) => <JoinsCell joins={row.joins} />,
  },
  {
    id: "ingest",
    header: "Ingest tokens",
    size: 120,
    meta: { align: "end" },
    value: ({ ingest }) => sortable(ingest),
    cell: (row) => <CountedCell counted={row.ingest} what="ingest" />,
  },
  {
    id: "view",
    header: "View tokens",
    size: 110,
    meta: { align: "end" },
    value: ({ view }) => sortable(view),
    cell: (row) => <CountedCell counted={row.view} what="view" />,
  },
];

function sortable(counted: KnownCount): number {
  return "value" in counted ? counted.value : -1;
}

function DescriptionCell({ text }: { readonly text: string | null }) {
  if (text === null) return <Quiet>none</Quiet>;
  return (
    <Hint cut hint={<Name>{text}</Name>}>
      <Name>{text}</Name>
    </Hint>
  );
}

function RetentionCell({ place: { retention } }: { readonly place: ListedRow }) {
  if (retention === undefined) return <Quiet>its repositories’</Quiet>;
  const words = retentionWords(retention);
  return words === undefined ? (
    <Quiet>no limit</Quiet>
  ) : (
    <Hint cut hint={words}>
      {words}
    </Hint>
  );
}

function JoinsCell({ joins }: { readonly joins: ListedRow["joins"] }) {
  if (joins === undefined) return <Quiet>–</Quiet>;
  const [first, ...others] = joins;
  if (first === undefined) return <Quiet>nothing</Quiet>;
  if (others.length === 0) return <CellLink to={paths.repository(first.name)}>{first.name}</CellLink>;
  return <Several items={joins.map(({ name }) => nameInText(name))} />;
}

function CountedCell({ counted, what }: { readonly counted: KnownCount; readonly what: "ingest" | "view" }) {
  const words = countedWords(counted);
  const hint = countedHint(counted, what);
  if (hint !== undefined) {
    return (
      <Hint hint={hint}>
        <Quiet>{words}</Quiet>
      </Hint>
    );
  }
  return "value" in counted && counted.value > 0 ? words : <Quiet>{words}</Quiet>;
}
