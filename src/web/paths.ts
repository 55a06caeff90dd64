import type { InventoryKind } from "#domain/inventory/item.ts";
import type { TokenKind } from "#domain/token/kinds.ts";

/**
 * The link of every page. Names that people choose stand in the query alone: in a path some are read as something else (`a%2Fb` as `a/b`,
 * `..` as a step up), by the router, the browser or a proxy. Ids, and hashes that stand for something, may stand in a path.
 */
export const paths = {
  overview: "/",
  /** The overview with the first steps, whoever has hidden them. */
  firstSteps: "/?first-steps",
  renewals: "/renewals",
  leaks: "/leaks",
  resources: "/resources",
  signIn: "/sign-in",
  notices: "/notices",
  policies: "/policies",
  /** The part about one kind. */
  policiesOf: (kind: TokenKind) => `/policies#policy-${kind}`,
  recovery: "/recovery",
  incident: "/incident",
  /** Everything that somebody or something made, changed and used. */
  incidentOf: (subject: { readonly user: string } | { readonly token: string } | { readonly address: string }) =>
    `/incident${query(subject)}`,
  activity: "/activity",
  sessions: "/sessions",
  /** The list of one user's. */
  sessionsOf: (userId: string) => `/sessions${query({ user: userId })}`,
  people: "/people",
  /** The list with the form of a new user. */
  newPerson: "/people?new",
  /** A user's page, by the user's id. */
  person: (id: string) => `/people/${encodeURIComponent(id)}`,
  groups: "/people/groups",
  /** The list with the form of a new one. */
  newGroup: "/people/groups?new",
  group: (id: string) => `/people/groups/${encodeURIComponent(id)}`,
  roles: "/people/roles",
  /** The form of a new role, a page of its own: it is not left unasked with something typed. */
  newRole: "/people/roles/new",
  role: (id: string) => `/people/roles/${encodeURIComponent(id)}`,
  /** The form that changes it. */
  changeRole: (id: string) => `/people/roles/${encodeURIComponent(id)}/change`,
  /** Repositories and views, in one list. */
  repositories: "/repositories",
  /** The list with the form of a new repository, or of a new view. */
  newRepository: "/repositories?new=repository",
  newView: "/repositories?new=view",
  /** The page of a repository or view, by its name. */
  repository: (name: string) => `/repositories/place${query({ name })}`,
  ipFilters: "/ip-filters",
  newIpFilter: "/ip-filters/new",
  ipFilter: (id: string) => `/ip-filters/${encodeURIComponent(id)}`,
  /** Its form, with a proposal to refuse an address. */
  ipFilterWithout: (id: string, address: string) => `/ip-filters/${encodeURIComponent(id)}${query({ refuse: address })}`,
  tokens: "/tokens",
  compareTokens: "/tokens/compare",
  tokensOf: (kind: InventoryKind) => `/tokens/${kind}`,
  /** The form of a new one, filled in where there is anything to fill in: see `tokens/formLink.ts`. */
  newToken: (kind: TokenKind, filledIn = "") => `/tokens/${kind}/new${filledIn === "" ? "" : `?${filledIn}`}`,
  token: (kind: TokenKind, id: string) => `/tokens/${kind}/${encodeURIComponent(id)}`,
  tokenPermissions: (kind: TokenKind, id: string) => `/tokens/${kind}/${encodeURIComponent(id)}/permissions`,
  ingestTokens: "/tokens/ingest",
  /** The form of a new one, for a repository where one is named. */
  newIngestToken: (repository?: string) => `/tokens/ingest/new${repository === undefined ? "" : query({ repository })}`,
  /** The list of one repository, narrowed where something is searched for. */
  ingestRepository: (repository: string, search?: string) =>
    `/tokens/ingest/in${query({ repository, ...(search !== undefined && { q: search }) })}`,
  ingestToken: (repository: string, name: string) => `/tokens/ingest/token${query({ repository, name })}`,
  fleetTokens: "/tokens/fleet",
  /** The list with the form of a new one. */
  newFleetToken: "/tokens/fleet?new",
  /** `handle` stands for the token's value: see `logscale/fleetHandle.ts`. */
  fleetToken: (handle: string) => `/tokens/fleet/${encodeURIComponent(handle)}`,
  /** The way from a repository to collectors that send; see `roll-out/choice.ts` for what it remembers. */
  rollOut: "/roll-out",
  collectorConfigurations: "/fleet/configurations",
  /** The list with the form of a new one. */
  newCollectorConfiguration: "/fleet/configurations?new",
  collectorConfiguration: (id: string) => `/fleet/configurations/${encodeURIComponent(id)}`,
} as const;

function query(parameters: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(parameters).toString()}`;
}
