import { useQuery, useQueryClient } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { AssignParserDocument, UnassignParserDocument } from "#logscale/generated/ingestToken.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import type { ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call, failureOf } from "#web/api/client.ts";
import { AssignedChoice } from "#web/form/AssignedChoice.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { ingestChanged, ingestTokensQuery, parsersQuery } from "./queries.ts";

/** The parser that a token's data goes to, and a choice of others. */
export function ParserField({ token: { repository, name, parser } }: { readonly token: IngestToken }) {
  const client = useQueryClient();
  const parsers = useQuery(parsersQuery(repository));
  const assigned = parser ?? "";
  const known = parsers.data ?? [];
  const options = assigned === "" || known.includes(assigned) ? known : [assigned, ...known];
  const unassignment = { repository, token: name };
  const assignment = (chosen: string) => ({ input: { repositoryName: repository, tokenName: name, parser: chosen } });

  const apiCallOf = (chosen: string): ShownCall => ({
    ...(chosen === ""
      ? { title: "Take the parser off an ingest token", document: UnassignParserDocument, variables: unassignment }
      : { title: "Assign a parser to an ingest token", document: AssignParserDocument, variables: assignment(chosen) }),
    resource: { type: "ingest", name, repository, parser: chosen === "" ? null : chosen, existing: true },
  });
  return (
    <AssignedChoice
      label="Assigned parser"
      assigned={assigned}
      options={options.map((title) => ({ id: title, name: title }))}
      takeAway="Take the parser off"
      noun="ingest token"
      failure="The parser was not changed"
      field="parser"
      call={apiCallOf}
      send={(chosen) =>
        chosen === "" ? call(UnassignParserDocument, unassignment) : call(AssignParserDocument, assignment(chosen))
      }
      read={async () => {
        const now = (await client.query(ingestTokensQuery(repository))).find((token) => token.name === name);
        return now && (now.parser ?? "");
      }}
      done={async (chosen) => {
        await ingestChanged(client);
        announce(chosen === "" ? "The token has no parser now." : `The parser ${nameInText(chosen)} was assigned.`);
      }}
      failed={() => void ingestChanged(client)}
    >
      {() =>
        parsers.isError && (
          <ErrorState
            title="The parsers could not be read"
            failure={failureOf(parsers.error)}
            onRetry={() => void parsers.refetch()}
          />
        )
      }
    </AssignedChoice>
  );
}
