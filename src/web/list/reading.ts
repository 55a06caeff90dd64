import type { UseQueryResult } from "@tanstack/react-query";

import { failureOf } from "#web/api/failure.ts";

import type { ListPageProps } from "./ListPage.tsx";

/** A list that is one query, as its page shows the reading of it. */
export function readingOf<Data>(
  query: UseQueryResult<Data>,
): Pick<ListPageProps<Data>, "data" | "failure" | "reading" | "onRead" | "readAt"> {
  const { data, isError, error, isFetching, dataUpdatedAt, refetch } = query;
  return {
    data,
    failure: isError ? failureOf(error) : undefined,
    reading: isFetching,
    onRead: () => void refetch(),
    readAt: data === undefined ? undefined : dataUpdatedAt,
  };
}
