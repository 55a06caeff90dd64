import { z } from "zod";

import { visibleName } from "#domain/name.ts";
import { parseTokenString } from "#domain/token/tokenString.ts";
import { unknownValue } from "#domain/inventory/evidence.ts";
import type { EvidenceCover } from "#domain/inventory/evidenceFile.ts";
import { exporterOf } from "#logscale/evidenceSource.ts";
import { OrganizationDocument, ViewerDocument } from "#logscale/generated/organization.ts";
import { isSignedIn, sessionFrom, type ExtensionName } from "#logscale/session.ts";

import { ask, askRoute, type RemoteServer } from "./client.ts";
import { isRefused } from "./readTokens.ts";

/** What a server is, and whom it takes the caller for. */
export interface RemoteIdentity {
  readonly backend: EvidenceCover["backend"]["kind"];
  /** Where the tokens are: of a gateway its cluster. Without a slash at its end. */
  readonly url: string;
  /** The version that the server names to everybody; undefined where it does not. */
  readonly version: string | undefined;
  /** Name of the organization; undefined where the caller may not read it. */
  readonly organization: string | undefined;
  readonly caller: EvidenceCover["exportedBy"];
  /** The caller's user; undefined where the caller is none, or nobody can tell. */
  readonly userId: string | undefined;
  /** What a gateway offers beside its cluster; nothing of an embedded server is asked of it here. */
  readonly offers: (extension: ExtensionName) => boolean;
}

const statusSchema = z.object({ version: z.string().max(200) });

/**
 * Finds out what a server is: a Tokenhouse says so at its own address, and LogScale has no such.
 *
 * @throws RemoteError
 */
export async function readIdentity(server: RemoteServer, signal: AbortSignal): Promise<RemoteIdentity> {
  const session = sessionFrom((await askRoute(server, "/session", signal)).body);
  const version = statusSchema.safeParse((await askRoute(server, "/api/v1/status", signal)).body).data?.version;
  const organization = await ask(server, OrganizationDocument, {}, { signal }).then(
    (answer) => answer.organization.name,
    (error: unknown) => {
      if (isRefused(error)) return undefined;
      throw error;
    },
  );
  if (session !== undefined && isSignedIn(session)) {
    const { backend, scheme = "https", host, user, extensions } = session;
    return {
      backend,
      url: backend === "embedded" ? server.origin : `${scheme}://${host}`,
      version,
      organization,
      caller: exporterOf(session),
      userId: user?.id,
      offers: (extension) => extensions.includes(extension),
    };
  }
  const viewer = await ask(server, ViewerDocument, {}, { signal }).then(
    (answer) => answer.viewer,
    (error: unknown) => {
      // LogScale refuses to describe a caller that is no user.
      if (isRefused(error)) return null;
      throw error;
    },
  );
  const caller: EvidenceCover["exportedBy"] =
    viewer === null
      ? { kind: "token", name: unknownValue, id: parseTokenString(server.credential)?.id ?? null }
      : { kind: "user", name: visibleName(viewer.username), id: viewer.id };
  return { backend: "logscale", url: server.origin, version, organization, caller, userId: viewer?.id, offers: () => false };
}
