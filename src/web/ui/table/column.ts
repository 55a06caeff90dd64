import type { RowData } from "@tanstack/react-table";

export type { ColumnDef, SortingState } from "@tanstack/react-table";

declare module "@tanstack/react-table" {
  // The names of the parameters are the library's.
  interface ColumnMeta<TData extends RowData, TValue> {
    /** Where the column's texts stand; figures stand at the end. */
    readonly align?: "start" | "end";
    /** What the column is called in a card, where no other columns stand beside it; its header unless told. */
    readonly title?: string;
    /** How many places of a line it takes in a card; 1 unless told. */
    readonly places?: 1 | 2;
    /** Only to use the parameters, as merging with the library's declaration demands. */
    readonly phantom?: [TData, TValue];
  }
}
