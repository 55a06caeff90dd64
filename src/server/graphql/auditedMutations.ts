import type { AuditAction, TargetKind } from "#domain/audit/record.ts";
import type { AuditType } from "#domain/audit/types.ts";

import type { MutationResolvers } from "#server/generated/resolvers.ts";

/** What a refused mutation was about, as the caller named it: by id, or by name. */
export interface NamedTarget {
  readonly kind: TargetKind;
  readonly id?: string;
  readonly name?: string;
}

/** What the record of a refused mutation says that it would have done. One that was carried out says so itself. */
interface Audited<Args> {
  readonly type: AuditType;
  readonly action: AuditAction;
  /** What the caller named. A value that is a secret names nothing here. */
  readonly target?: (args: Args) => NamedTarget;
}

type Field = (parent: never, args: never, ...rest: never[]) => unknown;
type ArgsOf<F> = F extends (parent: never, args: infer Args, ...rest: never[]) => unknown ? Args : never;
type AuditedFor<Fields> = { readonly [F in keyof Fields]-?: Audited<ArgsOf<Extract<Fields[F], Field>>> };

const createsToken = { type: "hashedtokens.change", action: "create" } as const;
const updatesToken = {
  type: "hashedtokens.change",
  action: "update",
  target: ({ input }: { readonly input: { readonly id: string } }) => ({ kind: "token" as const, id: input.id }),
} as const;
const fleetToken = (action: AuditAction) => ({ type: "tokenhouse.fleettoken.change", action }) as const;
const configuration = { type: "tokenhouse.configuration.change", action: "update" } as const;
const ingestToken = (name: string) => ({ kind: "ingestToken", name }) as const;
const searchDomain = (name: string) => ({ kind: "searchDomain", name }) as const;
const archiving = {
  type: "tokenhouse.searchdomain.change",
  action: "update",
  target: ({ repositoryName }: { readonly repositoryName: string }) => searchDomain(repositoryName),
} as const;
const user = (username: string) => ({ kind: "user", name: username }) as const;
const role = (id: string) => ({ kind: "role", id }) as const;
const group = (id: string) => ({ kind: "group", id }) as const;
const ofGroup = ({ input }: { readonly input: { readonly groupId: string } }) => group(input.groupId);
const flag = {
  type: "tokenhouse.featureflag.change",
  action: "update",
  target: ({ feature }: { readonly feature: string }) => ({ kind: "featureFlag" as const, id: feature }),
} as const;

/** Every mutation of the contract; the compiler names one that is missing. */
const auditedMutations: AuditedFor<Omit<MutationResolvers, "__isTypeOf">> = {
  addGroup: { type: "tokenhouse.group.change", action: "create" },
  addIngestTokenV3: { type: "tokens", action: "create" },
  addUserV2: { type: "user.profile", action: "create" },
  addUsersToGroup: { type: "group.membership.change", action: "assign", target: ofGroup },
  assignOrganizationRoleToGroup: { type: "group.organizationrole.assigned", action: "assign", target: ofGroup },
  assignParserToIngestTokenV2: { type: "tokens", action: "update", target: ({ input }) => ingestToken(input.tokenName) },
  assignRoleToGroup: { type: "group.role.assigned", action: "assign", target: ofGroup },
  assignSystemRoleToGroup: { type: "group.systemrole.assigned", action: "assign", target: ofGroup },
  assignUserRolesInSearchDomain: {
    type: "user.roles.change",
    action: "assign",
    target: ({ input }) => ({ kind: "searchDomain", id: input.searchDomainId }),
  },
  createFleetInstallToken: fleetToken("create"),
  createIPFilter: { type: "ipfilters.change", action: "create" },
  createLogCollectorConfiguration: { type: "tokenhouse.configuration.change", action: "create" },
  createOrganizationPermissionsToken: createsToken,
  createOrganizationPermissionsTokenV2: createsToken,
  createParserV2: { type: "parser.create", action: "create" },
  createPersonalUserToken: createsToken,
  createPersonalUserTokenV2: createsToken,
  createRepository: { type: "repository.create", action: "create" },
  createRole: { type: "tokenhouse.role.create", action: "create" },
  createSignInLink: { type: "tokenhouse.signinlink.create", action: "create", target: ({ username }) => user(username) },
  createSystemPermissionsToken: createsToken,
  createSystemPermissionsTokenV2: createsToken,
  createView: { type: "tokenhouse.view.create", action: "create" },
  createViewPermissionsToken: createsToken,
  createViewPermissionsTokenV2: createsToken,
  deleteFleetInstallToken: fleetToken("delete"),
  deleteIPFilter: { type: "ipfilters.change", action: "delete", target: ({ input }) => ({ kind: "ipFilter", id: input.id }) },
  deleteLogCollectorConfiguration: {
    ...configuration,
    action: "delete",
    target: ({ configId }) => ({ kind: "configuration", id: configId }),
  },
  deleteParser: { type: "parser.delete", action: "delete", target: ({ input }) => ({ kind: "parser", id: input.id }) },
  deleteSearchDomain: { type: "dataspace.delete", action: "delete", target: ({ name }) => searchDomain(name) },
  deleteToken: { ...updatesToken, action: "delete" },
  disableFeature: flag,
  enableFeature: flag,
  publishLogCollectorConfiguration: { ...configuration, target: ({ id }) => ({ kind: "configuration", id }) },
  removeGroup: { type: "tokenhouse.group.change", action: "delete", target: ({ groupId }) => group(groupId) },
  regenerateFleetInstallToken: fleetToken("rotate"),
  removeIngestToken: { type: "tokens", action: "delete", target: ({ name }) => ingestToken(name) },
  removeRole: { type: "tokenhouse.role.change", action: "delete", target: ({ roleId }) => role(roleId) },
  removeUser: { type: "user.profile", action: "delete", target: ({ input }) => user(input.username) },
  removeUsersFromGroup: { type: "group.membership.change", action: "delete", target: ofGroup },
  renameSearchDomain: { type: "view.rename", action: "update", target: ({ name }) => searchDomain(name) },
  revokeSession: {
    type: "tokenhouse.sessions.revoke",
    action: "delete",
    target: ({ input: { id, revocationType } }) => ({ kind: revocationType === "User" ? "user" : "session", id }),
  },
  resetFeature: flag,
  rotateToken: { ...updatesToken, type: "hashedtokens.rotate", action: "rotate" },
  s3ConfigureArchiving: archiving,
  s3DisableArchiving: archiving,
  s3EnableArchiving: archiving,
  setAutomaticSearching: { ...archiving, target: ({ name }) => searchDomain(name) },
  updateDescriptionForSearchDomain: { ...archiving, target: ({ name }) => searchDomain(name) },
  updateDraftLogCollectorConfiguration: { ...configuration, target: ({ id }) => ({ kind: "configuration", id }) },
  updateFleetInstallTokenConfigId: fleetToken("update"),
  updateFleetInstallTokenName: fleetToken("update"),
  updateGroup: { type: "tokenhouse.group.change", action: "update", target: ofGroup },
  unassignIngestToken: { type: "tokens", action: "update", target: ({ tokenName }) => ingestToken(tokenName) },
  unassignOrganizationRoleFromGroup: { type: "group.organizationrole.unassigned", action: "assign", target: ofGroup },
  unassignRoleFromGroup: { type: "group.role.unassigned", action: "assign", target: ofGroup },
  unassignSystemRoleFromGroup: { type: "group.systemrole.unassigned", action: "assign", target: ofGroup },
  updateIPFilter: { type: "ipfilters.change", action: "update", target: ({ input }) => ({ kind: "ipFilter", id: input.id }) },
  updateLogCollectorConfigurationDescription: {
    ...configuration,
    target: ({ configId }) => ({ kind: "configuration", id: configId }),
  },
  updateLogCollectorConfigurationName: { ...configuration, target: ({ configId }) => ({ kind: "configuration", id: configId }) },
  updateOrganizationPermissionsTokenPermissions: updatesToken,
  updateOrganizationRoot: { type: "organizations", action: "update", target: ({ userId }) => ({ kind: "user", id: userId }) },
  updateParserV2: { type: "parser.update", action: "update", target: ({ input }) => ({ kind: "parser", id: input.id }) },
  updateRetention: { ...archiving, type: "dataspace.retention" },
  updateRole: { type: "tokenhouse.role.change", action: "update", target: ({ input }) => role(input.roleId) },
  updateSystemPermissionsTokenPermissions: updatesToken,
  updateTokenSecurityPolicies: { type: "organizations.securitypolicies.tokens.update", action: "apply" },
  updateUser: { type: "user.profile", action: "update", target: ({ input }) => user(input.username) },
  updateView: { ...archiving, target: ({ viewName }) => searchDomain(viewName) },
  updateViewPermissionsTokenPermissions: updatesToken,
};

/** What the record of a refused call of a mutation says of it. */
export function auditedAs(mutation: string, args: never): { type: AuditType; action: AuditAction; target: NamedTarget | null } {
  const audited = new Map<string, Audited<never>>(Object.entries(auditedMutations)).get(mutation);
  if (audited === undefined) throw new Error(`Nobody has said how a refusal of ${mutation} is recorded.`);
  const { type, action, target } = audited;
  return { type, action, target: target?.(args) ?? null };
}
