import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { compareNames } from "#domain/compareNames.ts";
import type { GroupHere, UserHere } from "#domain/places/access.ts";
import { holdersOf, type RoleHolders } from "#domain/places/access.ts";
import { retentionOf, type Retention } from "#domain/places/retention.ts";
import type { PlaceQuery, PlacesQuery } from "#logscale/generated/graphql.ts";
import {
  ConnectableRepositoriesDocument,
  PlaceAccessDocument,
  PlaceDocument,
  PlacesDocument,
  PlaceUsersDocument,
} from "#logscale/generated/places.ts";
import { ConnectionCountDocument } from "#logscale/generated/placesExtension.ts";
import { call, CallError } from "#web/api/client.ts";
import { searchDomainsQuery, sessionOf } from "#web/api/queries.ts";
import { tokensKey } from "#web/api/tokens.ts";
import { ingestChanged } from "#web/ingest/queries.ts";

import { placeTypeOf, type PlaceType } from "./type.ts";

/** Path of the page of one, whichever. */
export const placePath = "/repositories/place";

/** What the keys of everything begin with that is read of repositories and views. */
export const placesKey = ["places"] as const;

/** A repository or view as the list has one. */
export interface ListedPlace {
  readonly id: string;
  readonly name: string;
  readonly type: PlaceType;
  /** Null where there is none. */
  readonly description: string | null;
  /** Of a repository alone. */
  readonly retention: Retention | undefined;
  /** Whether the caller is shown its ingest tokens; of a repository alone. */
  readonly showsTokens: boolean;
  /** The repositories that a view shows and that are shown to the caller, each once, by name; of a view alone. */
  readonly joins: readonly { readonly id: string; readonly name: string }[] | undefined;
}

/** All repositories and views that the caller is shown, and what may be created. */
export const placesQuery = queryOptions({
  queryKey: [...placesKey, "list"],
  queryFn: async ({ signal }) => {
    const { organization, searchDomains } = await call(PlacesDocument, {}, { signal });
    return {
      mayCreateRepository: organization.mayCreateRepository,
      mayCreateView: organization.mayCreateView,
      places: searchDomains.map(listedPlace),
    };
  },
});

/** What a repository or view is called now, whatever it was called before; undefined where it is gone. */
export async function placeNow(client: QueryClient, id: string): Promise<ListedPlace | undefined> {
  return (await client.query({ ...placesQuery, staleTime: 0 })).places.find((place) => place.id === id);
}

function listedPlace(domain: PlacesQuery["searchDomains"][number]): ListedPlace {
  const { id, name } = domain;
  const description = domain.description == null || domain.description.trim() === "" ? null : domain.description;
  const type = placeTypeOf(domain);
  switch (domain.__typename) {
    case "Repository":
      return {
        id,
        name,
        description,
        type,
        retention: retentionOf(domain),
        showsTokens: domain.showsTokens && type !== "system",
        joins: undefined,
      };
    case "View": {
      const joined = new Map(domain.connections.map(({ repository }) => [repository.id, repository]));
      const joins = [...joined.values()].toSorted((a, b) => compareNames(a.name, b.name));
      return { id, name, description, type, retention: undefined, showsTokens: false, joins };
    }
    default:
      return domain satisfies never;
  }
}

/** A repository or view as its own page has one. */
export type PlaceDetail = PlaceQuery["searchDomain"];
export type RepositoryDetail = Extract<PlaceDetail, { __typename: "Repository" }>;
export type ViewDetail = Extract<PlaceDetail, { __typename: "View" }>;

/** One repository or view; null where there is none of this name, or none that the caller may see. */
export function placeQuery(name: string) {
  return queryOptions({
    queryKey: [...placesKey, "one", name],
    queryFn: async ({ signal }): Promise<PlaceDetail | null> => {
      try {
        return (await call(PlaceDocument, { name }, { signal })).searchDomain;
      } catch (error) {
        if (error instanceof CallError && error.failure.kind === "refused") return null;
        throw error;
      }
    },
  });
}

/** How many connections a view has, with those to repositories that the caller is not shown; for backends that offer `connectionCount`. */
export function connectionCountQuery(name: string) {
  return queryOptions({
    queryKey: [...placesKey, "connection-count", name],
    queryFn: async ({ signal }) => {
      const { searchDomain } = await call(ConnectionCountDocument, { name }, { signal });
      return searchDomain.__typename === "View" ? searchDomain.connectionCount : 0;
    },
  });
}

/** The repositories that a view can be made to show, by name. */
export const connectableQuery = queryOptions({
  queryKey: [...placesKey, "connectable"],
  queryFn: async ({ signal }) => {
    const { repositories } = await call(ConnectableRepositoriesDocument, {}, { signal });
    return repositories.toSorted((a, b) => compareNames(a.name, b.name));
  },
});

/** Who has which role in a repository or view. */
export interface Access {
  readonly holders: readonly RoleHolders[];
  /** Whether roles that groups have there are among them. */
  readonly withGroups: boolean;
}

/** Who may do what in a repository or view. Refused to who may not change user access. */
export function accessQuery(name: string) {
  return queryOptions({
    queryKey: [...placesKey, "access", name],
    queryFn: async ({ client, signal }): Promise<Access> => {
      const { backend } = await sessionOf(client);
      if (backend === "gateway") {
        const { searchDomain } = await call(PlaceUsersDocument, { name }, { signal });
        const roles = new Map(
          searchDomain.users.flatMap(({ searchDomainRoles }) => searchDomainRoles.map(({ role }) => [role.id, role] as const)),
        );
        // Of a role that a cluster gives on a repository or view, only the view permissions count.
        const granted = [...roles.values()].map(({ displayName, ...role }) => ({
          ...role,
          name: displayName,
          organizationPermissions: [],
          systemPermissions: [],
        }));
        const users = searchDomain.users.map((user) => ({ ...user, roleIds: rolesIn(searchDomain.id, user), groupIds: [] }));
        return { holders: holdersOf(granted, users, []), withGroups: false };
      }
      const { searchDomain, groupsPage, roles } = await call(PlaceAccessDocument, { name }, { signal });
      const users = searchDomain.users.map(({ id, username, groups, ...user }): UserHere => {
        return { id, username, roleIds: rolesIn(searchDomain.id, user), groupIds: groups.map((group) => group.id) };
      });
      const groups = groupsPage.page.map(({ id, displayName, roles: assigned }): GroupHere => {
        return { id, name: displayName, roleIds: rolesIn(searchDomain.id, { searchDomainRoles: assigned }) };
      });
      const granted = roles.map(({ displayName, ...role }) => ({ ...role, name: displayName }));
      return { holders: holdersOf(granted, users, groups), withGroups: true };
    },
  });
}

interface Assigned {
  readonly searchDomainRoles: readonly {
    readonly searchDomain: { readonly id: string };
    readonly role: { readonly id: string };
  }[];
}

function rolesIn(id: string, { searchDomainRoles }: Assigned): readonly string[] {
  return searchDomainRoles.filter(({ searchDomain }) => searchDomain.id === id).map(({ role }) => role.id);
}

/** Has everything read anew that tells of repositories and views. */
export async function placesChanged(client: QueryClient): Promise<void> {
  await Promise.all([
    ingestChanged(client),
    ...[placesKey, searchDomainsQuery.queryKey].map((queryKey) => client.invalidateQueries({ queryKey })),
  ]);
}

/** The same where one was deleted or renamed, which tokens and people lose, or name. */
export async function placeGone(client: QueryClient): Promise<void> {
  await Promise.all([
    placesChanged(client),
    ...[tokensKey, ["users"], ["holdings"]].map((queryKey) => client.invalidateQueries({ queryKey })),
  ]);
}
