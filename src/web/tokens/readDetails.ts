import type { QueryClient } from "@tanstack/react-query";

import type { PermissionKind } from "#domain/token/kinds.ts";
import { readDetails as readFrom, readSingly as readSinglyFrom, type DetailSource } from "#logscale/readDetails.ts";
import { failureOf } from "#web/api/client.ts";
import type { ListedToken } from "#web/api/tokens.ts";

import { tokenQuery } from "./tokenQuery.ts";

export interface ReadDetailsOptions extends Omit<DetailSource<ListedToken>, "readOne"> {
  readonly client: QueryClient;
  /** How old, in ms, what was read of a single token may be. */
  readonly staleTime: number;
}

/**
 * Reads permissions and views of some tokens of a kind. A token that is gone, or not this caller's to see, is not told of.
 *
 * @throws CallError when nobody answers; the signal's reason when called off
 */
export function readDetails(kind: PermissionKind, ids: ReadonlySet<string>, options: ReadDetailsOptions): Promise<void> {
  return readFrom(ids, { ...options, readOne: oneOf(kind, options) });
}

/** {@link readDetails} of few tokens, one by one. */
export function readSingly(
  kind: PermissionKind,
  ids: ReadonlySet<string>,
  options: Omit<ReadDetailsOptions, "readKind">,
): Promise<void> {
  return readSinglyFrom(ids, { ...options, readOne: oneOf(kind, options) });
}

function oneOf(
  kind: PermissionKind,
  { client, staleTime }: Pick<ReadDetailsOptions, "client" | "staleTime">,
): DetailSource<ListedToken>["readOne"] {
  return async (id) => {
    try {
      return await client.query({ ...tokenQuery(kind, id), staleTime });
    } catch (error) {
      if (failureOf(error).kind !== "refused") throw error;
      return undefined;
    }
  };
}
