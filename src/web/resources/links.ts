import { dateOf } from "#domain/instant.ts";
import type { ThingInForce } from "#domain/resources/check.ts";
import type { WantedThing } from "#domain/resources/model.ts";
import { paths } from "#web/paths.ts";

/** The page of something that is in force. */
export function thingLink(thing: ThingInForce): string {
  switch (thing.type) {
    case "ip-filter":
      return paths.ipFilter(thing.id);
    case "ingest":
      return paths.ingestToken(thing.repository, thing.name);
    case "view":
    case "organization":
    case "system":
      return paths.token(thing.type, thing.id);
    default:
      return thing satisfies never;
  }
}

/** The form that makes what a resource asks for, filled in as far as the form can be by a link. */
export function createLink(thing: WantedThing): string {
  switch (thing.type) {
    case "ip-filter":
      return paths.newIpFilter;
    case "ingest":
      return paths.newIngestToken(thing.repository);
    case "view":
    case "organization":
    case "system": {
      const { type, name, permissions, views, expireAt, ipFilter } = thing;
      const params = new URLSearchParams({ name });
      if (permissions.length > 0) params.set("permissions", permissions.join(","));
      for (const view of views) params.append("views", view);
      params.set("expires", expireAt === null ? "never" : (dateOf(expireAt)?.toISOString() ?? ""));
      if (ipFilter !== null) params.set("filter", ipFilter);
      return paths.newToken(type, params.toString());
    }
    default:
      return thing satisfies never;
  }
}
