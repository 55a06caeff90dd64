import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { filterJudge } from "#domain/filter/judge.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery } from "#web/api/queries.ts";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

/** Which IP filters accept an address, each with a way to propose that it no longer does. */
export function FilterProposals({ address }: { readonly address: string }) {
  const { data, isError, error, refetch } = useQuery(ipFiltersQuery);
  const failure = isError ? failureOf(error) : undefined;
  if (data === undefined) {
    return (
      <Panel title="IP filters that accept it">
        {failure === undefined ? (
          <Typography role="status">Reading the IP filters.</Typography>
        ) : (
          <ErrorState title="The IP filters could not be read" failure={failure} onRetry={() => void refetch()} />
        )}
      </Panel>
    );
  }
  const judge = filterJudge((id) => data.find((filter) => filter.id === id)?.ipFilter);
  const accepting = data.filter(({ id }) => judge(id, address) === "accepts");
  return (
    <Panel title={`IP filters that accept it (${count(accepting.length)})`}>
      <Typography>
        {accepting.length === 0
          ? `None of ${countOf(data.length, "IP filter")} accepts ${address}. Tokens without a filter work from everywhere.`
          : "A proposal opens in the filter’s own form, which shows what it locks out. Nothing changes before you save it there. Tokens without a filter work from everywhere."}
      </Typography>
      {accepting.length > 0 && (
        <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
          {accepting.map(({ id, name }) => (
            <li key={id}>
              <Name>{name}</Name>:{" "}
              <Link component={RouterLink} to={paths.ipFilterWithout(id, address)}>
                propose to refuse {address}
              </Link>
            </li>
          ))}
        </Box>
      )}
    </Panel>
  );
}
