import type { ReactNode } from "react";

import { compareNames } from "#domain/compareNames.ts";

type Value = string | number | bigint | undefined;

/** A column of a table, at module scope or memoised. It can be sorted by where it has a `value`. */
export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** Width, px, of which more is given where there is room. */
  readonly size: number;
  /** What the column is sorted by, names as people sort them. What is not known comes behind all that is. */
  readonly value?: (row: Row) => Value;
  /** Called as a plain function, so that columns which are made anew keep the state and the focus in their cells. It uses no hooks. */
  readonly cell: (row: Row) => ReactNode;
  readonly meta?: {
    /** Where the column's texts stand; figures stand at the end. */
    readonly align?: "start" | "end";
    /** What the column is called in a card, where no other columns stand beside it; its header unless told. */
    readonly title?: string;
    /** How many places of a line it takes in a card; 1 unless told. */
    readonly places?: 1 | 2;
  };
}

/** What a table is sorted by. */
export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

export function canSort<Row>({ value }: TableColumn<Row>): boolean {
  return value !== undefined;
}

/** What a column is called where it does not stand among the others. */
export function titleOf<Row>({ header, meta }: TableColumn<Row>): string {
  return meta?.title ?? header;
}

/** The rows in the order that is asked for; as they are where no column has one. Rows that are alike keep theirs. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  column: string | undefined,
  descending: boolean,
): readonly Row[] {
  const value = columns.find(({ id }) => id === column)?.value;
  if (value === undefined) return rows;
  return rows.toSorted((a, b) => (descending ? compareValues(value(b), value(a)) : compareValues(value(a), value(b))));
}

function compareValues(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
  if (typeof a === "string" && typeof b === "string") return compareNames(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}
