import { useInfiniteQuery } from "@tanstack/react-query";

import { without } from "#web/activity/link.ts";
import { recordsQuery } from "#web/activity/query.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { joinValues } from "#web/inventory/link.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { presentAfter } from "#web/ui/times.ts";

export interface LastSignInProps {
  readonly id: string;
  /** Whether it is the reader, who reads the records of their own acts in any case. */
  readonly own: boolean;
}

/** When a user signed in last by a browser, as the audit trail has it. */
export function LastSignIn({ id, own }: LastSignInProps) {
  const now = useServerNow();
  const filters = { ...without(), actor: joinValues([id]), type: "user.signin", outcome: "done" } as const;
  const { data, isError } = useInfiniteQuery(recordsQuery({ search: "", filters }, 1));
  const [page] = data?.pages ?? [];
  if (page === undefined) return <span className="quiet">{isError ? "could not be read" : "…"}</span>;
  const record = page.records[0]?.record;
  if (record === undefined) {
    return <span className="quiet">{page.everybody || own ? "not on record" : "not shown to you"}</span>;
  }
  const at = Date.parse(record.timestamp);
  return (
    <>
      <Instant at={at} now={presentAfter(at, now)} />
      {record.actor.ip !== undefined && ` from ${record.actor.ip}`}
    </>
  );
}
