import type { TokenKind } from "#domain/token/kinds.ts";
import type { OrganizationPermission, SystemPermission, ViewPermission } from "#domain/token/permissions.ts";
import { parseTokenString } from "#domain/token/tokenString.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import {
  CreateOrganizationTokenDocument,
  CreatePersonalTokenDocument,
  CreateSystemTokenDocument,
  CreateViewTokenDocument,
  DeleteTokenDocument,
  RotateTokenDocument,
  UpdateOrganizationTokenPermissionsDocument,
  UpdateSystemTokenPermissionsDocument,
  UpdateViewTokenPermissionsDocument,
} from "#logscale/generated/token.ts";
import { call, CallError, type CallOptions } from "#web/api/client.ts";
import { Secret } from "#web/secrets/secret.ts";

/** A token that was just made, or given another secret. */
export interface IssuedSecret {
  /** Null when the string is not of LogScale's form. */
  readonly id: string | null;
  readonly secret: Secret;
}

function issued(text: string): IssuedSecret {
  const id = parseTokenString(text)?.id;
  // Part of a string can keep the whole of it in memory; letter by letter it is a text of its own.
  return { id: id === undefined ? null : Array.from(id).join(""), secret: new Secret(text) };
}

/** The operation that makes the token of a request, and its variables. */
export function creationOf(request: TokenRequest) {
  const { kind, expireAt, ipFilter: ipFilterId } = request;
  const limits = { expireAt, ipFilterId };
  switch (kind) {
    case "personal":
      return { kind, document: CreatePersonalTokenDocument, variables: { input: limits } } as const;
    case "view": {
      const { name, viewIds, permissions } = request;
      const input = { ...limits, name, viewIds, viewPermissions: permissions };
      return { kind, document: CreateViewTokenDocument, variables: { input } } as const;
    }
    case "organization": {
      const input = { ...limits, name: request.name, organizationPermissions: request.permissions };
      return { kind, document: CreateOrganizationTokenDocument, variables: { input } } as const;
    }
    case "system": {
      const input = { ...limits, name: request.name, systemPermissions: request.permissions };
      return { kind, document: CreateSystemTokenDocument, variables: { input } } as const;
    }
    default:
      return kind satisfies never;
  }
}

/**
 * Creates a token; in place of one that `options` name, where the server records that.
 *
 * @throws CallError: `refused` with the field at fault where the server names it; `unknown-outcome` when the answer was lost
 */
export async function createToken(request: TokenRequest, options?: CallOptions): Promise<IssuedSecret> {
  const creation = creationOf(request);
  switch (creation.kind) {
    case "personal":
      return issued((await call(creation.document, creation.variables, options)).createPersonalUserTokenV2.token);
    case "view":
      return issued((await call(creation.document, creation.variables, options)).createViewPermissionsTokenV2.token);
    case "organization":
      return issued((await call(creation.document, creation.variables, options)).createOrganizationPermissionsTokenV2.token);
    case "system":
      return issued((await call(creation.document, creation.variables, options)).createSystemPermissionsTokenV2.token);
    default:
      return creation satisfies never;
  }
}

/** The operation that gives a token another secret, and its variables. */
export function rotationOf(id: string) {
  return { document: RotateTokenDocument, variables: { input: { id } } };
}

/** Gives a token another secret, which stops the old one. @throws CallError as {@link createToken} */
export async function rotateToken(id: string, options?: CallOptions): Promise<IssuedSecret> {
  const { document, variables } = rotationOf(id);
  return issued((await call(document, variables, options)).rotateToken);
}

/** The operation that deletes a token, and its variables. */
export function deletionOf(id: string) {
  return { document: DeleteTokenDocument, variables: { input: { id } } };
}

/** Deletes a token. @throws CallError as {@link createToken} */
export async function deleteToken(id: string, options?: CallOptions): Promise<void> {
  const { document, variables } = deletionOf(id);
  const { deleteToken } = await call(document, variables, options);
  if (!deleteToken)
    throw new CallError({ kind: "refused", message: "The server did not delete the token, and did not say why." });
}

/** The operation that replaces the permissions of a token of a kind, and its variables. */
export function permissionUpdateOf(kind: TokenKind, id: string, permissions: readonly string[]) {
  // The names come from the catalogue of the kind, or from the token itself, where a newer LogScale may have put others.
  switch (kind) {
    case "personal":
      throw new Error("A personal token has no permissions of its own.");
    case "view": {
      const input = { id, permissions: permissions as ViewPermission[] };
      return { kind, document: UpdateViewTokenPermissionsDocument, variables: { input } } as const;
    }
    case "organization": {
      const input = { id, permissions: permissions as OrganizationPermission[] };
      return { kind, document: UpdateOrganizationTokenPermissionsDocument, variables: { input } } as const;
    }
    case "system": {
      const input = { id, permissions: permissions as SystemPermission[] };
      return { kind, document: UpdateSystemTokenPermissionsDocument, variables: { input } } as const;
    }
    default:
      return kind satisfies never;
  }
}

/** Replaces the permissions of a token. @throws CallError as {@link createToken} */
export async function updatePermissions(kind: TokenKind, id: string, permissions: readonly string[]): Promise<void> {
  const update = permissionUpdateOf(kind, id, permissions);
  switch (update.kind) {
    case "view":
      await call(update.document, update.variables);
      return;
    case "organization":
      await call(update.document, update.variables);
      return;
    case "system":
      await call(update.document, update.variables);
      return;
    default:
      update satisfies never;
  }
}
