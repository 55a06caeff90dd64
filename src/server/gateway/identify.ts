import { z } from "zod";

import { tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { tokenIdOf } from "#domain/token/tokenString.ts";
import { tokenTypenames } from "#logscale/convert.ts";
import type { Session } from "#logscale/session.ts";

import type { Cluster } from "./cluster.ts";
import type { ClusterFailure } from "./failures.ts";

/** Who a credential is, as far as the cluster tells: the members of a session that say so. */
export type ClusterIdentity = Pick<Session, "user" | "tokenId" | "tokenKind" | "tokenName">;

/** What came of asking the cluster who a credential is. */
export type Identification =
  | { readonly type: "known"; readonly identity: ClusterIdentity }
  | { readonly type: "denied"; readonly status: 401 | 403 }
  | { readonly type: "failed"; readonly failure: ClusterFailure };

const viewerQuery = "query Viewer { viewer { id username fullName isRoot isOrganizationRoot } }";
const viewerSchema = z.object({
  viewer: z.object({
    id: z.string(),
    username: z.string(),
    fullName: z.nullish(z.string()),
    isRoot: z.boolean(),
    isOrganizationRoot: z.boolean(),
  }),
});

const tokenQuery = "query OwnToken($id: String!) { token(tokenId: $id) { __typename name } }";
const tokenSchema = z.object({ token: z.object({ __typename: z.string(), name: z.string() }) });

/** The name shown for a credential whose own name the cluster does not tell. */
const nameless = "API token";

/**
 * Asks the cluster who a credential is. LogScale describes users. It accepts a token without a user but does not describe it. Such a token
 * may be able to read tokens of its own kind; then its name and kind are known, otherwise only its id.
 */
export async function identify(cluster: Cluster, token: string): Promise<Identification> {
  const answer = await cluster.query(token, viewerQuery);
  if (answer.type !== "result") return answer;
  const tokenId = tokenIdOf(token) ?? undefined;
  const viewer = viewerSchema.safeParse(answer.data).data?.viewer;
  if (viewer !== undefined) {
    const { id, username, fullName, isRoot, isOrganizationRoot } = viewer;
    const user = { id, username, fullName: fullName ?? null, isRoot, isOrgRoot: isOrganizationRoot };
    // A personal token's id is its user's: nothing else has an id of that length.
    const personal = tokenId === id && { tokenKind: "personal" as const, tokenName: username };
    return { type: "known", identity: { user, ...(tokenId !== undefined && { tokenId }), ...personal } };
  }
  if (tokenId === undefined) return { type: "known", identity: { tokenName: nameless } };
  const described = await cluster.query(token, tokenQuery, { id: tokenId });
  const own = described.type === "result" ? tokenSchema.safeParse(described.data).data?.token : undefined;
  const tokenKind = tokenKinds.find((kind): kind is TokenKind => tokenTypenames[kind] === own?.__typename);
  return { type: "known", identity: { tokenId, tokenName: own?.name ?? nameless, ...(tokenKind && { tokenKind }) } };
}
