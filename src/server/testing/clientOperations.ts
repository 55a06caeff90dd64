import { expect } from "vitest";

import { tokenStringPattern } from "#domain/token/tokenString.ts";

/** What humioctl or humio-operator asks of LogScale about what Tokenhouse has, with the fields that it selects. */
interface ClientOperation {
  /** What the clients call it. One that both send alike stands once. */
  readonly of: readonly ClientName[];
  readonly document: string;
  readonly variables?: (seen: SeenSoFar) => Readonly<Record<string, unknown>>;
  /** What the answer holds: its data, or the message of a refusal. */
  readonly expected: object | { readonly refused: string };
  /** What later operations need of the data. */
  readonly keep?: (data: never) => SeenSoFar;
}

/** A client, and what it calls an operation. */
export type ClientName = `${"humioctl" | "operator"} ${string}`;

/** What was kept of the answers before, by name. */
export type SeenSoFar = Readonly<Record<string, string>>;

const both = (name: string): ClientName[] => [`humioctl ${name}`, `operator ${name}`];
const id = expect.stringMatching(/^[\w-]{1,64}$/u) as string;
const done = { __typename: expect.any(String) as string };
const tokenString = expect.stringMatching(tokenStringPattern) as string;

const repositoryFields =
  "id name description timeBasedRetention ingestSizeBasedRetention storageSizeBasedRetention compressedByteSize automaticSearch s3ArchivingConfiguration { bucket region disabled format }";
const parserFields =
  "id name displayName description isBuiltIn script fieldsToTag fieldsToBeRemovedBeforeParsing testCases { event { rawString } outputAssertions { outputEventIndex assertions { fieldsNotPresent fieldsHaveValues { fieldName expectedValue } } } }";
const userFields = "id username fullName email company countryCode picture isRoot createdAt";
const groupFields = "id displayName lookupName";
const roleFields =
  "id displayName viewPermissions organizationPermissions systemPermissions groups { id displayName roles { role { id displayName } searchDomain { id name } } }";
const tokenFields = "... on Token { id name expireAt ipFilterV2 { id } }";

const logs = {
  id,
  name: "logs",
  description: null,
  timeBasedRetention: null,
  ingestSizeBasedRetention: null,
  storageSizeBasedRetention: null,
  compressedByteSize: 0,
  automaticSearch: true,
  s3ArchivingConfiguration: null,
};
const noArchiving = { refused: "S3 archiving is not set up on this server." };

/** The operations of the clients, in an order in which each finds what it needs. */
export const clientOperations: readonly ClientOperation[] = [
  // Who asks.
  { of: both("GetUsername"), document: "{ viewer { username } }", expected: { viewer: { username: "admin" } } },

  // Features.
  {
    of: ["humioctl GetSupportedFeatureFlags"],
    document: "{ featureFlags(includeExperimentalFeatures: true) { flag experimental description } }",
    expected: {
      featureFlags: expect.arrayContaining([
        { flag: "ArrayFunctions", experimental: false, description: "Array Functions" },
      ]) as unknown,
    },
  },
  {
    of: ["humioctl EnableFeatureFlagGlobally", "operator EnableGlobalFeatureFlag"],
    document: "mutation ($flag: FeatureFlag!) { enableFeature(feature: $flag) }",
    variables: () => ({ flag: "ArrayFunctions" }),
    expected: { enableFeature: true },
  },
  {
    of: ["operator IsFeatureGloballyEnabled"],
    document: "query ($flag: FeatureFlag!) { meta { isFeatureFlagEnabled(feature: $flag) } }",
    variables: () => ({ flag: "ArrayFunctions" }),
    expected: { meta: { isFeatureFlagEnabled: true } },
  },
  {
    of: ["operator GetFeatureFlags"],
    document: "{ featureFlags(includeExperimentalFeatures: true) { flag } }",
    expected: { featureFlags: expect.arrayContaining([{ flag: "ArrayFunctions" }]) as unknown },
  },
  {
    of: ["humioctl DisableFeatureFlagGlobally", "operator DisableGlobalFeatureFlag"],
    document: "mutation ($flag: FeatureFlag!) { disableFeature(feature: $flag) }",
    variables: () => ({ flag: "ArrayFunctions" }),
    expected: { disableFeature: true },
  },

  // Repositories.
  {
    of: both("CreateRepository"),
    document: `mutation ($name: String!) { createRepository(name: $name) { repository { ${repositoryFields} } } }`,
    variables: () => ({ name: "logs" }),
    expected: { createRepository: { repository: logs } },
    keep: (data: { createRepository: { repository: { id: string } } }) => ({ logs: data.createRepository.repository.id }),
  },
  {
    of: ["operator CreateRepositoryWithRetention"],
    document: `mutation ($name: String!, $time: Long, $ingest: Long, $storage: Long) { createRepository(name: $name, retentionInMillis: $time,
      retentionInIngestSizeBytes: $ingest, retentionInStorageSizeBytes: $storage) { repository { ${repositoryFields} } } }`,
    variables: () => ({ name: "kept", time: 604_800_000, ingest: 1_000_000_000, storage: null }),
    expected: {
      createRepository: {
        repository: {
          ...logs,
          name: "kept",
          timeBasedRetention: 7,
          ingestSizeBasedRetention: 1,
          storageSizeBasedRetention: null,
        },
      },
    },
  },
  ...[
    ["UpdateTimeBasedRetention", "timeBasedRetention", 30],
    ["UpdateStorageBasedRetention", "storageSizeBasedRetention", 2.5],
    ["UpdateIngestBasedRetention", "ingestSizeBasedRetention", 10],
  ].map(([name, argument, value]) => ({
    of: both(String(name)),
    document: `mutation ($name: String!, $value: Float) { updateRetention(repositoryName: $name, ${argument}: $value) { __typename } }`,
    variables: () => ({ name: "logs", value }),
    expected: { updateRetention: done },
  })),
  {
    of: both("UpdateDescriptionForSearchDomain"),
    document:
      "mutation ($name: String!, $text: String!) { updateDescriptionForSearchDomain(name: $name, newDescription: $text) { __typename } }",
    variables: () => ({ name: "logs", text: "What the web servers say" }),
    expected: { updateDescriptionForSearchDomain: done },
  },
  {
    of: both("SetAutomaticSearching"),
    document:
      "mutation ($name: String!, $on: Boolean!) { setAutomaticSearching(name: $name, automaticSearch: $on) { __typename } }",
    variables: () => ({ name: "logs", on: false }),
    expected: { setAutomaticSearching: done },
  },
  {
    of: both("GetRepository"),
    document: `query ($name: String!) { repository(name: $name) { ${repositoryFields} } }`,
    variables: () => ({ name: "logs" }),
    expected: {
      repository: {
        ...logs,
        description: "What the web servers say",
        automaticSearch: false,
        timeBasedRetention: 30,
        ingestSizeBasedRetention: 10,
        storageSizeBasedRetention: 2.5,
      },
    },
  },
  {
    of: both("ListRepositories"),
    document: "{ repositories { id name compressedByteSize } }",
    expected: { repositories: expect.arrayContaining([{ id, name: "logs", compressedByteSize: 0 }]) as unknown },
  },
  {
    of: both("EnableS3Archiving"),
    document: "mutation ($name: String!) { s3EnableArchiving(repositoryName: $name) { __typename } }",
    variables: () => ({ name: "logs" }),
    expected: noArchiving,
  },
  {
    of: both("DisableS3Archiving"),
    document: "mutation ($name: String!) { s3DisableArchiving(repositoryName: $name) { __typename } }",
    variables: () => ({ name: "logs" }),
    expected: noArchiving,
  },
  {
    of: both("UpdateS3ArchivingConfiguration"),
    document: `mutation ($name: String!, $bucket: String!, $region: String!, $format: S3ArchivingFormat!) {
      s3ConfigureArchiving(repositoryName: $name, bucket: $bucket, region: $region, format: $format) { __typename } }`,
    variables: () => ({ name: "logs", bucket: "archive", region: "eu-north-1", format: "NDJSON" }),
    expected: noArchiving,
  },

  // Views.
  {
    of: both("CreateView"),
    document: `mutation ($name: String!, $description: String, $connections: [ViewConnectionInput!]) {
      createView(name: $name, description: $description, connections: $connections) { __typename } }`,
    variables: () => ({ name: "errors", description: "", connections: [{ repositoryName: "logs", filter: "level=error" }] }),
    expected: { createView: { __typename: "View" } },
  },
  {
    of: both("UpdateViewConnections"),
    document:
      "mutation ($name: String!, $connections: [ViewConnectionInput!]!) { updateView(viewName: $name, connections: $connections) { name } }",
    variables: () => ({ name: "errors", connections: [{ repositoryName: "logs", filter: "level=fatal" }] }),
    expected: { updateView: { name: "errors" } },
  },
  {
    of: ["humioctl GetSearchDomain"],
    document:
      "query ($name: String!) { searchDomain(name: $name) { id name description automaticSearch ... on View { connections { repository { name } filter } } __typename } }",
    variables: () => ({ name: "logs" }),
    expected: {
      searchDomain: {
        __typename: "Repository",
        id,
        name: "logs",
        description: "What the web servers say",
        automaticSearch: false,
      },
    },
  },
  {
    of: ["operator GetSearchDomain"],
    document:
      "query ($name: String!) { searchDomain(name: $name) { id name description automaticSearch ... on View { isFederated connections { repository { name } filter } } } }",
    variables: () => ({ name: "errors" }),
    expected: {
      searchDomain: {
        id,
        name: "errors",
        description: "",
        automaticSearch: true,
        isFederated: false,
        connections: [{ repository: { name: "logs" }, filter: "level=fatal" }],
      },
    },
    keep: (data: { searchDomain: { id: string } }) => ({ errors: data.searchDomain.id }),
  },
  {
    of: both("ListSearchDomains"),
    document: "{ searchDomains { name automaticSearch } }",
    expected: {
      searchDomains: expect.arrayContaining([
        { name: "errors", automaticSearch: true },
        { name: "logs", automaticSearch: false },
      ]) as unknown,
    },
  },

  // Parsers.
  {
    of: ["humioctl CreateParser"],
    document: `mutation ($input: CreateParserInputV2!) { createParserV2(input: $input) { ${parserFields} } }`,
    variables: () => ({
      input: {
        repositoryName: "logs",
        name: "lines",
        script: "kvParse()",
        testCases: [
          {
            event: { rawString: "a=1" },
            outputAssertions: [
              {
                outputEventIndex: 0,
                assertions: { fieldsNotPresent: ["b"], fieldsHaveValues: [{ fieldName: "a", expectedValue: "1" }] },
              },
            ],
          },
        ],
        fieldsToTag: ["host"],
        fieldsToBeRemovedBeforeParsing: [],
        allowOverwritingExistingParser: false,
      },
    }),
    expected: {
      createParserV2: { id, name: "lines", displayName: "lines", description: null, isBuiltIn: false, script: "kvParse()" },
    },
    keep: (data: { createParserV2: { id: string } }) => ({ parser: data.createParserV2.id }),
  },
  {
    of: ["operator CreateParserOrUpdate"],
    document: `mutation ($input: CreateParserInputV2!) { createParserV2(input: $input) {
      id name script fieldsToTag testCases { event { rawString } outputAssertions { __typename } } } }`,
    variables: () => ({
      input: {
        repositoryName: "logs",
        name: "lines",
        script: "parseJson()",
        testCases: [],
        fieldsToTag: [],
        fieldsToBeRemovedBeforeParsing: [],
        allowOverwritingExistingParser: true,
      },
    }),
    expected: { createParserV2: { id, name: "lines", script: "parseJson()", fieldsToTag: [], testCases: [] } },
  },
  {
    of: ["humioctl ListParsers"],
    document: "query ($name: String!) { repository(name: $name) { parsers { id name isBuiltIn } } }",
    variables: () => ({ name: "logs" }),
    expected: { repository: { parsers: expect.arrayContaining([{ id, name: "lines", isBuiltIn: false }]) as unknown } },
  },
  {
    of: ["operator ListParsers"],
    document: "query ($name: String!) { repository(name: $name) { parsers { id name } } }",
    variables: () => ({ name: "logs" }),
    expected: { repository: { parsers: expect.arrayContaining([{ id, name: "lines" }]) as unknown } },
  },
  {
    of: ["humioctl GetParserByID"],
    document: `query ($name: String!, $id: String!) { repository(name: $name) { parser(id: $id) { ${parserFields} } } }`,
    variables: ({ parser }) => ({ name: "logs", id: parser }),
    expected: { repository: { parser: { name: "lines", script: "parseJson()" } } },
  },
  {
    of: ["operator GetParserByID"],
    document: `query ($name: String!, $id: String!) { repository(name: $name) { parser(id: $id) {
      id name script fieldsToTag testCases { event { rawString } outputAssertions { __typename } } } } }`,
    variables: ({ parser }) => ({ name: "logs", id: parser }),
    expected: { repository: { parser: { name: "lines", script: "parseJson()" } } },
  },
  {
    of: ["humioctl GetParserYAMLByName"],
    document:
      "query ($name: String!, $parser: String!) { repository(name: $name) { parser(name: $parser) { name yamlTemplate } } }",
    variables: () => ({ name: "logs", parser: "lines" }),
    expected: { repository: { parser: { name: "lines", yamlTemplate: expect.stringMatching(/^name: lines\n/u) as string } } },
  },

  // Ingest tokens.
  {
    of: both("AddIngestToken"),
    document: `mutation ($repository: String!, $name: String!, $parser: String) {
      addIngestTokenV3(input: { repositoryName: $repository, name: $name, parser: $parser }) { name token parser { name } } }`,
    variables: () => ({ repository: "logs", name: "shipper", parser: "lines" }),
    expected: { addIngestTokenV3: { name: "shipper", token: expect.any(String) as string, parser: { name: "lines" } } },
  },
  {
    of: both("AssignParserToIngestToken"),
    document: `mutation ($repository: String!, $token: String!, $parser: String!) {
      assignParserToIngestTokenV2(input: { repositoryName: $repository, tokenName: $token, parser: $parser }) { __typename } }`,
    variables: () => ({ repository: "logs", token: "shipper", parser: "json" }),
    expected: { assignParserToIngestTokenV2: done },
  },
  {
    of: both("UnassignParserToIngestToken"),
    document:
      "mutation ($repository: String!, $token: String!) { unassignIngestToken(repositoryName: $repository, tokenName: $token) { __typename } }",
    variables: () => ({ repository: "logs", token: "shipper" }),
    expected: { unassignIngestToken: done },
  },
  {
    of: both("ListIngestTokens"),
    document: "query ($name: String!) { repository(name: $name) { ingestTokens { name token parser { name } } } }",
    variables: () => ({ name: "logs" }),
    expected: { repository: { ingestTokens: [{ name: "shipper", token: expect.any(String) as string, parser: null }] } },
  },
  {
    of: both("RemoveIngestToken"),
    document:
      "mutation ($repository: String!, $name: String!) { removeIngestToken(repositoryName: $repository, name: $name) { __typename } }",
    variables: () => ({ repository: "logs", name: "shipper" }),
    expected: { removeIngestToken: done },
  },
  {
    of: both("DeleteParserByID"),
    document:
      "mutation ($repository: RepoOrViewName!, $id: String!) { deleteParser(input: { repositoryName: $repository, id: $id }) { __typename } }",
    variables: ({ parser }) => ({ repository: "logs", id: parser }),
    expected: { deleteParser: done },
  },

  // IP filters.
  {
    of: ["operator CreateIPFilter"],
    document:
      "mutation ($name: String!, $rules: String!) { createIPFilter(input: { name: $name, ipFilter: $rules }) { id name ipFilter } }",
    variables: () => ({ name: "office", rules: "allow 192.0.2.0/24" }),
    expected: { createIPFilter: { id, name: "office", ipFilter: "allow 192.0.2.0/24" } },
    keep: (data: { createIPFilter: { id: string } }) => ({ filter: data.createIPFilter.id }),
  },
  {
    of: ["operator UpdateIPFilter"],
    document:
      "mutation ($id: String!, $name: String, $rules: String) { updateIPFilter(input: { id: $id, name: $name, ipFilter: $rules }) { id name ipFilter } }",
    variables: ({ filter }) => ({ id: filter, rules: "allow 198.51.100.0/24" }),
    expected: { updateIPFilter: { id, name: "office", ipFilter: "allow 198.51.100.0/24" } },
  },
  {
    of: ["operator GetIPFilters"],
    document: "{ ipFilters { id name ipFilter } }",
    expected: { ipFilters: [{ id, name: "office", ipFilter: "allow 198.51.100.0/24" }] },
  },

  // Security policies, then tokens.
  {
    of: ["operator UpdateTokenSecurityPolicies"],
    document: `mutation ($on: Boolean!) { updateTokenSecurityPolicies(input: { personalUserTokensEnabled: $on, viewPermissionTokensEnabled: $on,
      organizationPermissionTokensEnabled: $on, systemPermissionTokensEnabled: $on, viewPermissionTokensAllowPermissionUpdates: $on,
      organizationPermissionTokensAllowPermissionUpdates: $on, systemPermissionTokensAllowPermissionUpdates: $on }) { __typename } }`,
    variables: () => ({ on: true }),
    expected: { updateTokenSecurityPolicies: done },
  },
  ...(
    [
      ["Organization", "", "OrganizationPermission", "ViewUsage", "CreateRepository"],
      ["System", "", "SystemPermission", "ReadHealthCheck", "ListSubdomains"],
      ["View", "viewIds: $views, ", "Permission", "ReadAccess", "ChangeParsers"],
    ] as const
  ).flatMap(([kind, views, permission, first, second]): ClientOperation[] => {
    const type = kind === "View" ? "ViewPermissionsToken" : `${kind}PermissionsToken`;
    const name = `${kind.toLowerCase()} token`;
    const more = kind === "View" ? "views { id name } " : "";
    return [
      {
        of: [`operator Create${kind}Token`],
        document: `mutation ($name: String!, $filter: String, $expires: Long, ${views && "$views: [String!]!, "}$permissions: [${permission}!]!) {
          create${type}(input: { name: $name, expireAt: $expires, ipFilterId: $filter, ${views}permissions: $permissions }) }`,
        variables: ({ logs: repository, filter }) => ({
          name,
          filter,
          expires: 4_102_444_800_000,
          permissions: [first],
          ...(views && { views: [repository] }),
        }),
        expected: { [`create${type}`]: tokenString },
        keep: (data: Record<string, string>) => ({ [kind]: (data[`create${type}`] ?? "").split("~")[0] ?? "" }),
      },
      {
        of: [`operator Update${kind}Token`],
        document: `mutation ($id: String!, $permissions: [${permission}!]!) {
          update${type}Permissions(input: { id: $id, permissions: $permissions }) }`,
        variables: (seen) => ({ id: seen[kind], permissions: [first, second] }),
        expected: { [`update${type}Permissions`]: expect.any(String) as string },
      },
      {
        of: [`operator Get${kind}Token`],
        document: `query ($id: String!) { tokens(searchFilter: $id, sortBy: Name, typeFilter: ${kind}PermissionToken) {
          results { ${tokenFields} ... on ${type} { ${more}permissions } } } }`,
        variables: (seen) => ({ id: seen[kind] }),
        expected: {
          tokens: {
            results: [
              {
                id,
                name,
                expireAt: 4_102_444_800_000,
                ipFilterV2: { id },
                permissions: expect.arrayContaining([first, second]) as unknown,
                ...(views && { views: [{ id, name: "logs" }] }),
              },
            ],
          },
        },
      },
    ];
  }),
  {
    of: ["operator RotateToken", ...both("RotateTokenByID")],
    document: "mutation ($id: String!) { rotateToken(input: { id: $id }) }",
    variables: ({ View: view }) => ({ id: view }),
    expected: { rotateToken: tokenString },
    keep: (data: { rotateToken: string }) => ({ rotated: data.rotateToken.split("~")[0] ?? "" }),
  },
  {
    of: ["operator DeleteToken"],
    document: "mutation ($id: String!) { deleteToken(input: { id: $id }) }",
    variables: ({ rotated }) => ({ id: rotated }),
    expected: { deleteToken: true },
  },

  // People.
  {
    of: ["humioctl AddUser"],
    document: `mutation ($name: String!, $root: Boolean, $company: String, $full: String, $picture: String, $email: String, $country: String) {
      addUserV2(input: { username: $name, company: $company, isRoot: $root, fullName: $full, picture: $picture, email: $email,
        countryCode: $country }) { ... on User { ${userFields} } } }`,
    variables: () => ({ name: "ada", root: false, full: "Ada L.", email: "ada@example.com" }),
    expected: { addUserV2: { id, username: "ada", fullName: "Ada L.", email: "ada@example.com", isRoot: false } },
    keep: (data: { addUserV2: { id: string } }) => ({ ada: data.addUserV2.id }),
  },
  {
    of: ["operator AddUser"],
    document:
      "mutation ($name: String!, $root: Boolean) { addUserV2(input: { username: $name, isRoot: $root }) { ... on User { id username isRoot } } }",
    variables: () => ({ name: "grace", root: false }),
    expected: { addUserV2: { id, username: "grace", isRoot: false } },
  },
  {
    of: ["humioctl UpdateUser"],
    document: `mutation ($name: String!, $root: Boolean, $company: String, $full: String, $picture: String, $email: String, $country: String) {
      updateUser(input: { username: $name, company: $company, isRoot: $root, fullName: $full, picture: $picture, email: $email,
        countryCode: $country }) { __typename } }`,
    variables: () => ({ name: "ada", company: "Analytical" }),
    expected: { updateUser: done },
  },
  {
    of: ["operator UpdateUser"],
    document:
      "mutation ($name: String!, $root: Boolean) { updateUser(input: { username: $name, isRoot: $root }) { user { id username isRoot } } }",
    variables: () => ({ name: "grace", root: true }),
    expected: { updateUser: { user: { id, username: "grace", isRoot: true } } },
  },
  {
    of: ["humioctl GetUsersByUsername"],
    document: `query ($name: String!) { users(search: $name) { ${userFields} } }`,
    variables: () => ({ name: "ada" }),
    expected: { users: [{ id, username: "ada", company: "Analytical", fullName: "Ada L." }] },
  },
  {
    of: ["operator GetUsersByUsername"],
    document: "query ($name: String!) { users(search: $name) { id username isRoot } }",
    variables: () => ({ name: "grace" }),
    expected: { users: [{ id, username: "grace", isRoot: true }] },
  },
  {
    of: ["humioctl ListUsers"],
    document: `{ users { ${userFields} } }`,
    expected: { users: expect.arrayContaining([expect.objectContaining({ username: "ada" })]) as unknown },
  },

  // Roles and groups.
  {
    of: ["operator CreateRole"],
    document: `mutation ($name: String!, $view: [Permission!]!, $organization: [OrganizationPermission!], $system: [SystemPermission!]) {
      createRole(input: { displayName: $name, viewPermissions: $view, organizationPermissions: $organization, systemPermissions: $system }) {
        role { ${roleFields} } } }`,
    variables: () => ({ name: "Readers", view: ["ReadAccess"], organization: [], system: [] }),
    expected: { createRole: { role: { id, displayName: "Readers", viewPermissions: ["ReadAccess"], groups: [] } } },
    keep: (data: { createRole: { role: { id: string } } }) => ({ role: data.createRole.role.id }),
  },
  {
    of: ["operator UpdateRole"],
    document: `mutation ($id: String!, $name: String!, $view: [Permission!]!, $organization: [OrganizationPermission!], $system: [SystemPermission!]) {
      updateRole(input: { roleId: $id, displayName: $name, viewPermissions: $view, organizationPermissions: $organization,
        systemPermissions: $system }) { role { ${roleFields} } } }`,
    variables: ({ role }) => ({
      id: role,
      name: "Readers of all",
      view: ["ReadAccess"],
      organization: ["ViewUsage"],
      system: ["ReadHealthCheck"],
    }),
    expected: {
      updateRole: {
        role: { displayName: "Readers of all", organizationPermissions: ["ViewUsage"], systemPermissions: ["ReadHealthCheck"] },
      },
    },
  },
  {
    of: ["operator CreateGroup"],
    document: `mutation ($name: String!, $lookup: String) { addGroup(displayName: $name, lookupName: $lookup) { group { ${groupFields} } } }`,
    variables: () => ({ name: "Analysts", lookup: "cn=analysts" }),
    expected: { addGroup: { group: { id, displayName: "Analysts", lookupName: "cn=analysts" } } },
    keep: (data: { addGroup: { group: { id: string } } }) => ({ group: data.addGroup.group.id }),
  },
  {
    of: ["operator UpdateGroup"],
    document: `mutation ($id: String!, $name: String, $lookup: String) {
      updateGroup(input: { groupId: $id, displayName: $name, lookupName: $lookup }) { group { ${groupFields} } } }`,
    variables: ({ group }) => ({ id: group, name: "All analysts", lookup: "cn=analysts" }),
    expected: { updateGroup: { group: { displayName: "All analysts", lookupName: "cn=analysts" } } },
  },
  {
    of: ["operator GetGroupByDisplayName"],
    document: `query ($name: String!) { groupByDisplayName(displayName: $name) { ${groupFields} } }`,
    variables: () => ({ name: "All analysts" }),
    expected: { groupByDisplayName: { id, displayName: "All analysts", lookupName: "cn=analysts" } },
  },
  {
    of: ["humioctl ListGroups"],
    document: "{ groupsPage(pageNumber: 1, pageSize: 2147483647) { page { id displayName } } }",
    expected: { groupsPage: { page: expect.arrayContaining([{ id, displayName: "All analysts" }]) as unknown } },
  },
  {
    of: ["humioctl AddUserToGroup"],
    document:
      "mutation ($group: String!, $user: String!) { addUsersToGroup(input: { groupId: $group, users: [$user] }) { __typename } }",
    variables: ({ group, ada }) => ({ group, user: ada }),
    expected: { addUsersToGroup: done },
  },
  {
    of: ["operator AssignViewPermissionRoleToGroupForView"],
    document:
      "mutation ($role: String!, $group: String!, $view: String!) { assignRoleToGroup(input: { roleId: $role, groupId: $group, viewId: $view }) { __typename } }",
    variables: ({ role, group, logs: view }) => ({ role, group, view }),
    expected: { assignRoleToGroup: done },
  },
  {
    of: ["operator AssignOrganizationPermissionRoleToGroup"],
    document:
      "mutation ($role: String!, $group: String!) { assignOrganizationRoleToGroup(input: { roleId: $role, groupId: $group }) { __typename } }",
    variables: ({ role, group }) => ({ role, group }),
    expected: { assignOrganizationRoleToGroup: done },
  },
  {
    of: ["operator AssignSystemPermissionRoleToGroup"],
    document:
      "mutation ($role: String!, $group: String!) { assignSystemRoleToGroup(input: { roleId: $role, groupId: $group }) { __typename } }",
    variables: ({ role, group }) => ({ role, group }),
    expected: { assignSystemRoleToGroup: done },
  },
  {
    of: ["operator ListRoles"],
    document: `{ roles { ${roleFields} } }`,
    expected: {
      roles: expect.arrayContaining([
        expect.objectContaining({
          displayName: "Readers of all",
          groups: [
            expect.objectContaining({
              displayName: "All analysts",
              roles: [{ role: { id, displayName: "Readers of all" }, searchDomain: { id, name: "logs" } }],
            }),
          ],
        }),
      ]) as unknown,
    },
  },
  {
    of: ["humioctl ListRoles"],
    document: "{ roles { id displayName viewPermissions organizationPermissions systemPermissions } }",
    expected: { roles: expect.arrayContaining([expect.objectContaining({ displayName: "Readers of all" })]) as unknown },
  },
  {
    of: ["humioctl GetRoleByID"],
    document:
      "query ($id: String!) { role(roleId: $id) { id displayName viewPermissions organizationPermissions systemPermissions } }",
    variables: ({ role }) => ({ id: role }),
    expected: { role: { displayName: "Readers of all", viewPermissions: ["ReadAccess"] } },
  },
  {
    of: ["operator UnassignViewPermissionRoleFromGroupForView"],
    document:
      "mutation ($role: String!, $group: String!, $view: String!) { unassignRoleFromGroup(input: { roleId: $role, groupId: $group, viewId: $view }) { __typename } }",
    variables: ({ role, group, logs: view }) => ({ role, group, view }),
    expected: { unassignRoleFromGroup: done },
  },
  {
    of: ["operator UnassignOrganizationPermissionRoleFromGroup"],
    document:
      "mutation ($role: String!, $group: String!) { unassignOrganizationRoleFromGroup(input: { roleId: $role, groupId: $group }) { __typename } }",
    variables: ({ role, group }) => ({ role, group }),
    expected: { unassignOrganizationRoleFromGroup: done },
  },
  {
    of: ["operator UnassignSystemPermissionRoleFromGroup"],
    document:
      "mutation ($role: String!, $group: String!) { unassignSystemRoleFromGroup(input: { roleId: $role, groupId: $group }) { __typename } }",
    variables: ({ role, group }) => ({ role, group }),
    expected: { unassignSystemRoleFromGroup: done },
  },
  {
    of: ["humioctl RemoveUserFromGroup"],
    document:
      "mutation ($group: String!, $user: String!) { removeUsersFromGroup(input: { groupId: $group, users: [$user] }) { __typename } }",
    variables: ({ group, ada }) => ({ group, user: ada }),
    expected: { removeUsersFromGroup: done },
  },
  {
    of: ["operator DeleteGroup"],
    document: `mutation ($id: String!) { removeGroup(groupId: $id) { group { ${groupFields} } } }`,
    variables: ({ group }) => ({ id: group }),
    expected: { removeGroup: { group: { displayName: "All analysts" } } },
  },
  {
    of: ["operator DeleteRoleByID"],
    document: "mutation ($id: String!) { removeRole(roleId: $id) { result } }",
    variables: ({ role }) => ({ id: role }),
    expected: { removeRole: { result: true } },
  },
  {
    of: ["humioctl RemoveUser"],
    document: `mutation ($name: String!) { removeUser(input: { username: $name }) { user { ${userFields} } } }`,
    variables: () => ({ name: "ada" }),
    expected: { removeUser: { user: { username: "ada" } } },
  },
  {
    of: ["operator RemoveUser"],
    document: "mutation ($name: String!) { removeUser(input: { username: $name }) { user { id username isRoot } } }",
    variables: () => ({ name: "grace" }),
    expected: { removeUser: { user: { username: "grace" } } },
  },
  {
    of: ["operator DeleteIPFilter"],
    document: "mutation ($id: String!) { deleteIPFilter(input: { id: $id }) }",
    variables: ({ filter }) => ({ id: filter }),
    // The organization's and the system's tokens still have it.
    expected: { refused: expect.stringContaining("is used by") as string },
  },
  {
    of: both("DeleteSearchDomain"),
    document:
      "mutation ($name: String!, $message: String!) { deleteSearchDomain(name: $name, deleteMessage: $message) { __typename } }",
    variables: () => ({ name: "logs", message: "No longer needed" }),
    expected: { deleteSearchDomain: done },
  },
];

/** Operations of the clients about what Tokenhouse has, that it does not serve, and why. */
export const notServed: Readonly<Record<ClientName, string>> = {
  "humioctl EnableFeatureFlagForOrganization": "Features are on for all here, or for nobody.",
  "humioctl DisableFeatureFlagForOrganization": "Features are on for all here, or for nobody.",
  "humioctl EnableFeatureFlagForUser": "Features are on for all here, or for nobody.",
  "humioctl DisableFeatureFlagForUser": "Features are on for all here, or for nobody.",
  "humioctl LegacyCreateParser": "For versions of LogScale before 1.129; ours says that it is newer.",
  "humioctl LegacyDeleteParserByID": "For versions of LogScale before 1.129; ours says that it is newer.",
  "humioctl LegacyGetParser": "For versions of LogScale before 1.129; ours says that it is newer.",
};
