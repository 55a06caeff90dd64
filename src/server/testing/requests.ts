import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { usualThresholds } from "#domain/inventory/thresholds.ts";

import { openPolicies, type Callers } from "./callers.ts";

/** Mutations that are refused to everybody, also to who may make them: the server has nothing that they could change. */
export const neverCarriedOut: readonly string[] = ["s3ConfigureArchiving", "s3DisableArchiving", "s3EnableArchiving"];

/** The smallest request for each root field that succeeds for a caller who may make it. */
export function requests(world: Callers): Readonly<Record<string, string>> {
  const { tokens, users, filters, sandbox, role, mixed, group, holders, fleet } = world;
  const text = (value: string) => JSON.stringify(value);
  const assigned = (groupId: string, viewId?: string) =>
    `{ groupId: ${text(groupId)}, roleId: ${text(mixed)}${viewId === undefined ? "" : `, viewId: ${text(viewId)}`} }`;
  const named = `name: "new"`;
  const policies = Object.entries({ ...openPolicies, viewPermissionTokensAllowPermissionUpdates: false })
    .map(([field, value]) => `${field}: ${value}`)
    .join(", ");
  return {
    currentUser: "currentUser { id }",
    featureFlags: "featureFlags { flag }",
    defaultFleetInstallationToken: "defaultFleetInstallationToken { name }",
    fleetInstallationToken: `fleetInstallationToken(id: ${text(fleet.token)}) { name }`,
    fleetInstallationTokenByHandle: `fleetInstallationTokenByHandle(handle: ${text(handleOf(fleet.token))}) { name }`,
    fleetInstallationTokens: "fleetInstallationTokens { name }",
    group: `group(groupId: ${text(group)}) { id }`,
    groupByDisplayName: `groupByDisplayName(displayName: "staff") { id }`,
    groupsPage: "groupsPage(pageNumber: 1, pageSize: 50) { page { id } }",
    ipFilters: "ipFilters { id }",
    logCollectorConfiguration: `logCollectorConfiguration(id: ${text(fleet.configuration)}) { id }`,
    meta: "meta { version }",
    organization: "organization { id }",
    personalTokens: "personalTokens(sortBy: Name) { totalResults }",
    browserSessions: "browserSessions { totalResults }",
    repositories: "repositories { id }",
    repository: `repository(name: "sandbox") { id }`,
    role: `role(roleId: ${text(role)}) { id }`,
    roles: "roles { id }",
    searchDomain: `searchDomain(name: "sandbox") { id }`,
    searchDomains: "searchDomains { id }",
    searchFleetInstallationTokens: "searchFleetInstallationTokens { totalResults }",
    searchLogCollectorConfigurations: "searchLogCollectorConfigurations { totalResults }",
    token: `token(tokenId: ${text(tokens.view)}) { id }`,
    tokens: "tokens(sortBy: Name) { totalResults }",
    tokenPage: "tokenPage(kinds: [personal, view, organization, system], sortBy: Name) { totalResults }",
    tokenVisibility: "tokenVisibility { personal view organization system }",
    user: `user(id: ${text(users.victim)}) { id }`,
    users: "users { id }",
    validateToken: `validateToken(jwtToken: "none")`,
    viewer: "viewer { id }",
    addIngestTokenV3: `addIngestTokenV3(input: { repositoryName: "sandbox", ${named}, parser: "json" }) { name token }`,
    assignParserToIngestTokenV2: `assignParserToIngestTokenV2(input: {
      repositoryName: "sandbox", tokenName: "shipper", parser: "json" }) { name }`,
    createParserV2: `createParserV2(input: { repositoryName: "sandbox", ${named}, script: "", testCases: [],
      fieldsToTag: [], fieldsToBeRemovedBeforeParsing: [] }) { id }`,
    deleteParser: `deleteParser(input: { repositoryName: "sandbox", id: ${text(world.parser)} }) { result }`,
    updateParserV2: `updateParserV2(input: { repositoryName: "sandbox", id: ${text(world.parser)}, script: { script: "kvParse()" } }) { id }`,
    removeIngestToken: `removeIngestToken(repositoryName: "sandbox", name: "shipper") { result }`,
    unassignIngestToken: `unassignIngestToken(repositoryName: "sandbox", tokenName: "shipper") { repository { id } }`,
    addGroup: `addGroup(displayName: "new") { group { id } }`,
    addUsersToGroup: `addUsersToGroup(input: { groupId: ${text(group)}, users: [${text(users.user)}] }) { group { id } }`,
    addUserV2: `addUserV2(input: { username: "new" }) { __typename }`,
    assignOrganizationRoleToGroup: `assignOrganizationRoleToGroup(input: ${assigned(group)}) { group { role { id } } }`,
    assignRoleToGroup: `assignRoleToGroup(input: ${assigned(group, sandbox)}) { group { role { id } } }`,
    assignSystemRoleToGroup: `assignSystemRoleToGroup(input: ${assigned(group)}) { group { role { id } } }`,
    unassignOrganizationRoleFromGroup: `unassignOrganizationRoleFromGroup(input: ${assigned(holders)}) { group { id } }`,
    unassignRoleFromGroup: `unassignRoleFromGroup(input: ${assigned(holders, sandbox)}) { group { id } }`,
    unassignSystemRoleFromGroup: `unassignSystemRoleFromGroup(input: ${assigned(holders)}) { group { id } }`,
    assignUserRolesInSearchDomain: `assignUserRolesInSearchDomain(input: {
      searchDomainId: ${text(sandbox)}, roleAssignments: [{ userId: ${text(users.victim)}, roleIds: [${text(role)}] }] }) { id }`,
    createFleetInstallToken: `createFleetInstallToken(${named}) { name }`,
    createIPFilter: `createIPFilter(input: { ${named}, ipFilter: "allow all" }) { id }`,
    createLogCollectorConfiguration: `createLogCollectorConfiguration(${named}) { id }`,
    createOrganizationPermissionsToken: `createOrganizationPermissionsToken(input: { ${named}, permissions: [ViewUsage] })`,
    createOrganizationPermissionsTokenV2: `createOrganizationPermissionsTokenV2(input: {
      ${named}, organizationPermissions: [ViewUsage] }) { token }`,
    createPersonalUserToken: "createPersonalUserToken(input: {})",
    createPersonalUserTokenV2: "createPersonalUserTokenV2(input: {}) { token }",
    createRepository: `createRepository(${named}) { repository { id } }`,
    createRole: `createRole(input: { displayName: "new", viewPermissions: [] }) { role { id } }`,
    createSystemPermissionsToken: `createSystemPermissionsToken(input: { ${named}, permissions: [ReadHealthCheck] })`,
    createSystemPermissionsTokenV2: `createSystemPermissionsTokenV2(input: {
      ${named}, systemPermissions: [ReadHealthCheck] }) { token }`,
    createView: `createView(${named}) { id }`,
    createViewPermissionsToken: `createViewPermissionsToken(input: {
      ${named}, permissions: [ReadAccess], viewIds: [${text(sandbox)}] })`,
    createViewPermissionsTokenV2: `createViewPermissionsTokenV2(input: {
      ${named}, viewPermissions: [ReadAccess], viewIds: [${text(sandbox)}] }) { token }`,
    deleteFleetInstallToken: `deleteFleetInstallToken(token: ${text(fleet.token)})`,
    deleteIPFilter: `deleteIPFilter(input: { id: ${text(filters.free)} })`,
    deleteLogCollectorConfiguration: `deleteLogCollectorConfiguration(configId: ${text(fleet.configuration)}, versionId: 0)`,
    deleteSearchDomain: `deleteSearchDomain(name: "sandbox") { result }`,
    deleteToken: `deleteToken(input: { id: ${text(tokens.view)} })`,
    disableFeature: "disableFeature(feature: SleepFunction)",
    enableFeature: "enableFeature(feature: ArrayFunctions)",
    publishLogCollectorConfiguration: `publishLogCollectorConfiguration(
      id: ${text(fleet.configuration)}, yaml: "sources: {}", currentVersion: 0) { id }`,
    removeGroup: `removeGroup(groupId: ${text(group)}) { group { id } }`,
    removeUsersFromGroup: `removeUsersFromGroup(input: {
      groupId: ${text(group)}, users: [${text(users.victim)}] }) { group { id } }`,
    removeRole: `removeRole(roleId: ${text(role)}) { result }`,
    removeUser: `removeUser(input: { username: "victim" }) { user { id } }`,
    regenerateFleetInstallToken: `regenerateFleetInstallToken(token: ${text(fleet.token)}) { name }`,
    resetFeature: "resetFeature(feature: SleepFunction)",
    revokeSession: `revokeSession(input: { id: ${text(users.victim)}, revocationType: User })`,
    createSignInLink: `createSignInLink(username: "victim") { expiresAt }`,
    renameSearchDomain: `renameSearchDomain(name: "sandbox", renameTo: "new") { id }`,
    rotateToken: `rotateToken(input: { id: ${text(tokens.view)} })`,
    s3ConfigureArchiving: `s3ConfigureArchiving(
      repositoryName: "sandbox", bucket: "b", region: "r", format: NDJSON) { result }`,
    s3DisableArchiving: `s3DisableArchiving(repositoryName: "sandbox") { result }`,
    s3EnableArchiving: `s3EnableArchiving(repositoryName: "sandbox") { result }`,
    setAutomaticSearching: `setAutomaticSearching(name: "sandbox", automaticSearch: false) { automaticSearch }`,
    updateDescriptionForSearchDomain: `updateDescriptionForSearchDomain(name: "sandbox", newDescription: "new") { description }`,
    updateRetention: `updateRetention(repositoryName: "sandbox", timeBasedRetention: 30) { repository { id } }`,
    updateView: `updateView(viewName: "overview", connections: [{ repositoryName: "sandbox", filter: "*" }]) { id }`,
    updateDraftLogCollectorConfiguration: `updateDraftLogCollectorConfiguration(
      id: ${text(fleet.configuration)}, draft: "sources: {}") { id }`,
    updateFleetInstallTokenConfigId: `updateFleetInstallTokenConfigId(
      token: ${text(fleet.token)}, configId: ${text(fleet.configuration)}) { name }`,
    updateFleetInstallTokenName: `updateFleetInstallTokenName(token: ${text(fleet.token)}, name: "renamed") { name }`,
    updateGroup: `updateGroup(input: { groupId: ${text(group)}, displayName: "renamed" }) { group { id } }`,
    updateIPFilter: `updateIPFilter(input: { id: ${text(filters.free)}, name: "renamed" }) { id }`,
    updateLogCollectorConfigurationDescription: `updateLogCollectorConfigurationDescription(
      configId: ${text(fleet.configuration)}, description: "described") { id }`,
    updateLogCollectorConfigurationName: `updateLogCollectorConfigurationName(
      configId: ${text(fleet.configuration)}, name: "renamed") { id }`,
    updateOrganizationPermissionsTokenPermissions: `updateOrganizationPermissionsTokenPermissions(input: {
      id: ${text(tokens.organization)}, permissions: [MonitorQueries] })`,
    updateOrganizationRoot: `updateOrganizationRoot(userId: ${text(users.victim)}, organizationRoot: true) { id }`,
    updateRole: `updateRole(input: { roleId: ${text(role)}, displayName: "renamed", viewPermissions: [] }) { role { id } }`,
    updateSystemPermissionsTokenPermissions: `updateSystemPermissionsTokenPermissions(input: {
      id: ${text(tokens.system)}, permissions: [ManageCluster] })`,
    updateTokenSecurityPolicies: `updateTokenSecurityPolicies(input: { ${policies} }) { id }`,
    updateUser: `updateUser(input: { username: "victim", fullName: "Renamed" }) { user { id } }`,
    updateViewPermissionsTokenPermissions: `updateViewPermissionsTokenPermissions(input: {
      id: ${text(tokens.view)}, permissions: [ChangeParsers] })`,
  };
}

/**
 * Changes to what is kept about findings, which come by a route of their own. The token is the organization token of {@link Callers}.
 *
 * @param createdAt when it was made
 */
export function noteChanges({ tokens }: Callers, createdAt: number): Readonly<Record<string, NoteChange>> {
  const token = { kind: "organization", id: tokens.organization, createdAt } as const;
  return {
    "dismiss a finding": { type: "dismiss", token, rule: "never-expires", note: "Agreed.", until: null, seen: null },
    "write an owner down": { type: "own", token, owner: "ops", seen: null },
    "set thresholds of findings": { type: "thresholds", values: { ...usualThresholds, olderThan: 100 }, seen: null },
  };
}
