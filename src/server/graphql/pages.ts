import type { ListPage } from "#server/services/lists.ts";

/** A part of a list as LogScale's result sets have it. */
export function wirePage<Row>({ total, rows }: ListPage<Row>): { totalResults: number; results: Row[] } {
  return { totalResults: total, results: [...rows] };
}
