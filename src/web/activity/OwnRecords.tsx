import RefusedIcon from "@mui/icons-material/BlockOutlined";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { Link as RouterLink } from "react-router";

import { failureOf } from "#web/api/failure.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { readView } from "#web/list/view.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Words } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { activityLink, type RecordsLink } from "./activityLink.ts";
import { activityDialect } from "./link.ts";
import { recordsQuery } from "./query.ts";
import { credentialWords, sentence } from "./words.ts";

const PutBack = lazyPart(async () => (await import("./PutBack.tsx")).PutBack);

/** So many records stand on the page of what they are about. */
const few = 10;

/** The last records of something, and the way to all of them. */
export function OwnRecords({ asked }: { readonly asked: RecordsLink }) {
  const all = activityLink(asked);
  const { search, filters } = readView(activityDialect, new URLSearchParams(all.slice(all.indexOf("?"))));
  const query = useInfiniteQuery(recordsQuery({ search, filters }, few));
  const now = useServerNow();
  const [page] = query.data?.pages ?? [];
  if (page === undefined) {
    return query.isError ? (
      <ErrorState
        title="What is on record could not be read"
        failure={failureOf(query.error)}
        onRetry={() => void query.refetch()}
      />
    ) : (
      <LoadingShape label="Reading what is on record" shape="form" rows={3} />
    );
  }
  const { records, next, everybody } = page;
  return (
    <>
      {records.length === 0 ? (
        <Typography>
          {everybody ? "Nothing is on record of it." : "Nothing that you did is on record of it."} Records that are older than the
          retention are deleted.
        </Typography>
      ) : (
        <Box component="ul" sx={listStyle}>
          {records.map(({ record }) => {
            const at = Date.parse(record.timestamp);
            return (
              <li key={record.id}>
                {record.outcome === "refused" && (
                  <RefusedIcon
                    aria-hidden
                    fontSize="small"
                    sx={{ color: "warning.main", verticalAlign: "text-bottom", marginInlineEnd: 1 }}
                  />
                )}
                <Link component={RouterLink} to={activityLink(asked, record.id)} color="inherit">
                  <Words>{sentence(record)}</Words>
                </Link>
                <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
                  <Instant at={at} now={presentAfter(at, now)} />
                  {record.actor.ip !== undefined && ` · from ${record.actor.ip}`} · by{" "}
                  <Words>{credentialWords(record.actor)}</Words>
                </Typography>
                <Suspense fallback={null}>
                  {record.type === "organizations.securitypolicies.tokens.update" && <PutBack record={record} />}
                </Suspense>
              </li>
            );
          })}
        </Box>
      )}
      {!everybody && records.length > 0 && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          These are your own acts. Root and owners of the organization see everybody’s.
        </Typography>
      )}
      <Box sx={{ marginTop: 2 }}>
        <Link component={RouterLink} to={all}>
          {next === null ? "Open in Activity" : "All of them in Activity"}
        </Link>
      </Box>
    </>
  );
}

const listStyle = {
  listStyle: "none",
  margin: 0,
  padding: 0,
  overflowWrap: "anywhere",
  "& > li": { paddingBlock: 2, borderBottom: 1, borderColor: "divider" },
} as const;
