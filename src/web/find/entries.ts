import { findingRows, findingRules } from "#domain/findings/rules.ts";
import { inventoryTraits } from "#domain/inventory/item.ts";
import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { facetTitles } from "#web/inventory/facetWords.ts";
import { isDisuse, lastUseWords } from "#web/inventory/lastUseWords.ts";
import { facetSpecials, inventoryLink, type FacetName } from "#web/inventory/link.ts";
import { ageWords, stateWords } from "#web/inventory/states.ts";
import { paths } from "#web/paths.ts";

import { acts, type PlaceAction, type Place } from "./places.ts";

/** What the caller is known to have the right to, as far as it is known. */
export interface FindRights {
  /** Whether tokens of a kind can be made; undefined where that is not known. */
  readonly createToken: Readonly<Partial<Record<TokenKind, boolean>>>;
  readonly createIngestToken?: boolean | undefined;
  /** A repository, or a view: one right is for both. */
  readonly createRepository?: boolean | undefined;
  readonly changeIpFilters?: boolean | undefined;
  readonly viewPeople?: boolean | undefined;
  readonly createUser?: boolean | undefined;
  /** Whether groups and roles are listed to the caller. */
  readonly viewRoles?: boolean | undefined;
  readonly changeRoles?: boolean | undefined;
  readonly viewFleet?: boolean | undefined;
  readonly changeFleet?: boolean | undefined;
  readonly viewPolicies?: boolean | undefined;
  readonly viewIpFilters?: boolean | undefined;
  /** Whether the server records when tokens are used: without a record nothing proves disuse. */
  readonly recordsUse?: boolean | undefined;
}

/** A page or an action that Find offers by its name. */
interface Entry {
  readonly label: string;
  /** Other words that people look for it by. */
  readonly words?: string;
  /** Whether it stands there before anything is typed. */
  readonly menu?: true;
  /** Left out where this is false. */
  readonly offered?: (rights: FindRights) => boolean | undefined;
}

/** Found by the names of what they show; see `places.ts`. */
const byName: readonly never[] = [];

/**
 * How Find leads to each link of the app. The compiler asks for a new one, so that none is forgotten: by what it is called, or
 * {@link byName}.
 */
const linked = {
  overview: [{ label: "Overview", words: "home start", menu: true, to: paths.overview }],
  firstSteps: [{ label: "First steps", words: "begin start new empty organization setup onboarding", to: paths.firstSteps }],
  // Whoever can open Find is signed in.
  signIn: [],
  policies: [
    {
      label: "Security policies",
      words: "rules maximum lifetime",
      menu: true,
      to: paths.policies,
      offered: ({ viewPolicies }) => viewPolicies,
    },
  ],
  policiesOf: tokenKinds.map((kind) => ({
    label: `Security policy of ${kindTraits[kind].noun} tokens`,
    to: paths.policiesOf(kind),
    offered: ({ viewPolicies }) => viewPolicies,
  })),
  activity: [{ label: "Activity", words: "audit trail records who did what history log", menu: true, to: paths.activity }],
  sessions: [{ label: "Sessions", words: "signed in sign out end revoke browser link", menu: true, to: paths.sessions }],
  sessionsOf: byName,
  people: [
    {
      label: "People",
      words: "users accounts who may rights roles root owner",
      menu: true,
      to: paths.people,
      offered: ({ viewPeople }) => viewPeople,
    },
  ],
  newPerson: [
    { label: "Create a user", words: "new add people account", to: paths.newPerson, offered: ({ createUser }) => createUser },
  ],
  person: byName,
  groups: [
    {
      label: "Groups",
      words: "people members teams roles who may",
      to: paths.groups,
      offered: ({ viewRoles }) => viewRoles,
    },
  ],
  newGroup: [
    { label: "Create a group", words: "new add people team", to: paths.newGroup, offered: ({ createUser }) => createUser },
  ],
  group: byName,
  roles: [
    {
      label: "Roles",
      words: "people permissions rights who may",
      to: paths.roles,
      offered: ({ viewRoles }) => viewRoles,
    },
  ],
  newRole: [
    { label: "Create a role", words: "new add people permissions", to: paths.newRole, offered: ({ changeRoles }) => changeRoles },
  ],
  role: byName,
  changeRole: byName,
  repositories: [
    { label: "Repositories and views", words: "retention joins connections where data goes", menu: true, to: paths.repositories },
  ],
  newRepository: [
    {
      label: "Create a repository",
      words: "new add",
      to: paths.newRepository,
      offered: ({ createRepository }) => createRepository,
    },
  ],
  newView: [
    { label: "Create a view", words: "new add join", to: paths.newView, offered: ({ createRepository }) => createRepository },
  ],
  repository: byName,
  recovery: [{ label: "Recovery", words: "restore kit undo", menu: true, to: paths.recovery }],
  incident: [
    { label: "Incident", words: "leak breach stolen compromised made changed used user token address", to: paths.incident },
  ],
  incidentOf: byName,
  ipFilterWithout: byName,
  ipFilters: [
    {
      label: "IP filters",
      words: "addresses allowlist change delete",
      menu: true,
      to: paths.ipFilters,
      offered: ({ viewIpFilters }) => viewIpFilters,
    },
  ],
  newIpFilter: [
    { label: "Create an IP filter", words: "new add", to: paths.newIpFilter, offered: ({ changeIpFilters }) => changeIpFilters },
  ],
  ipFilter: byName,
  tokens: [{ label: "All tokens", words: "inventory", menu: true, to: paths.tokens }],
  renewals: [{ label: "Renewals", words: "renew successors replace pairs guesses", menu: true, to: paths.renewals }],
  leaks: [{ label: "Leaks", words: "leaked secret log search lost", menu: true, to: paths.leaks }],
  resources: [
    {
      label: "Resources",
      words: "kubernetes operator humio-operator yaml check gitops custom resource drift",
      menu: true,
      to: paths.resources,
    },
  ],
  notices: [{ label: "Notices of tokens that expire", words: "webhook deliveries warn expiring reminders", to: paths.notices }],
  compareTokens: [{ label: "Compare tokens", words: "rights side by side difference", to: paths.compareTokens }],
  // Of ingest and fleet tokens they are the two below.
  tokensOf: tokenKinds.map((kind) => ({ label: `${inventoryTraits[kind].title} tokens`, menu: true, to: paths.tokensOf(kind) })),
  newToken: tokenKinds.map((kind) => ({
    label: `Create ${kind === "organization" ? "an" : "a"} ${kindTraits[kind].noun} token`,
    words: "new add",
    to: paths.newToken(kind),
    offered: ({ createToken }) => createToken[kind],
  })),
  token: byName,
  tokenPermissions: byName,
  ingestTokens: [{ label: "Ingest tokens", words: "shippers", menu: true, to: paths.ingestTokens }],
  newIngestToken: [
    {
      label: "Create an ingest token",
      words: "new add shipper",
      to: paths.newIngestToken(),
      offered: ({ createIngestToken }) => createIngestToken,
    },
  ],
  ingestRepository: byName,
  ingestToken: byName,
  fleetTokens: [
    {
      label: "Fleet tokens",
      words: "collectors enrol install",
      menu: true,
      to: paths.fleetTokens,
      offered: ({ viewFleet }) => viewFleet,
    },
  ],
  newFleetToken: [
    { label: "Create a fleet token", words: "new add enrol", to: paths.newFleetToken, offered: ({ changeFleet }) => changeFleet },
  ],
  fleetToken: byName,
  rollOut: [
    {
      label: "Roll out collectors",
      words: "install enrol agents shippers machines steps way fleet rollout",
      to: paths.rollOut,
      offered: ({ viewFleet }) => viewFleet,
    },
  ],
  collectorConfigurations: [
    {
      label: "Collector configurations",
      words: "fleet yaml change delete",
      menu: true,
      to: paths.collectorConfigurations,
      offered: ({ viewFleet }) => viewFleet,
    },
  ],
  newCollectorConfiguration: [
    {
      label: "Create a collector configuration",
      words: "new add fleet yaml",
      to: paths.newCollectorConfiguration,
      offered: ({ changeFleet }) => changeFleet,
    },
  ],
  collectorConfiguration: byName,
} as const satisfies Record<keyof typeof paths, readonly (Entry & { readonly to: string })[]>;

/** What can be done on any page. */
const done = {
  "read-again": { label: "Read again what this page shows", words: "refresh reload" },
  shortcuts: { label: "List the keyboard shortcuts", words: "keys help" },
  light: { label: "Appearance: light", words: "theme colours mode" },
  dark: { label: "Appearance: dark", words: "theme colours mode night" },
  "as-system": { label: "Appearance: as the system", words: "theme colours mode" },
  "sign-out": { label: "Sign out", words: "log out leave end session" },
} as const satisfies Record<PlaceAction, Entry>;

/** What is done in the list, where it is chosen with which tokens. */
const inTheList = [
  { label: "Delete tokens, chosen in the list", words: "remove revoke", to: paths.tokens },
  { label: "Renew tokens, chosen in the list", words: "successor extend expiry new secret", to: paths.tokens },
  { label: "Rotate tokens, chosen in the list", words: "new secret", to: paths.tokens },
  { label: "Change permissions of tokens, chosen in the list", words: "rights", to: paths.tokens },
  {
    label: "Set the parser of ingest tokens, chosen in the list",
    words: "change assign",
    to: paths.ingestTokens,
    offered: ({ createIngestToken }) => createIngestToken,
  },
  { label: "Save evidence of the listed tokens", words: "export report print csv json file", to: paths.tokens },
] as const satisfies readonly (Entry & { readonly to: string })[];

/** The list of all tokens, narrowed to each value that is the same in every organization. */
const narrowed: readonly (Entry & { readonly to: string })[] = [
  ...valuesOf("state", stateWords),
  ...valuesOf("use", lastUseWords).map((entry) =>
    isDisuse(entry.value) ? { ...entry, offered: ({ recordsUse }: FindRights) => recordsUse } : entry,
  ),
  ...valuesOf("age", ageWords),
  ...valuesOf("filter", { [facetSpecials.noFilter]: "None", [facetSpecials.refusesOwn]: "Refuses its own last address" }),
  ...valuesOf("finding", Object.fromEntries(findingRules.map((rule) => [rule, findingRows[rule].title]))),
];

function valuesOf(facet: FacetName, words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, said]) => ({
    value,
    label: `${facetTitles[facet]}: ${said}`,
    words: "tokens",
    to: inventoryLink({ [facet]: [value] }),
  }));
}

interface Offer extends Entry {
  readonly group: "Pages" | "Actions" | "Lists of tokens";
  readonly leads: Place["leads"];
}

const offers: readonly Offer[] = [
  ...Object.values(linked)
    .flat()
    .map(({ to, ...entry }): Offer => ({
      group: entry.label.startsWith("Create") ? "Actions" : "Pages",
      leads: { to },
      ...entry,
    })),
  ...inTheList.map(({ to, ...entry }): Offer => ({ group: "Actions", leads: { to }, ...entry })),
  ...acts.map((act): Offer => ({ group: "Actions", leads: { act }, ...done[act] })),
  ...narrowed.map(({ to, ...entry }): Offer => ({ group: "Lists of tokens", leads: { to }, ...entry })),
];

/** The pages and actions that have every word of a text, in any case, best first; without a text, the pages of the menu. */
export function entryPlaces(text: string, rights: FindRights): readonly Place[] {
  const wanted = text.toLowerCase();
  const words = wanted.split(/\s+/u);
  return offers.flatMap(({ group, label, words: others = "", menu, leads, offered }) => {
    if (offered?.(rights) === false) return [];
    const title = label.toLowerCase();
    if (wanted === "") return menu === true ? [{ group, label, leads, rank: 1 as const }] : [];
    if (!words.every((word) => `${title} ${others}`.includes(word))) return [];
    const rank = title === wanted ? 0 : title.startsWith(wanted) ? 1 : words.every((word) => title.includes(word)) ? 2 : 4;
    return [{ group, label, leads, rank }];
  });
}
