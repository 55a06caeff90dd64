import { isValidElement, Suspense } from "react";
import { createRoutesFromElements, matchRoutes, Navigate, Route, useLocation, useRoutes } from "react-router";

import { tokenKinds } from "#domain/token/kinds.ts";

import { loadPart } from "./api/loadPart.ts";
import { paths } from "./paths.ts";
import { NotFoundPage } from "./shell/NotFoundPage.tsx";
import { PageBoundary } from "./shell/PageBoundary.tsx";
import { lazy, loadAhead } from "./ui/lazyPage.tsx";
import { LoadingShape } from "./ui/LoadingShape.tsx";

const OverviewPage = lazy(() =>
  loadPart(() => import("./overview/OverviewPage.tsx").then((module) => ({ default: module.OverviewPage }))),
);
const AllTokensPage = lazy(() =>
  loadPart(() => import("./inventory/AllTokensPage.tsx").then((module) => ({ default: module.AllTokensPage }))),
);
const ComparePage = lazy(() =>
  loadPart(() => import("./inventory/compare/ComparePage.tsx").then((module) => ({ default: module.ComparePage }))),
);
const TokensPage = lazy(() =>
  loadPart(() => import("./tokens/TokensPage.tsx").then((module) => ({ default: module.TokensPage }))),
);
const CreatePage = lazy(() =>
  loadPart(() => import("./tokens/CreatePage.tsx").then((module) => ({ default: module.CreatePage }))),
);
const TokenPage = lazy(() => loadPart(() => import("./tokens/TokenPage.tsx").then((module) => ({ default: module.TokenPage }))));
const PermissionsPage = lazy(() =>
  loadPart(() => import("./tokens/PermissionsPage.tsx").then((module) => ({ default: module.PermissionsPage }))),
);
const PoliciesPage = lazy(() =>
  loadPart(() => import("./policies/PoliciesPage.tsx").then((module) => ({ default: module.PoliciesPage }))),
);
const ActivityPage = lazy(() =>
  loadPart(() => import("./activity/ActivityPage.tsx").then((module) => ({ default: module.ActivityPage }))),
);
const RecoveryPage = lazy(() =>
  loadPart(() => import("./recovery/RecoveryPage.tsx").then((module) => ({ default: module.RecoveryPage }))),
);
const IncidentPage = lazy(() =>
  loadPart(() => import("./incident/IncidentPage.tsx").then((module) => ({ default: module.IncidentPage }))),
);
const SessionsPage = lazy(() =>
  loadPart(() => import("./sessions/SessionsPage.tsx").then((module) => ({ default: module.SessionsPage }))),
);
const PeoplePage = lazy(() =>
  loadPart(() => import("./people/PeoplePage.tsx").then((module) => ({ default: module.PeoplePage }))),
);
const GroupsPage = lazy(() =>
  loadPart(() => import("./people/groups/GroupsPage.tsx").then((module) => ({ default: module.GroupsPage }))),
);
const GroupPage = lazy(() =>
  loadPart(() => import("./people/groups/GroupPage.tsx").then((module) => ({ default: module.GroupPage }))),
);
const RolesPage = lazy(() =>
  loadPart(() => import("./people/roles/RolesPage.tsx").then((module) => ({ default: module.RolesPage }))),
);
const RolePage = lazy(() =>
  loadPart(() => import("./people/roles/RolePage.tsx").then((module) => ({ default: module.RolePage }))),
);
const PersonPage = lazy(() =>
  loadPart(() => import("./people/PersonPage.tsx").then((module) => ({ default: module.PersonPage }))),
);
const PlacesPage = lazy(() =>
  loadPart(() => import("./places/PlacesPage.tsx").then((module) => ({ default: module.PlacesPage }))),
);
const PlacePage = lazy(() => loadPart(() => import("./places/PlacePage.tsx").then((module) => ({ default: module.PlacePage }))));
const IpFiltersPage = lazy(() =>
  loadPart(() => import("./ip-filters/IpFiltersPage.tsx").then((module) => ({ default: module.IpFiltersPage }))),
);
const NewIpFilterPage = lazy(() =>
  loadPart(() => import("./ip-filters/NewIpFilterPage.tsx").then((module) => ({ default: module.NewIpFilterPage }))),
);
const IpFilterPage = lazy(() =>
  loadPart(() => import("./ip-filters/IpFilterPage.tsx").then((module) => ({ default: module.IpFilterPage }))),
);

const IngestTokensPage = lazy(() =>
  loadPart(() => import("./ingest/IngestTokensPage.tsx").then((module) => ({ default: module.IngestTokensPage }))),
);
const CreateIngestTokenPage = lazy(() =>
  loadPart(() => import("./ingest/CreateIngestTokenPage.tsx").then((module) => ({ default: module.CreateIngestTokenPage }))),
);
const IngestTokenPage = lazy(() =>
  loadPart(() => import("./ingest/IngestTokenPage.tsx").then((module) => ({ default: module.IngestTokenPage }))),
);
const FormerIngestLink = lazy(() =>
  loadPart(() => import("#web/ingest/FormerIngestLink.tsx").then((module) => ({ default: module.FormerIngestLink }))),
);

const FleetTokensPage = lazy(() =>
  loadPart(() => import("./fleet/FleetTokensPage.tsx").then((module) => ({ default: module.FleetTokensPage }))),
);
const FleetTokenPage = lazy(() =>
  loadPart(() => import("./fleet/FleetTokenPage.tsx").then((module) => ({ default: module.FleetTokenPage }))),
);
const ConfigurationsPage = lazy(() =>
  loadPart(() => import("./fleet/ConfigurationsPage.tsx").then((module) => ({ default: module.ConfigurationsPage }))),
);
const ConfigurationPage = lazy(() =>
  loadPart(() => import("./fleet/ConfigurationPage.tsx").then((module) => ({ default: module.ConfigurationPage }))),
);

const RollOutPage = lazy(() =>
  loadPart(() => import("./roll-out/RollOutPage.tsx").then((module) => ({ default: module.RollOutPage }))),
);

const RenewalsPage = lazy(() =>
  loadPart(() => import("./renewal/RenewalsPage.tsx").then((module) => ({ default: module.RenewalsPage }))),
);
const LeaksPage = lazy(() => loadPart(() => import("./leaks/LeaksPage.tsx").then((module) => ({ default: module.LeaksPage }))));
const ResourcesPage = lazy(() =>
  loadPart(() => import("./resources/ResourcesPage.tsx").then((module) => ({ default: module.ResourcesPage }))),
);

const NoticesPage = lazy(() =>
  loadPart(() => import("./notices/NoticesPage.tsx").then((module) => ({ default: module.NoticesPage }))),
);

/** Every page, by its link. */
const pages = (
  <>
    <Route path={paths.overview} element={<OverviewPage />} />
    <Route path={paths.renewals} element={<RenewalsPage />} />
    <Route path={paths.leaks} element={<LeaksPage />} />
    <Route path={paths.resources} element={<ResourcesPage />} />
    <Route path={paths.notices} element={<NoticesPage />} />
    <Route path={paths.policies} element={<PoliciesPage />} />
    <Route path={paths.activity} element={<ActivityPage />} />
    <Route path={paths.recovery} element={<RecoveryPage />} />
    <Route path={paths.incident} element={<IncidentPage />} />
    <Route path={paths.sessions} element={<SessionsPage />} />
    <Route path={paths.people} element={<PeoplePage />} />
    <Route path={paths.groups} element={<GroupsPage />} />
    <Route path={`${paths.groups}/:id`} element={<GroupPage />} />
    <Route path={paths.roles} element={<RolesPage />} />
    <Route path={paths.newRole} element={<RolesPage creating />} />
    <Route path={`${paths.roles}/:id`} element={<RolePage />} />
    <Route path={`${paths.roles}/:id/change`} element={<RolePage changing />} />
    <Route path={`${paths.people}/:id`} element={<PersonPage />} />
    <Route path={paths.repositories} element={<PlacesPage />} />
    <Route path={`${paths.repositories}/place`} element={<PlacePage />} />
    <Route path={paths.ipFilters} element={<IpFiltersPage />} />
    <Route path={paths.newIpFilter} element={<NewIpFilterPage />} />
    <Route path={`${paths.ipFilters}/:id`} element={<IpFilterPage />} />
    <Route path={paths.tokens} element={<AllTokensPage />} />
    <Route path={paths.compareTokens} element={<ComparePage />} />
    {tokenKinds.map((kind) => (
      <Route key={kind} path={paths.tokensOf(kind)}>
        <Route index element={<TokensPage key={kind} kind={kind} />} />
        <Route path="new" element={<CreatePage kind={kind} />} />
        <Route path=":id" element={<TokenPage kind={kind} />} />
        <Route path=":id/permissions" element={<PermissionsPage kind={kind} />} />
      </Route>
    ))}
    <Route path={paths.ingestTokens}>
      <Route index element={<IngestTokensPage />} />
      <Route path="new" element={<CreateIngestTokenPage />} />
      <Route path="in" element={<IngestTokensPage />} />
      <Route path="in/*" element={<FormerIngestLink />} />
      <Route path="token" element={<IngestTokenPage />} />
    </Route>
    <Route path={paths.fleetTokens} element={<FleetTokensPage />} />
    <Route path={`${paths.fleetTokens}/:handle`} element={<FleetTokenPage />} />
    <Route path={paths.rollOut} element={<RollOutPage />} />
    <Route path={paths.collectorConfigurations} element={<ConfigurationsPage />} />
    <Route path={`${paths.collectorConfigurations}/:id`} element={<ConfigurationPage />} />
    <Route path={paths.signIn} element={<Navigate to={paths.overview} replace />} />
    <Route path="*" element={<NotFoundPage />} />
  </>
);

const routes = createRoutesFromElements(pages);

/** Loads the page at a path. Never rejects: where the page does not come, it says so itself. */
export async function loadPageAt(path: string): Promise<void> {
  const matches = matchRoutes(routes, path) ?? [];
  await Promise.allSettled(
    matches.map(({ route: { element } }) => loadAhead(isValidElement(element) ? element.type : undefined)),
  );
}

/** Every page, each loaded when it is first opened. */
export function AppRoutes() {
  const { pathname } = useLocation();
  return (
    <PageBoundary key={pathname}>
      <Suspense fallback={<LoadingShape label="Loading the page" shape="page" />}>
        <Page />
      </Suspense>
    </PageBoundary>
  );
}

function Page() {
  return useRoutes(routes);
}
