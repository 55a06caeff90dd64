import { plainLong, type Long } from "#domain/long.ts";
import type { PlannableToken } from "#domain/policy/plan.ts";
import type { Creator, CreatorKind } from "#domain/token/creator.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { UsedToken } from "#domain/token/lastUse.ts";

import {
  creatorFromWire,
  firstUseFromWire,
  lastUseFromWire,
  tokenFromWire,
  tokenTypeFilters,
  type Visibility,
} from "./convert.ts";
import type { TokenPartsFragment } from "./generated/graphql.ts";
import { TokenPageDocument } from "./generated/tokens.ts";
import { PersonalTokenPageDocument, TokenPageWithUseDocument } from "./generated/tokensExtension.ts";
import type { Operation } from "./operation.ts";
import { loadPages, type Page, type PageProgress } from "./pages.ts";
import type { ExtensionName } from "./session.ts";

/** A repository or view that a view token may use. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  /** `Repository`, `View`, or what a newer LogScale has. */
  readonly type: string;
}

/**
 * A token as the app shows it. What the backend can't tell is absent (undefined); null says that there is nothing to tell. Times are
 * ms since epoch.
 */
export interface ListedToken extends UsedToken {
  /** Who created the token. `ownerOf` of the domain tells whom to ask about it. */
  readonly creator?: Creator;
  /** When it was first used; null when never. */
  readonly firstUse?: Long | null;
  /** The token's own permissions; only with detail `full`, and not of a personal token, which has its user's. */
  readonly permissions?: readonly string[];
  /** Only of a view token, with detail `full`. */
  readonly views?: readonly TokenView[];
}

/** What was read of the tokens of one kind. */
export interface KindReading {
  /** In the order of their names, as the server sorts them; each id once. */
  readonly tokens: readonly ListedToken[];
  /** How many tokens of the kind the caller may list, as the backend says; null where it does not say. */
  readonly total: number | null;
  /** Whether `tokens` are all tokens of the kind that exist, some of them, or none that could be read. */
  readonly visibility: Visibility[TokenKind];
  /** How many of those listed are left out of `tokens`, being of a type that the contract does not have. */
  readonly unknown: number;
  /** Whether the list stood still while it was read. Where it did not, `visibility` is never `complete`, and reading again may help. */
  readonly steady: boolean;
}

/** The tokens of one kind, and how much of them this is. */
export interface TokenList extends KindReading {
  /** Length of `tokens`. */
  readonly seen: number;
  /** How much of the kind the caller may list, even where reading it failed. */
  readonly listable: Visibility[TokenKind];
  /** The server's time when reading began. */
  readonly loadedAt: number;
}

/** `plan` holds what a plan needs and last use where known; `full` also holds permissions and views. */
export type ListDetail = "plan" | "full";

/** Runs a reading operation and gives its data. */
export type Ask = <Data, Variables extends Readonly<Record<string, unknown>>>(
  document: Operation<Data, Variables>,
  variables: Variables,
  options: { readonly signal: AbortSignal },
) => Promise<Data>;

/** Where tokens are read from, as whom. */
export interface TokenSource {
  readonly ask: Ask;
  /** What the server offers beyond LogScale's schema. */
  readonly offers: (extension: ExtensionName) => boolean;
  /** How much of the kind the caller may list. */
  readonly visibility: Visibility[TokenKind];
  /**
   * Reads all tokens of the kind in one answer, with detail `plan`, where the server gives one (`tokenColumns`); undefined where they are too
   * many for it.
   */
  readonly readAtOnce?: (kind: TokenKind) => Promise<readonly ListedToken[] | undefined>;
  /** Reads the caller's own personal token; null where there is none. Asked only of a server that lists no others. */
  readonly ownPersonalToken: () => Promise<TokenPartsFragment | null | undefined>;
  /** Whether an error says that smaller pages would be given. */
  readonly isTooLarge: (error: unknown) => boolean;
  /** Whether an error says that the caller may not read. */
  readonly isRefused: (error: unknown) => boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PageProgress) => void;
  /** Loads the operations of detail `full`; by a mere import unless told. */
  readonly loadDetails?: typeof importDetails;
}

/** The operations of detail `full`, which lists of tokens do without. */
export async function importDetails() {
  const [{ TokenDetailPageDocument }, { TokenDetailPageWithUseDocument }] = await Promise.all([
    import("./generated/tokenDetails.ts"),
    import("./generated/tokenDetailsExtension.ts"),
  ]);
  return { TokenDetailPageDocument, TokenDetailPageWithUseDocument };
}

/**
 * Reads the tokens of one kind. Those that the caller cannot list come back as `hidden` with no tokens, which is not the same as none
 * existing.
 *
 * @throws what `ask` throws
 */
export async function readTokens(kind: TokenKind, detail: ListDetail, source: TokenSource): Promise<KindReading> {
  const { offers, visibility, isRefused, readAtOnce } = source;
  const nothing = { tokens: [], total: null, unknown: 0, steady: true };
  if (visibility === "hidden") return { ...nothing, visibility };
  if (kind === "personal" && !offers("personalTokens")) {
    // LogScale lists no personal tokens but one's own, so how many there are is not known.
    const own = await source.ownPersonalToken();
    const known = own ? tokenFromWire(own) : undefined;
    return { ...nothing, visibility: "partial", ...(known === undefined ? { unknown: own ? 1 : 0 } : { tokens: [known] }) };
  }
  // Of one instant, and of kinds that the server knows.
  const tokens = detail === "plan" ? await readAtOnce?.(kind) : undefined;
  if (tokens !== undefined) return { ...nothing, tokens, total: tokens.length, visibility };
  try {
    return await readPages(kind, detail, source);
  } catch (error) {
    // LogScale does not say in advance what it refuses. The embedded server does, so its refusal is an error.
    if (!offers("tokenVisibility") && isRefused(error)) return { ...nothing, visibility: "hidden" };
    throw error;
  }
}

async function readPages(kind: TokenKind, detail: ListDetail, source: TokenSource): Promise<KindReading> {
  const { visibility, isTooLarge, signal, onProgress } = source;
  const { rows, total, whole } = await loadPages<ReadRow>({
    fetchPage: pageReader(kind, detail, source),
    idOf: (token) => token.id,
    fingerprint: ({ id, name, createdAt, expireAt, ipFilter }) =>
      JSON.stringify([id, name, plainLong(createdAt), plainLong(expireAt), ipFilter]),
    signal,
    isTooLarge,
    ...(onProgress && { onProgress }),
  });
  const tokens = rows.filter(isKnown);
  const unknown = rows.length - tokens.length;
  return { tokens, total, unknown, steady: whole, visibility: whole && unknown === 0 ? visibility : "partial" };
}

type WireToken = TokenPartsFragment & {
  readonly lastUsedAt?: Long | null;
  readonly lastUsedFrom?: string | null;
  readonly firstUsedAt?: Long | null;
  readonly createdBy?: string | null;
  readonly creatorKind?: CreatorKind;
  readonly creatorId?: string | null;
  readonly permissions?: readonly string[];
  readonly views?: readonly { readonly __typename: string; readonly id: string; readonly name: string }[];
};

/** A token of a type that this page does not know. It keeps its place, so that a whole list counts as whole. */
interface UnknownRow extends Omit<PlannableToken, "kind"> {
  readonly kind: undefined;
}

type ReadRow = ListedToken | UnknownRow;

function isKnown(row: ReadRow): row is ListedToken {
  return row.kind !== undefined;
}

function pageFromWire({ totalResults, results }: { totalResults: number; results: readonly WireToken[] }): Page<ReadRow> {
  return { total: totalResults, rows: results.map(rowFromWire) };
}

function pageReader(kind: TokenKind, detail: ListDetail, { ask, offers, loadDetails = importDetails }: TokenSource) {
  const withUse = offers("tokenUse");
  return async (skip: number, limit: number, signal: AbortSignal): Promise<Page<ReadRow>> => {
    if (kind === "personal")
      return pageFromWire((await ask(PersonalTokenPageDocument, { skip, limit }, { signal })).personalTokens);
    const variables = { type: tokenTypeFilters[kind], skip, limit };
    if (detail === "full") {
      const { TokenDetailPageDocument, TokenDetailPageWithUseDocument } = await loadDetails();
      const document = withUse ? TokenDetailPageWithUseDocument : TokenDetailPageDocument;
      return pageFromWire((await ask(document, variables, { signal })).tokens);
    }
    return pageFromWire((await ask(withUse ? TokenPageWithUseDocument : TokenPageDocument, variables, { signal })).tokens);
  };
}

function rowFromWire(wire: WireToken): ReadRow {
  const { id, name, createdAt, expireAt, ipFilterV2 } = wire;
  return listedFromWire(wire) ?? { id, name, createdAt, expireAt, ipFilter: ipFilterV2?.id ?? null, kind: undefined };
}

/** A token of the wire with all that the wire tells of it; undefined where it is of a type that is not in the contract. */
export function listedFromWire(wire: WireToken): ListedToken | undefined {
  const token = tokenFromWire(wire);
  if (token === undefined) return undefined;
  const lastUse = lastUseFromWire(wire);
  const firstUse = firstUseFromWire(wire);
  const creator = creatorFromWire(wire);
  return {
    ...token,
    ...(lastUse && { lastUse }),
    ...(firstUse !== undefined && { firstUse }),
    ...(creator && { creator }),
    ...(wire.permissions !== undefined && { permissions: wire.permissions }),
    ...(wire.views !== undefined && { views: wire.views.map(({ __typename, id, name }) => ({ id, name, type: __typename })) }),
  };
}
