import { joinValues } from "#web/inventory/link.ts";
import { paths } from "#web/paths.ts";

/** What a link to the records narrows them to: ids of what they are about, of actors, types of records, addresses, or a span of time. */
export type RecordsLink = Partial<Record<"about" | "actor" | "type" | "address" | "time" | "since" | "until", readonly string[]>>;

/** The link of the page of records, narrowed, and with a record opened where one is named. */
export function activityLink(asked: RecordsLink, record?: string): string {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(asked)) params.set(name, joinValues(values));
  if (record !== undefined) params.set("record", record);
  return `${paths.activity}?${params.toString()}`;
}
