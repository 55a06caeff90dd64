import type { InventoryToken } from "#domain/inventory/item.ts";

import type { RightsReading } from "#domain/inventory/rightsReading.ts";

/** A repository or view with what it is called here. */
export interface NamedView {
  /** As in the facet's address: its id, or of a repository of which the id is not known, its name. */
  readonly value: string;
  /** Its name; the id where the caller is not shown the name. */
  readonly label: string;
}

/**
 * The repositories and views that a token is for: those that a view token may use, and the one that an ingest token sends to. Undefined where
 * that was not read.
 */
export function viewsOf(token: InventoryToken, rights: RightsReading): readonly NamedView[] | undefined {
  if (token.ingest !== undefined) {
    const { repository } = token.ingest;
    return [{ value: rights.viewId(repository) ?? repositoryValue(repository), label: repository }];
  }
  if (token.kind !== "view") return [];
  return rights.of(token)?.views.map((id) => ({ value: id, label: rights.viewName(id) ?? id }));
}

/** The value of the facet of views for a repository of which nothing but the name is known. */
export function repositoryValue(repository: string): string {
  return ["name", repository].join(":");
}
