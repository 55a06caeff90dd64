import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { kindTraits, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";

import { failureOf } from "#web/api/client.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { tokensQuery, useLoadProgress, type TokenList } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { searchOfState } from "#web/tokens/view.ts";
import { countInState, type StateFilter } from "#web/tokens/filters.ts";
import { PolicyLine } from "#web/tokens/PolicyLine.tsx";
import { visibilityWords } from "#web/tokens/VisibilityNote.tsx";
import { OwnToken } from "./OwnToken.tsx";

/** The figures that each kind shows, each leading to the tokens it counts. */
const figures = [
  { state: "expires-7d", label: "expire within 7 days" },
  { state: "expires-30d", label: "expire within 30 days" },
  { state: "never-expires", label: "never expire" },
  { state: "unused-90d", label: "not used for 90 days", ofUse: true },
] as const satisfies readonly { state: StateFilter; label: string; ofUse?: boolean }[];

/** Where things stand: each governed kind with its tokens and the policy in force. */
export function OverviewPage() {
  const organization = useQuery(organizationQuery).data;
  const session = useSession();
  const lists = useQueries({ queries: tokenKinds.map((kind) => tokensQuery(kind, "plan")) });
  const hidden = tokenKinds.filter((_, index) => lists[index]?.data?.visibility === "hidden");
  const shown = tokenKinds.filter((kind) => !hidden.includes(kind));
  // For a session that is a token's and not a user's; the local administrator's credential is root's.
  const asToken = session.user === undefined && (session.tokenKind !== undefined || session.backend === "gateway");
  return (
    <>
      <PageHeader title="Overview">
        {organization === undefined
          ? "The governed tokens of the organization."
          : `The governed tokens of ${nameInText(organization.name)}, an organization of ${countOf(organization.stats.userCount, "user")}.`}
      </PageHeader>
      {asToken && <OwnToken session={session} />}
      <Box sx={{ display: "grid", gap: 4, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "repeat(2, minmax(0, 1fr))" } }}>
        {shown.map((kind) => (
          <KindPanel key={kind} kind={kind} />
        ))}
      </Box>
      {hidden.length > 0 && (
        <Typography sx={{ color: "text.secondary", marginTop: shown.length > 0 ? 5 : 0, maxWidth: "80ch" }}>
          You may not list {listWords(hidden.map((kind) => kindTraits[kind].noun))} tokens, so it is not known here how many there
          are.
        </Typography>
      )}
      <Typography sx={{ color: "text.secondary", marginTop: 5, maxWidth: "80ch" }}>
        Ingest tokens and fleet installation tokens are not governed by the security policies and are not counted here.
      </Typography>
    </>
  );
}

function KindPanel({ kind }: { readonly kind: TokenKind }) {
  const tokens = useQuery(tokensQuery(kind, "plan"));
  const { title, noun } = kindTraits[kind];
  return (
    <Box
      component="section"
      aria-labelledby={`kind-${kind}`}
      sx={{ border: 1, borderColor: "divider", borderRadius: 1, backgroundColor: "background.paper", padding: 4, minHeight: 176 }}
    >
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 3 }}>
        <Typography variant="h2" id={`kind-${kind}`} sx={{ flex: 1 }}>
          <Link component={RouterLink} to={paths.tokensOf(kind)} underline="hover">
            {title} tokens
          </Link>
        </Typography>
        <Total kind={kind} list={tokens.data} />
      </Box>
      <Typography sx={{ color: "text.secondary", marginBottom: 3 }}>
        <PolicyLine kind={kind} />
      </Typography>
      {tokens.isError && (
        <ErrorState
          title={`The ${noun} tokens could not be read`}
          failure={failureOf(tokens.error)}
          onRetry={() => void tokens.refetch()}
        />
      )}
      {tokens.data !== undefined && <Figures kind={kind} list={tokens.data} />}
    </Box>
  );
}

function Total({ kind, list }: { readonly kind: TokenKind; readonly list: TokenList | undefined }) {
  const progress = useLoadProgress(kind);
  if (list === undefined) {
    if (progress === undefined) return <Skeleton width={48} aria-label="Loading" />;
    return (
      <Typography sx={{ color: "text.secondary" }}>
        {count(progress.loaded)} of {count(progress.total)} read
      </Typography>
    );
  }
  if (list.visibility === "hidden") return null;
  return (
    <Typography variant="h2" component="p">
      {list.visibility === "partial" ? `${count(list.seen)} seen` : count(list.seen)}
    </Typography>
  );
}

function Figures({ kind, list }: { readonly kind: TokenKind; readonly list: TokenList }) {
  const now = useServerNow();
  const session = useSession();
  const knowsUse = offers(session, "tokenUse");
  const note = visibilityWords(kind, list);
  const expired = countInState(list.tokens, "expired", now);
  if (list.visibility === "hidden") return <Typography>{note}</Typography>;
  return (
    <>
      <Box
        component="dl"
        sx={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(124px, 1fr))", rowGap: 3, columnGap: 2, margin: 0 }}
      >
        {figures
          .filter((figure) => knowsUse || !("ofUse" in figure))
          .map(({ state, label }) => (
            // The figure is read before its label, and stands above it.
            <Box key={state} sx={{ display: "flex", flexDirection: "column-reverse", justifyContent: "flex-end" }}>
              <Typography component="dt" variant="caption" sx={{ color: "text.secondary" }}>
                {label}
              </Typography>
              <Typography component="dd" variant="subtitle1" sx={{ margin: 0 }}>
                <Link component={RouterLink} to={{ pathname: paths.tokensOf(kind), search: searchOfState(state) }}>
                  {count(countInState(list.tokens, state, now))}
                  <Box component="span" sx={{ position: "absolute", clipPath: "inset(50%)" }}>{` ${noun(kind)} ${label}`}</Box>
                </Link>
              </Typography>
            </Box>
          ))}
      </Box>
      {expired > 0 && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0, marginTop: 3 }}>
          {list.visibility === "partial" ? "Those seen" : "The total"} include{list.visibility === "partial" ? "" : "s"}{" "}
          <Link component={RouterLink} to={{ pathname: paths.tokensOf(kind), search: searchOfState("expired") }}>
            {count(expired)} expired
          </Link>{" "}
          and not purged yet, which nobody can use.
        </Typography>
      )}
      {note !== undefined && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0, marginTop: 3 }}>
          {note}
        </Typography>
      )}
    </>
  );
}

function noun(kind: TokenKind): string {
  return `${kindTraits[kind].noun} tokens`;
}
