import type { Sorting } from "#web/ui/table/column.ts";

/** What a list can be sorted and narrowed by, and so all that its link may say. */
export interface ListDialect<Column extends string, Filters extends object> {
  /** The columns that can be sorted by. */
  readonly columns: readonly Column[];
  /** The column that sorts, upwards, where the link says nothing. */
  readonly usual: NoInfer<Column>;
  /** Reads each filter's value, by its name in the link; undefined for a value that makes no sense. */
  readonly filters: { readonly [Name in keyof Filters]: (text: string) => Filters[Name] | undefined };
}

/** What a list shows. It lives in the link, so that it can be shared and the back button works. */
export interface ListView<Column extends string, Filters extends object> {
  /** Empty when nothing is searched for. */
  readonly search: string;
  readonly sorting: { readonly column: Column; readonly descending: boolean };
  /** A filter that is undefined lets everything through. */
  readonly filters: { readonly [Name in keyof Filters]: Filters[Name] | undefined };
  /** Index of the first row in sight. */
  readonly row: number;
}

/** Longer searches are cut: no name or id is longer, and links come from anywhere. */
const longestSearch = 500;

/** What tells a row of a list from all others. */
export function idOf({ id }: { readonly id: string }): string {
  return id;
}

/** Reads a view from search parameters. Whatever makes no sense is ignored, since links are typed, shared and outlive versions. */
export function readView<Column extends string, Filters extends object>(
  dialect: ListDialect<Column, Filters>,
  params: URLSearchParams,
): ListView<Column, Filters> {
  const sort = params.get("sort") ?? "";
  const descending = sort.startsWith("-");
  const column = dialect.columns.find((candidate) => candidate === (descending ? sort.slice(1) : sort));
  const row = params.get("row") ?? "";
  const filters: Record<string, unknown> = {};
  for (const [name, read] of Object.entries<(text: string) => unknown>(dialect.filters)) {
    const text = params.get(name);
    filters[name] = text === null ? undefined : read(text);
  }
  return {
    search: (params.get("q") ?? "").slice(0, longestSearch),
    sorting: column === undefined ? { column: dialect.usual, descending: false } : { column, descending },
    filters: filters as ListView<Column, Filters>["filters"],
    // Counted from 1 in the link, as people count.
    row: /^[1-9]\d{0,8}$/u.test(row) ? Number(row) - 1 : 0,
  };
}

/** Writes a view into search parameters. Defaults are left out, and other parameters kept. */
export function writeView<Column extends string, Filters extends object>(
  dialect: ListDialect<Column, Filters>,
  { search, sorting, filters, row }: ListView<Column, Filters>,
  others = new URLSearchParams(),
): URLSearchParams {
  const params = new URLSearchParams(others);
  const put = (name: string, value: string) => {
    if (value === "") params.delete(name);
    else params.set(name, value);
  };
  const { column, descending } = sorting;
  put("q", search);
  for (const [name, value] of Object.entries<unknown>(filters)) put(name, typeof value === "string" ? value : "");
  put("sort", column === dialect.usual && !descending ? "" : `${descending ? "-" : ""}${column}`);
  put("row", row > 0 ? String(row + 1) : "");
  return params;
}

/** A table's sorting, where the list can be sorted so; else the usual one. */
export function knownSorting<Column extends string>(
  { columns, usual }: ListDialect<Column, object>,
  { column: wanted, descending }: Sorting,
): ListView<Column, object>["sorting"] {
  const column = columns.find((candidate) => candidate === wanted);
  return column === undefined ? { column: usual, descending: false } : { column, descending };
}
