import { join } from "node:path";

import type { Plugin, Rolldown } from "vite";

import { paths } from "../src/web/paths.ts";

const web = join(import.meta.dirname, "../src/web");

/** Token kinds that have a list, a form and pages of one kind each. */
const kinds = `${paths.tokens}/(?:personal|view|organization|system)`;

/**
 * The module of each page, by the pattern of its path. The server has a page's scripts loaded while the browser still reads its first lines;
 * a page that is missing here loads them one after the other.
 */
export const pageModules: readonly (readonly [path: string, module: string])[] = [
  [paths.overview, "overview/OverviewPage.tsx"],
  [paths.tokens, "inventory/AllTokensPage.tsx"],
  [paths.compareTokens, "inventory/compare/ComparePage.tsx"],
  [kinds, "tokens/TokensPage.tsx"],
  [`${kinds}/new`, "tokens/CreatePage.tsx"],
  [`${kinds}/[^/]+`, "tokens/TokenPage.tsx"],
  [`${kinds}/[^/]+/permissions`, "tokens/PermissionsPage.tsx"],
  [paths.policies, "policies/PoliciesPage.tsx"],
  [paths.activity, "activity/ActivityPage.tsx"],
  [paths.recovery, "recovery/RecoveryPage.tsx"],
  [paths.incident, "incident/IncidentPage.tsx"],
  [paths.sessions, "sessions/SessionsPage.tsx"],
  [paths.people, "people/PeoplePage.tsx"],
  [paths.groups, "people/groups/GroupsPage.tsx"],
  [`${paths.groups}/[^/]+`, "people/groups/GroupPage.tsx"],
  [paths.roles, "people/roles/RolesPage.tsx"],
  [paths.newRole, "people/roles/RolesPage.tsx"],
  [`${paths.roles}/[^/]+(?:/change)?`, "people/roles/RolePage.tsx"],
  [`${paths.people}/[^/]+`, "people/PersonPage.tsx"],
  [paths.repositories, "places/PlacesPage.tsx"],
  [`${paths.repositories}/place`, "places/PlacePage.tsx"],
  [paths.rollOut, "roll-out/RollOutPage.tsx"],
  [paths.ipFilters, "ip-filters/IpFiltersPage.tsx"],
  [paths.newIpFilter, "ip-filters/NewIpFilterPage.tsx"],
  [`${paths.ipFilters}/[^/]+`, "ip-filters/IpFilterPage.tsx"],
  [paths.ingestTokens, "ingest/IngestTokensPage.tsx"],
  [`${paths.ingestTokens}/in`, "ingest/IngestTokensPage.tsx"],
  [`${paths.ingestTokens}/in/.+`, "ingest/FormerIngestLink.tsx"],
  [`${paths.ingestTokens}/new`, "ingest/CreateIngestTokenPage.tsx"],
  [`${paths.ingestTokens}/token`, "ingest/IngestTokenPage.tsx"],
  [paths.fleetTokens, "fleet/FleetTokensPage.tsx"],
  [`${paths.fleetTokens}/[^/]+`, "fleet/FleetTokenPage.tsx"],
  [paths.collectorConfigurations, "fleet/ConfigurationsPage.tsx"],
  [`${paths.collectorConfigurations}/[^/]+`, "fleet/ConfigurationPage.tsx"],
  [paths.renewals, "renewal/RenewalsPage.tsx"],
  [paths.leaks, "leaks/LeaksPage.tsx"],
  [paths.resources, "resources/ResourcesPage.tsx"],
  [paths.notices, "notices/NoticesPage.tsx"],
];

/** Writes down which scripts each page needs before anything of it is seen, for the server to name them in the page. */
export function preloads(): Plugin {
  return {
    name: "preloads",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const of = (...modules: string[]) => scriptsOf(chunks, ["start.tsx", ...modules]);
      const pages = pageModules.map(([path, module]) => ({ path: `^${path}$`, scripts: of("shell/SignedIn.tsx", module) }));
      this.emitFile({
        type: "asset",
        fileName: ".vite/preloads.json",
        source: JSON.stringify({ signIn: of("sign-in/SignInPage.tsx"), shell: of("shell/SignedIn.tsx"), pages }),
      });
    },
  };
}

/** The scripts of modules and of all that they import, without those of the app's entry, which the page names itself. */
function scriptsOf(chunks: readonly Rolldown.OutputChunk[], modules: readonly string[]): readonly string[] {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const closure = (files: readonly string[]) => {
    const found = new Set(files);
    for (const file of found) for (const imported of byFile.get(file)?.imports ?? []) found.add(imported);
    return found;
  };
  const entry = closure(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  const wanted = modules.map((module) => {
    const file = join(web, module);
    const chunk =
      chunks.find(({ facadeModuleId }) => facadeModuleId === file) ?? chunks.find(({ moduleIds }) => moduleIds.includes(file));
    if (chunk === undefined) throw new Error(`scripts/preloads.ts names ${module}, which is no part of the app.`);
    return chunk.fileName;
  });
  // The bundler's helpers, which stand in the entry, are still named where they stood.
  return [...closure(wanted)].filter((file) => byFile.has(file) && !entry.has(file));
}
