import type { FeatureFlag } from "#server/generated/resolvers.ts";
import type { Parser, ParserTestCase } from "#server/services/parsers.ts";
import type { RecentEvent } from "#server/services/recentEvents.ts";
import type { KeysetPage } from "#server/services/tokens/page.ts";
import type { GroupRoleRow } from "#server/store/groupTables.ts";
import type { TokenModel, UserRoleRow, UserRow } from "#server/store/schema.ts";

/**
 * What the resolvers of `Account` start from: the caller's user, or the local administrator, who is none.
 *
 * @public named by the generated types
 */
export type AccountModel = { readonly type: "user"; readonly user: UserRow } | { readonly type: "local-root" };

/**
 * What the resolvers of `FeatureFlagV2` start from.
 *
 * @public named by the generated types
 */
export interface FeatureFlagModel {
  readonly flag: FeatureFlag;
}

/**
 * What resolvers start from that need nothing: of `HumioMetadata`, `OrganizationDetails` and `OrganizationStats`.
 *
 * @public named by the generated types
 */
export type NothingModel = Readonly<Record<string, never>>;

/**
 * What the resolvers of `Parser` start from.
 *
 * @public named by the generated types
 */
export type ParserModel = Parser;

/**
 * What the resolvers of `ParserTestCase` start from.
 *
 * @public named by the generated types
 */
export type ParserTestCaseModel = ParserTestCase;

/**
 * What the resolvers of `GroupSearchDomainRole` start from: a role of a group on a search domain.
 *
 * @public named by the generated types
 */
export type GroupViewRoleModel = GroupRoleRow & { readonly searchDomainId: string };

/**
 * What the resolvers of `SearchDomainRole` start from: a role of a user, or of a group.
 *
 * @public named by the generated types
 */
export type SearchDomainRoleModel = UserRoleRow | GroupViewRoleModel;

/**
 * What the resolvers of `RecentEvent` start from.
 *
 * @public named by the generated types
 */
export type RecentEventModel = RecentEvent;

/**
 * What the resolvers of `TokenPage` start from: all are counted only where that is asked for.
 *
 * @public named by the generated types
 */
export interface TokenPageModel extends Pick<KeysetPage, "count"> {
  readonly results: TokenModel[];
  readonly next: string | null;
}
