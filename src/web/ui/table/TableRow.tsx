import { memo, type FocusEvent, type MouseEvent, type ReactNode } from "react";

import { titleOf, type TableColumn } from "./column.ts";

export interface TableRowProps<Row> {
  readonly row: Row;
  readonly columns: readonly TableColumn<Row>[];
  readonly index: number;
  /** The column at which the tab key enters, when it enters at this row. */
  readonly activeColumn: number | undefined;
  /** Whether the row is selected; undefined where rows cannot be. */
  readonly selected?: boolean | undefined;
  /** What the box is called that selects the row. */
  readonly selectLabel?: string | undefined;
  /** Selects the row or takes it out; with `range`, all rows from the one that was chosen last. Stays the same from drawing to drawing. */
  readonly onSelect?: ((index: number, range: boolean) => void) | undefined;
}

/** How many columns stand before those of the table: the one that selects. */
function columnsBefore(selected: boolean | undefined): number {
  return selected === undefined ? 0 : 1;
}

/** One row. Memoised, so that scrolling draws only the rows that come into sight; plain elements, styled from the table, for the same reason. */
export const TableRow = memo(function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, columns, index, activeColumn, selected } = props;
  const before = columnsBefore(selected);
  return (
    <tr aria-rowindex={index + 2} aria-selected={selected}>
      {selected !== undefined && (
        <td {...selectCell(props)}>
          <SelectBox selected={selected} label={props.selectLabel ?? ""} />
        </td>
      )}
      {columns.map(({ id, meta, cell }, column) => {
        const Element = column === 0 ? "th" : "td";
        return (
          <Element
            key={id}
            {...(column === 0 && { scope: "row" })}
            {...(meta?.align === "end" && { "data-align": "end" })}
            aria-colindex={column + before + 1}
            data-cell={`${index}:${column + before}`}
            tabIndex={column + before === activeColumn ? 0 : -1}
            onFocus={focusContent}
          >
            {cell(row)}
          </Element>
        );
      })}
    </tr>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

/** One row as a card: its name, then every other cell below the name of its column, which is all the heading that there is. */
export const CardRow = memo(function CardRow<Row>(props: TableRowProps<Row>) {
  const { row, columns, index, activeColumn, selected } = props;
  const before = columnsBefore(selected);
  return (
    <div role="row" aria-rowindex={index + 1} aria-selected={selected} data-row="">
      {selected !== undefined && (
        <div role="gridcell" {...selectCell(props)}>
          <SelectBox selected={selected} label={props.selectLabel ?? ""} />
        </div>
      )}
      {columns.map((one, column) => {
        const { id, meta, cell } = one;
        return (
          // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the role is one of two, and both can have the focus
          <div
            key={id}
            role={column === 0 ? "rowheader" : "gridcell"}
            {...(meta?.places === 2 && { "data-wide": "" })}
            aria-colindex={column + before + 1}
            data-cell={`${index}:${column + before}`}
            tabIndex={column + before === activeColumn ? 0 : -1}
            onFocus={focusContent}
          >
            {column > 0 && <span data-label="">{titleOf(one)}</span>}
            {cell(row)}
          </div>
        );
      })}
    </div>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

/** What the cell takes that selects its row. A click anywhere in it counts. */
function selectCell<Row>({ index, activeColumn, onSelect }: TableRowProps<Row>) {
  return {
    "aria-colindex": 1,
    "data-cell": `${index}:0`,
    "data-select": "",
    tabIndex: activeColumn === 0 ? 0 : -1,
    onFocus: focusContent,
    onClick: (event: MouseEvent) => onSelect?.(index, event.shiftKey),
  };
}

function SelectBox({ selected, label }: { readonly selected: boolean; readonly label: string }) {
  return <input type="checkbox" tabIndex={-1} checked={selected} aria-label={label} onChange={noChange} />;
}

/** The click on the cell around it says more: whether Shift was held. */
function noChange(): void {}

/** Where a cell holds something that can have the focus, that has it. */
function focusContent(event: FocusEvent<HTMLElement>): void {
  if (event.target === event.currentTarget) focusable(event.currentTarget).focus({ preventScroll: true });
}

/** What takes the focus in a cell: the first thing in it that can, or the cell itself. */
export function focusable(cell: HTMLElement): HTMLElement {
  return cell.querySelector<HTMLElement>("a[href], button, input, [tabindex]") ?? cell;
}
