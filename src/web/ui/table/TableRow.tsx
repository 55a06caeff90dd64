import type { Cell, Column } from "@tanstack/react-table";
import { memo, type FocusEvent, type ReactNode } from "react";

export interface TableRowProps<Row> {
  readonly cells: readonly Cell<Row, unknown>[];
  readonly index: number;
  /** The column at which the tab key enters, when it enters at this row. */
  readonly activeColumn: number | undefined;
}

/** One row. Memoised, so that scrolling draws only the rows that come into sight; plain elements, styled from the table, for the same reason. */
export const TableRow = memo(function TableRow<Row>({ cells, index, activeColumn }: TableRowProps<Row>) {
  return (
    <tr aria-rowindex={index + 2}>
      {cells.map((cell, column) => {
        const Element = column === 0 ? "th" : "td";
        return (
          <Element
            key={cell.id}
            {...(column === 0 && { scope: "row" })}
            {...(cell.column.columnDef.meta?.align === "end" && { "data-align": "end" })}
            aria-colindex={column + 1}
            data-cell={`${index}:${column}`}
            tabIndex={column === activeColumn ? 0 : -1}
            onFocus={focusContent}
          >
            {draw(cell.column.columnDef.cell, cell.getContext())}
          </Element>
        );
      })}
    </tr>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

/** One row as a card: its name, then every other cell below the name of its column, which is all the heading that there is. */
export const CardRow = memo(function CardRow<Row>({ cells, index, activeColumn }: TableRowProps<Row>) {
  return (
    <div role="row" aria-rowindex={index + 1} data-row="">
      {cells.map((cell, column) => {
        const { meta, cell: content } = cell.column.columnDef;
        return (
          // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the role is one of two, and both can have the focus
          <div
            key={cell.id}
            role={column === 0 ? "rowheader" : "gridcell"}
            {...(meta?.places === 2 && { "data-wide": "" })}
            aria-colindex={column + 1}
            data-cell={`${index}:${column}`}
            tabIndex={column === activeColumn ? 0 : -1}
            onFocus={focusContent}
          >
            {column > 0 && <span data-label="">{titleOf(cell.column)}</span>}
            {draw(content, cell.getContext())}
          </div>
        );
      })}
    </div>
  );
}) as <Row>(props: TableRowProps<Row>) => ReactNode;

/** What a column is called where it does not stand among the others. */
export function titleOf<Row>({ id, columnDef: { header, meta } }: Column<Row>): string {
  return meta?.title ?? (typeof header === "string" ? header : id);
}

/**
 * Calls a column's `header` or `cell` as a plain function. react-table's own helper makes it a component; columns made anew would then lose
 * their cells' state and focus. So these functions use no hooks.
 */
export function draw<Context>(content: ReactNode | ((context: Context) => ReactNode), context: Context): ReactNode {
  return typeof content === "function" ? content(context) : content;
}

/** Where a cell holds something that can have the focus, that has it. */
function focusContent(event: FocusEvent<HTMLElement>): void {
  if (event.target === event.currentTarget) focusable(event.currentTarget).focus({ preventScroll: true });
}

/** What takes the focus in a cell: the first thing in it that can, or the cell itself. */
export function focusable(cell: HTMLElement): HTMLElement {
  return cell.querySelector<HTMLElement>("a[href], button, input, [tabindex]") ?? cell;
}
