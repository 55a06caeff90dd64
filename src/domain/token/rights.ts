import type { PermissionKind } from "./kinds.ts";
import {
  grantedToViewTokens,
  partsOf,
  type OrganizationPermission,
  type SystemPermission,
  type ViewPermission,
} from "./permissions.ts";
import { expandPermissions, permissionCatalogues } from "./permissionWords.ts";

/** Whether something is so; `unknown` where nobody but the server can tell. */
export type Certainty = boolean | "unknown";

/** The permissions held in one place: every one, certain ones, or nobody but the server can tell which. */
type Held = "all" | "unknown" | ReadonlySet<string>;

/** Repositories and views: certain ones by id, or every one, those to come included. */
export type ViewSet = ReadonlySet<string> | "all";

/**
 * The permissions that somebody holds. Root holds everything, an owner everything but system permissions. On the server all of it is known;
 * the page knows less in front of a cluster.
 */
export interface Holdings {
  readonly organization: Held;
  readonly system: Held;
  /** By id of the repository or view; none of the sets is empty. */
  readonly views: ReadonlyMap<string, ReadonlySet<string>>;
  /** What is held on each repository or view that `views` does not name. */
  readonly elsewhere: Held;
}

const nothing: ReadonlySet<string> = new Set();

/** The holdings of which nothing is known. */
export const unknownHoldings: Holdings = { organization: "unknown", system: "unknown", views: new Map(), elsewhere: "unknown" };

/** The holdings of root and of the local administrator. */
export const rootHoldings: Holdings = { organization: "all", system: "all", views: new Map(), elsewhere: "all" };

/** The holdings of an owner of the organization, but for system permissions. */
const ownerHoldings = { organization: "all", views: new Map(), elsewhere: "all" } as const;

/** The permissions of a role. */
interface RolePermissions {
  readonly viewPermissions: readonly string[];
  readonly organizationPermissions: readonly string[];
  readonly systemPermissions: readonly string[];
}

/** A role with what it gives somebody: as assigned to a user in a repository or view, or through a group (see {@link roleOfGroup}). */
export interface AssignedRole extends RolePermissions {
  /** Where its view permissions hold; null where it gives none. */
  readonly searchDomainId: string | null;
}

/** A role as assigned to a group: in a repository or view, for the organization, or for the system. */
export interface GroupRole extends RolePermissions {
  readonly kind: PermissionKind;
  /** Null but for the view kind. */
  readonly searchDomainId: string | null;
}

/** What a role gives the members of a group that it is assigned to: its permissions of one kind, since each kind is assigned by itself. */
export function roleOfGroup({ kind, searchDomainId, ...role }: GroupRole): AssignedRole {
  return {
    searchDomainId: kind === "view" ? searchDomainId : null,
    viewPermissions: kind === "view" ? role.viewPermissions : [],
    organizationPermissions: kind === "organization" ? role.organizationPermissions : [],
    systemPermissions: kind === "system" ? role.systemPermissions : [],
  };
}

/**
 * What a user holds through roles, the user's own and those of the user's groups. The view permissions of a role hold where it is assigned.
 * The organization and system permissions of a user's own role hold wherever it is assigned (our decision: the contract has no other way to
 * give them to a user).
 */
export function holdingsOfUser(
  user: { readonly isRoot: boolean; readonly isOrgRoot: boolean },
  roles: readonly AssignedRole[],
): Holdings {
  if (user.isRoot) return rootHoldings;
  const system = new Set(roles.flatMap((role) => role.systemPermissions));
  if (user.isOrgRoot) return { ...ownerHoldings, system };
  const views = new Map<string, Set<string>>();
  for (const { searchDomainId, viewPermissions } of roles) {
    // A role without view permissions opens no repository and no view.
    if (searchDomainId === null || viewPermissions.length === 0) continue;
    const held = views.get(searchDomainId) ?? new Set();
    for (const permission of expandPermissions("view", viewPermissions)) held.add(permission);
    views.set(searchDomainId, held);
  }
  const organization = new Set(roles.flatMap((role) => role.organizationPermissions));
  return { organization, system, views, elsewhere: nothing };
}

/** What a token holds: its own permissions. */
export function holdingsOfToken(kind: PermissionKind, permissions: readonly string[], viewIds: readonly string[]): Holdings {
  const none: Holdings = { organization: nothing, system: nothing, views: new Map(), elsewhere: nothing };
  const held = new Set(expandPermissions(kind, permissions));
  switch (kind) {
    case "view":
      return held.size === 0 ? none : { ...none, views: new Map(viewIds.map((id) => [id, held])) };
    case "organization":
      return { ...none, organization: held };
    case "system":
      return { ...none, system: held };
    default:
      return kind satisfies never;
  }
}

export function onOrganization(holdings: Holdings, permission: OrganizationPermission): Certainty {
  return has(holdings.organization, permission);
}

export function onSystem(holdings: Holdings, permission: SystemPermission): Certainty {
  return has(holdings.system, permission);
}

/** Whether a view permission is held on a repository or view. A composed one is held by its parts. */
export function onView(holdings: Holdings, viewId: string, permission: ViewPermission): Certainty {
  return onPlace(holdings, holdings.views.get(viewId) ?? holdings.elsewhere, permission);
}

/** The repositories and views on which a permission is certainly held. */
export function viewsWith(holdings: Holdings, permission: ViewPermission): ViewSet {
  if (onPlace(holdings, holdings.elsewhere, permission) === true) return "all";
  return new Set([...holdings.views.keys()].filter((id) => onView(holdings, id, permission) === true));
}

/** The repositories and views on which anything is certainly held. */
export function reachOf(holdings: Holdings): ViewSet {
  // Whoever administers every one has to see them all by name; the events in them are another matter.
  const all = holdings.elsewhere === "all" || onOrganization(holdings, "ChangeAllViewOrRepositoryPermissions") === true;
  return all ? "all" : new Set(holdings.views.keys());
}

/** Whether view tokens of a repository or view may be made: that takes the right to change permissions on it. */
export function administersView(holdings: Holdings, viewId: string): Certainty {
  return any(administering.map((permission) => onView(holdings, viewId, permission)));
}

/** The repositories and views of which view tokens may certainly be administered: those tokens that name none but these. */
export function administeredViews(holdings: Holdings): ViewSet {
  const views = new Set<string>();
  for (const permission of administering) {
    const held = viewsWith(holdings, permission);
    if (held === "all") return "all";
    for (const id of held) views.add(id);
  }
  return views;
}

/** Whether tokens of a kind may be made or administered at all, somewhere at least. */
export function administersKind(holdings: Holdings, kind: PermissionKind): Certainty {
  switch (kind) {
    case "view":
      return any([
        ...administering.map((permission) => onPlace(holdings, holdings.elsewhere, permission)),
        ...[...holdings.views.keys()].map((id) => administersView(holdings, id)),
      ]);
    case "organization":
      return onOrganization(holdings, "ChangeOrganizationPermissions");
    case "system":
      return onSystem(holdings, "ChangeSystemPermissions");
    default:
      return kind satisfies never;
  }
}

/**
 * Whether a permission of a kind is held; one of the view kind, on every repository and view that is named. Of a name that the catalogue
 * does not have, nobody but root certainly holds what it stands for.
 */
export function holds(holdings: Holdings, kind: PermissionKind, name: string, viewIds: readonly string[]): Certainty {
  const answer = (): Certainty => {
    switch (kind) {
      case "view":
        return all(viewIds.map((id) => onPlace(holdings, holdings.views.get(id) ?? holdings.elsewhere, name)));
      case "organization":
        return has(holdings.organization, name);
      case "system":
        return has(holdings.system, name);
      default:
        return kind satisfies never;
    }
  };
  if (permissionCatalogues[kind].some((entry) => entry.name === name) || isRoot(holdings)) return answer();
  return answer() === false ? false : "unknown";
}

/**
 * Whether a permission may be handed out in a token. Granting does so, and so does rotating a token that has it, since that shows the
 * secret (our assumption): it takes holding it. What every view token gets unasked may always be handed out.
 */
export function mayGive(holdings: Holdings, kind: PermissionKind, name: string, viewIds: readonly string[]): Certainty {
  if (kind === "view" && name === grantedToViewTokens) return true;
  return holds(holdings, kind, name, viewIds);
}

/** Whether everything is held. */
export function isRoot(holdings: Holdings): boolean {
  return holdings.system === "all";
}

/** Whether everything but system permissions is held at least. */
export function isOwner(holdings: Holdings): boolean {
  return holdings.organization === "all";
}

/** Each of these lets its holder administer a repository or view; whoever changes permissions everywhere may do so on each. */
const administering = ["ChangeViewOrRepositoryPermissions", "ChangeUserAccess"] as const satisfies readonly ViewPermission[];

function onPlace(holdings: Holdings, held: Held, name: string): Certainty {
  const everywhere =
    administering.some((permission) => permission === name) && onOrganization(holdings, "ChangeAllViewOrRepositoryPermissions");
  const here = any([has(held, name), all((partsOf(name) ?? [name]).map((part) => has(held, part)))]);
  return any([everywhere, here]);
}

function has(held: Held, name: string): Certainty {
  switch (held) {
    case "all":
      return true;
    case "unknown":
      return "unknown";
    default:
      return held.has(name);
  }
}

function any(answers: readonly Certainty[]): Certainty {
  return answers.includes(true) || (answers.includes("unknown") && "unknown");
}

function all(answers: readonly Certainty[]): Certainty {
  return !answers.includes(false) && (answers.includes("unknown") ? "unknown" : true);
}
