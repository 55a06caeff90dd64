import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useWatch, type Control } from "react-hook-form";

import type { TokenKind } from "#domain/token/kinds.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { nameInText } from "#domain/name.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { searchDomainsQuery } from "#web/api/queries.ts";
import type { Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";

import { DraftWords } from "./DraftWords.tsx";
import { useNamesakes } from "./names.ts";
import { expiryOf, type TokenForm } from "./request.ts";
import { useFilterVerdict } from "./useFilterVerdict.ts";
import { tokenWarnings } from "./warnings.ts";

export interface DraftPanelProps {
  readonly kind: TokenKind;
  readonly policy: KindPolicy;
  readonly filters: readonly IpFilter[];
  readonly session: Session;
  readonly control: Control<TokenForm, unknown, TokenRequest>;
  /** Whether the token is made already: then the one of this name in the list is this one. */
  readonly made: boolean;
}

/** The words beside the form; a component of its own, so that typing does not render the form again. */
export function DraftPanel({ kind, control, policy, filters, session, made }: DraftPanelProps) {
  const form = useWatch({ control });
  const now = useServerNow();
  const namesakesOf = useNamesakes(kind);
  const domains = useQuery({ ...searchDomainsQuery, enabled: kind === "view" }).data;
  const { name = "", viewIds = [], permissions = [], expiry = "", exact = "", ipFilter = "" } = form;
  const filter = filters.find(({ id }) => id === ipFilter);
  const filterNames = distinctNames(filters);
  const verdict = useFilterVerdict(filter?.ipFilter, session.clientAddress);
  const expireAt = expiryOf({ expiry, exact }, policy.maximumLifetime, now);
  const warnings = tokenWarnings({
    kind,
    permissions,
    expireAt,
    filter: ipFilter === "" ? null : { accepts: verdict?.accepts },
    namesakes: made ? { same: 0, alike: [] } : namesakesOf(name),
    ofOwner: kind === "personal" && (session.user?.isRoot === true || session.user?.isOrgRoot === true),
  });
  const views = (domains ?? []).filter(({ id }) => viewIds.includes(id)).map((domain) => nameInText(domain.name));
  return (
    // Where the words outgrow the window they scroll by themselves, which the keyboard must be able to do as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <Box
      tabIndex={0}
      role="region"
      aria-label="Summary of the token"
      sx={{
        "&:focus-visible": { outlineOffset: "-2px" },
        gridArea: "side",
        position: { lg: "sticky" },
        top: { lg: 16 },
        maxHeight: { lg: "calc(100dvh - 100px)" },
        overflow: { lg: "auto" },
      }}
    >
      <DraftWords
        kind={kind}
        permissions={permissions}
        views={views}
        expireAt={expireAt}
        filter={ipFilter === "" ? undefined : (filterNames.get(ipFilter) ?? ipFilter)}
        now={now}
        warnings={warnings}
      />
    </Box>
  );
}
