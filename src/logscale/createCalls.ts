import type { GraphqlCall, KitRequest } from "#domain/policy/recoveryKit.ts";

/** For each kind the mutation that creates a token, its input's type, and what the input calls the permissions. */
const mutations = {
  view: {
    name: "createViewPermissionsTokenV2",
    input: "CreateViewPermissionsTokenV2Input",
    permissions: "viewPermissions",
  },
  organization: {
    name: "createOrganizationPermissionsTokenV2",
    input: "CreateOrganizationPermissionsTokenV2Input",
    permissions: "organizationPermissions",
  },
  system: {
    name: "createSystemPermissionsTokenV2",
    input: "CreateSystemPermissionTokenV2Input",
    permissions: "systemPermissions",
  },
} as const satisfies Record<KitRequest["kind"], { name: string; input: string; permissions: string }>;

/**
 * The call that creates a token, as text for a file or a script. Its answer is `{ created: { token } }` for every kind, and asks for
 * nothing beside the secret, so that nothing beside it can fail.
 */
export function creationCall(request: KitRequest): GraphqlCall {
  const { kind, name, viewIds, expireAt, ipFilter } = request;
  const mutation = mutations[kind];
  return {
    query: `mutation ($input: ${mutation.input}!) { created: ${mutation.name}(input: $input) { token } }`,
    variables: {
      input: {
        name,
        ...(kind === "view" && { viewIds }),
        [mutation.permissions]: request.permissions,
        expireAt,
        ipFilterId: ipFilter,
      },
    },
  };
}
