import { Link, useSearchParams } from "react-router";

import type { AuditRecord } from "#logscale/audit.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Words } from "#web/ui/Name.tsx";

import { sentence } from "./words.ts";

/** A record in words, which opens it over the list. */
export function RecordLink({ record }: { readonly record: AuditRecord }) {
  const [params] = useSearchParams();
  const words = <Words>{sentence(record)}</Words>;
  return (
    <Hint cut component={Link} to={`?${recordSearch(params, record.id)}`} hint={words}>
      {words}
    </Hint>
  );
}

/** What an address says besides, with a record opened, or none. */
export function recordSearch(params: URLSearchParams | string, id: string | undefined): string {
  const next = new URLSearchParams(params);
  if (id === undefined) next.delete("record");
  else next.set("record", id);
  return next.toString();
}
