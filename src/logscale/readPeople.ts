import type { KnownPeople, KnownPerson } from "#domain/findings/facts.ts";
import { holdingsOfUser, rootHoldings, type AssignedRole, type Holdings } from "#domain/token/rights.ts";

import { PeopleDocument, PeopleWithRolesDocument } from "./generated/people.ts";
import type { Ask } from "./readTokens.ts";
import { rolesByGroups } from "./rolesByGroups.ts";

/** Where people are read from. */
export interface PeopleSource {
  readonly ask: Ask;
  readonly backend: "embedded" | "gateway";
  /** Whether an error says that the caller may not read. */
  readonly isRefused: (error: unknown) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Everybody of the organization with what they hold, as far as it is certain; null for a caller who may not list them. The embedded server
 * tells it exactly. A cluster lists the users of all its organizations, to whoever manages it, and also grants through groups, which cannot be
 * read in full: of its users only root and owners are certain.
 *
 * @throws what `ask` throws
 */
export async function readPeople(source: PeopleSource): Promise<KnownPeople | null> {
  try {
    const people = source.backend === "gateway" ? await clusterPeople(source) : await embeddedPeople(source);
    return {
      byId: new Map(people.map((person) => [person.id, person])),
      byName: new Map(people.map((person) => [person.username, person])),
    };
  } catch (error) {
    if (source.isRefused(error)) return null;
    throw error;
  }
}

async function embeddedPeople({ ask, signal }: PeopleSource): Promise<KnownPerson[]> {
  const { users, roles, groupsPage } = await ask(PeopleWithRolesDocument, {}, { signal });
  const byId = new Map(roles.map((role) => [role.id, role]));
  const groupById = new Map(groupsPage.page.map((group) => [group.id, group]));
  // Many have the same roles in the same places, and are in the same groups, and each of these is worked out once.
  const known = new Map<string, Holdings | undefined>();
  return users.map(({ id, username, isRoot, isOrgRoot, searchDomainRoles, groups }) => {
    const groupIds = groups.map((group) => group.id).toSorted();
    const places = searchDomainRoles.map(({ searchDomain, role }) => `${searchDomain.id} ${role.id}`).toSorted();
    const key = JSON.stringify([isRoot, isOrgRoot, places, groupIds]);
    if (!known.has(key)) {
      const assigned = searchDomainRoles.flatMap(({ searchDomain, role }): AssignedRole[] => {
        const found = byId.get(role.id);
        return found === undefined ? [] : [{ searchDomainId: searchDomain.id, ...found }];
      });
      const own = groupIds.flatMap((groupId) => groupById.get(groupId) ?? []);
      const byGroups = rolesByGroups(own, (role) => byId.get(role.id));
      // Beyond the largest page there may be groups that were not read.
      const isWhole = own.length === groupIds.length;
      known.set(key, isWhole ? holdingsOfUser({ isRoot, isOrgRoot }, [...assigned, ...byGroups]) : undefined);
    }
    return { id, username, holdings: known.get(key) };
  });
}

async function clusterPeople({ ask, signal }: PeopleSource): Promise<KnownPerson[]> {
  const { users } = await ask(PeopleDocument, {}, { signal });
  return users.map(({ id, username, isRoot, isOrgRoot }) => ({
    id,
    username,
    holdings: isRoot ? rootHoldings : isOrgRoot ? ownerHoldings : undefined,
  }));
}

const ownerHoldings: Holdings = { ...holdingsOfUser({ isRoot: false, isOrgRoot: true }, []), system: "unknown" };
