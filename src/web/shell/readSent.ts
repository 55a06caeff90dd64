import { PageRightsDocument } from "#logscale/generated/menu.ts";
import { OrganizationDocument } from "#logscale/generated/organization.ts";
import { IpFiltersDocument, TokenSecurityPoliciesDocument } from "#logscale/generated/policies.ts";
import { TokenKeysetPageDocument, TokenVisibilityDocument } from "#logscale/generated/tokensExtension.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { wasSent, wasSentWithSome } from "#web/api/pageStart.ts";
import { ipFiltersQuery, organizationQuery, policiesQuery, visibilityQuery } from "#web/api/queries.ts";
import { queryClient } from "#web/api/queryClient.ts";
import { sessionIn } from "#web/api/session.ts";

import { pageRightsQuery } from "./useMenu.ts";

/**
 * Reads what the page at a path was sent with into the cache, so that it is drawn with it rather than once without and once again. Asks the
 * server for nothing, and never rejects.
 */
export async function readSent(path: string): Promise<void> {
  const sent = (document: string) => wasSent({ document, variables: {} });
  const session = sessionIn(queryClient);
  await Promise.allSettled([
    sent(PageRightsDocument) && queryClient.query(pageRightsQuery),
    sent(OrganizationDocument) && queryClient.query(organizationQuery),
    sent(TokenVisibilityDocument) && queryClient.query(visibilityQuery),
    sent(TokenSecurityPoliciesDocument) && queryClient.query(policiesQuery),
    sent(IpFiltersDocument) && queryClient.query(ipFiltersQuery),
    session &&
      wasSentWithSome(TokenKeysetPageDocument) &&
      loadPart(() => import("#web/api/tokenPages.ts")).then(({ readSentRows }) => readSentRows(queryClient, session, path)),
  ]);
}
