import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits } from "#domain/token/kinds.ts";

import { searchDomainsQuery } from "#web/api/queries.ts";
import type { Session } from "#web/api/session.ts";
import { ingestRepositoriesQuery } from "#web/ingest/queries.ts";
import { paths } from "#web/paths.ts";
import { monospace } from "#web/theme.ts";
import { countOf } from "#web/ui/counts.ts";
import { Name } from "#web/ui/Name.tsx";

/** How many repositories and views are named; the others are counted. */
const mostNamed = 8;

/** What a session of a token without a user can find out about that token. */
export function OwnToken({ session }: { readonly session: Session }) {
  const domains = useQuery(searchDomainsQuery).data;
  const repositories = useQuery(ingestRepositoriesQuery).data;
  const { tokenKind, tokenId, tokenName, clientAddress } = session;
  const readable = repositories?.filter(({ mayRead }) => mayRead).map(({ name }) => name) ?? [];
  const sending = repositories?.filter(({ mayChange }) => mayChange).map(({ name }) => name) ?? [];
  return (
    <Box
      component="section"
      aria-labelledby="own-token"
      sx={{
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        backgroundColor: "background.paper",
        padding: 4,
        marginBottom: 4,
      }}
    >
      <Typography variant="h2" id="own-token" sx={{ marginBottom: 2, overflowWrap: "anywhere" }}>
        You act as {tokenKind === undefined ? "a token" : `the ${kindTraits[tokenKind].noun} token`}
        {tokenName !== undefined && (
          <>
            {" "}
            <Name>{tokenName}</Name>
          </>
        )}
      </Typography>
      {tokenId !== undefined && (
        <Typography sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
          Its id is <span style={{ fontFamily: monospace }}>{tokenId}</span>; you come from {clientAddress}.
        </Typography>
      )}
      <Box component="ul" sx={{ marginBlock: 2, paddingInlineStart: 5, "& li": { marginTop: 0.5 } }}>
        {domains !== undefined && (
          <li>
            {domains.length === 0 ? (
              "It sees no repository and no view."
            ) : (
              <>
                It sees {countOf(domains.length, "repository or view", "repositories and views")}:{" "}
                <Several names={domains.map(({ name }) => name)} />.
              </>
            )}
          </li>
        )}
        {repositories !== undefined && (
          <li>
            {readable.length === 0 ? (
              "It reads the events of no repository."
            ) : (
              <>
                It reads the events of <Several names={readable} />.
              </>
            )}
          </li>
        )}
        {sending.length > 0 && (
          <li>
            It may change the{" "}
            <Link component={RouterLink} to={paths.ingestTokens}>
              ingest tokens
            </Link>{" "}
            of <Several names={sending} />.
          </li>
        )}
      </Box>
      <Typography sx={{ color: "text.secondary" }}>
        A token cannot read its own permissions and expiry unless it may administer tokens of its kind; whoever administers it
        sees them on its page.
      </Typography>
    </Box>
  );
}

/** Names in a sentence: the first ones in full, the rest as a count. */
function Several({ names }: { readonly names: readonly string[] }) {
  const said = names.slice(0, mostNamed);
  const more = names.length - said.length;
  return (
    <>
      {said.map((name, index) => (
        <Fragment key={name}>
          {index === 0 ? "" : index === said.length - 1 && more === 0 ? " and " : ", "}
          <Name>{name}</Name>
        </Fragment>
      ))}
      {more > 0 && ` and ${more} more`}
    </>
  );
}
