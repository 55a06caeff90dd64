import type { ReactNode } from "react";

import { compareNames } from "#domain/compareNames.ts";

/** A column of a table. */
export interface ColumnDef<Row> {
  /** Names it in links. */
  readonly id: string;
  readonly header: string;
  /** Its width in px, of which more is given where there is room; 150 unless told. */
  readonly size?: number;
  /** What its rows are sorted by, unless `sortingFn` says. A column without either cannot be sorted by. */
  readonly accessorFn?: (row: Row) => unknown;
  readonly sortingFn?: (a: { readonly original: Row }, b: { readonly original: Row }) => number;
  /** False takes the sort button away. */
  readonly enableSorting?: boolean;
  /** What stands in the cell of a row: a plain function, in which hooks can't be used. */
  readonly cell: (context: { readonly row: { readonly original: Row } }) => ReactNode;
  readonly meta?: {
    /** Where the column's texts stand; figures stand at the end. */
    readonly align?: "start" | "end";
    /** What the column is called in a card, where no other columns stand beside it; its header unless told. */
    readonly title?: string;
    /** How many places of a line it takes in a card; 1 unless told. */
    readonly places?: 1 | 2;
  };
}

/** What a table is sorted by: one column, or none. */
export type SortingState = readonly { readonly id: string; readonly desc: boolean }[];

/** Width of a column, px. */
export function widthOf({ size = 150 }: { readonly size?: number }): number {
  return size;
}

/** What a column is called where it does not stand among the others. */
export function titleOf<Row>({ header, meta }: ColumnDef<Row>): string {
  return meta?.title ?? header;
}

/** Whether rows can be sorted by a column. */
export function canSort<Row>({ enableSorting = true, accessorFn, sortingFn }: ColumnDef<Row>): boolean {
  return enableSorting && (accessorFn ?? sortingFn) !== undefined;
}

/** Rows in the order of a column. Equal ones stay in the order in which they came, upwards and downwards. */
export function sortedRows<Row>(rows: readonly Row[], column: ColumnDef<Row> | undefined, descending: boolean): readonly Row[] {
  if (column === undefined || !canSort(column)) return rows;
  const compare = comparison(column);
  return rows
    .map((original) => ({ original, value: column.accessorFn?.(original) }))
    .sort((a, b) => (descending ? -compare(a, b) : compare(a, b)))
    .map(({ original }) => original);
}

interface Sorted<Row> {
  readonly original: Row;
  readonly value: unknown;
}

function comparison<Row>({ sortingFn }: ColumnDef<Row>): (a: Sorted<Row>, b: Sorted<Row>) => number {
  return sortingFn ?? ((a, b) => compareValues(a.value, b.value));
}

/** Texts as people order names, all else by size. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return compareNames(a, b);
  return Number(a) - Number(b);
}
