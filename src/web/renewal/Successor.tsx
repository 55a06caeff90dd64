import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { Suspense } from "react";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { nameInText } from "#domain/name.ts";
import type { Renewal } from "#domain/renewal/renewal.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import type { Session } from "#web/api/session.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { countOf } from "#web/ui/counts.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { Name, Words } from "#web/ui/Name.tsx";

const FilterRules = lazyPart(async () => (await import("#web/tokens/FilterRules.tsx")).FilterRules);

/** Up to this many permissions are shown at once. */
const fewPermissions = 4;

export interface SuccessorProps {
  readonly token: TokenDetail;
  readonly renewal: Renewal & { readonly ok: true };
  /** The filters that are known, by id. */
  readonly filters: ReadonlyMap<string, IpFilter>;
  readonly session: Session;
}

/** What the successor of a token will have, beside its expiry, and what of it the old one has not. */
export function Successor({ token, renewal: { request, changes }, filters, session }: SuccessorProps) {
  const { kind, name, views = [] } = token;
  const filter = request.ipFilter === null ? undefined : filters.get(request.ipFilter);
  const called = request.ipFilter === null ? undefined : (filter?.name ?? request.ipFilter);
  const names = views.map((view) => nameInText(view.name));
  const permissions = "permissions" in request ? [...request.permissions, ...(changes.granted ?? [])] : [];
  return (
    <Box component="section" aria-label="What the new token will have">
      <Facts>
        <Fact term="Name">
          <Name>{name}</Name>
        </Fact>
        <Fact term="May do">
          {kind === "personal" ? (
            "Everything that you may do, at any moment"
          ) : (
            <details open={permissions.length <= fewPermissions}>
              <Box component="summary" sx={{ cursor: "pointer" }}>
                The same {countOf(permissions.length, "permission")}
              </Box>
              <RightsInWords kind={kind} permissions={permissions} />
            </details>
          )}
          {changes.granted !== undefined && (
            <Typography variant="caption" component="p" sx={{ marginTop: 1 }}>
              {changes.granted.join(", ")} is new: every new view token gets it.
            </Typography>
          )}
        </Fact>
        {kind === "view" && (
          <Fact term="Where">
            <Words>{names.length > 8 ? `${names.slice(0, 7).join(", ")} and ${names.length - 7} more` : names.join(", ")}</Words>
          </Fact>
        )}
        <Fact term="From">
          {called === undefined ? (
            "Every address: no IP filter"
          ) : (
            <>
              Addresses that <Name>{called}</Name> accepts
            </>
          )}
          {changes.ipFilter !== undefined && (
            <>
              <Typography variant="caption" component="p" sx={{ color: "warning.main", marginTop: 1 }}>
                The security policy sets this IP filter on all new {kindTraits[kind].noun} tokens. The old token{" "}
                {changes.ipFilter.from === null ? "has none" : "has another"}: what uses it from elsewhere will be refused with
                the new one.
              </Typography>
              {filter !== undefined && (
                <Suspense fallback={null}>
                  <FilterRules text={filter.ipFilter} address={session.clientAddress} gateway={session.backend === "gateway"} />
                </Suspense>
              )}
            </>
          )}
        </Fact>
      </Facts>
    </Box>
  );
}
