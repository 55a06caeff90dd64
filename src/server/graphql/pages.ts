import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from "graphql";

import type { ListPage } from "#server/services/lists.ts";

/** A part of a list as LogScale's result sets have it. */
export function wirePage<Row>({ total, rows }: ListPage<Row>): { totalResults: number; results: Row[] } {
  return { totalResults: total, results: [...rows] };
}

/** Whether a request asks for a field of what a resolver gives, under whatever alias: where it may not, as a directive may say, it counts too. */
export function asksFor({ fieldNodes, fragments }: Pick<GraphQLResolveInfo, "fieldNodes" | "fragments">, field: string): boolean {
  const has = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === "Field") return selection.name.value === field;
      if (selection.kind === "InlineFragment") return has(selection.selectionSet);
      const fragment = fragments[selection.name.value];
      return fragment !== undefined && has(fragment.selectionSet);
    });
  return fieldNodes.some(({ selectionSet }: FieldNode) => selectionSet !== undefined && has(selectionSet));
}
