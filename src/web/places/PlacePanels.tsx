import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { compareNames } from "#domain/compareNames.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { failureOf } from "#web/api/failure.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { lifeWords, TokenRowEnd } from "#web/inventory/bulk/TokenRowEnd.tsx";
import { TokenRows } from "#web/inventory/bulk/TokenRows.tsx";
import { inventoryLink } from "#web/inventory/link.ts";
import { paths } from "#web/paths.ts";
import { withChoice } from "#web/roll-out/choice.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { placesQuery, type PlaceDetail, type RepositoryDetail } from "./queries.ts";
import { placeTypeOf } from "./type.ts";
import type { TokenReachOf } from "./useReach.ts";
import type { KnownCount } from "./words.ts";

/** A title with how many there are, as far as that is known. */
function counted(title: string, seen: KnownCount): string {
  if (!("value" in seen)) return title;
  return `${title} (${count(seen.value)}${seen.state === "at-least" ? " or more" : ""})`;
}

interface TokenListProps {
  readonly label: string;
  readonly tokens: readonly InventoryToken[];
  readonly empty: string;
}

function TokenList({ label, tokens, empty }: TokenListProps) {
  const now = useServerNow();
  return (
    <TokenRows
      label={label}
      items={tokens.map((token) => ({ token }))}
      mostInSight={6}
      wordsOf={({ token }) => lifeWords(token, now).join(" · ")}
      renderSign={({ token }) => <TokenRowEnd token={token} now={now} />}
      empty={empty}
    />
  );
}

/** The ingest tokens of a repository, and the way on from there. */
export function IngestPanel({ repository, reach }: { readonly repository: RepositoryDetail; readonly reach: TokenReachOf }) {
  const { name } = repository;
  const type = placeTypeOf(repository);
  const seen = reach.ingest({ name, type, showsTokens: repository.showsTokens && type === "repository" });
  if (seen.state === "none-possible") {
    return (
      <Panel title="Ingest tokens">
        <Typography sx={{ color: "text.secondary" }}>
          It takes none: LogScale itself writes what is in a repository of its own.
        </Typography>
      </Panel>
    );
  }
  if (seen.state === "hidden") {
    return (
      <Panel title="Ingest tokens">
        <Typography sx={{ color: "text.secondary" }}>
          They are not shown to you: it takes the permission to change ingest tokens here (<code>ChangeIngestTokens</code>).
        </Typography>
      </Panel>
    );
  }
  return (
    <Panel title={counted("Ingest tokens", seen)}>
      {seen.state === "unknown" ? (
        <Unread onRetry={reach.inventory.reload} />
      ) : (
        <TokenList
          label="Ingest tokens of this repository"
          tokens={reach.tokensIn(name)}
          empty={
            seen.state === "reading" ? "They are still being read." : "Nothing can send data here yet: create an ingest token."
          }
        />
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, rowGap: 1 }}>
        <Link component={RouterLink} to={paths.ingestRepository(name)}>
          Open the list, and the last events
        </Link>
        <Link component={RouterLink} to={paths.newIngestToken(name)}>
          Create an ingest token here
        </Link>
        <Link component={RouterLink} to={withChoice(paths.rollOut, { repository: name })}>
          Roll out collectors that send here
        </Link>
      </Box>
    </Panel>
  );
}

function Unread({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <ErrorState
      title="They could not be read"
      failure={{ kind: "unexpected", message: "The tokens of this repository are missing in what was read." }}
      onRetry={onRetry}
    />
  );
}

/** The view tokens that reach a repository or view by its name. */
export function ViewTokensPanel({ place: { id }, reach }: { readonly place: PlaceDetail; readonly reach: TokenReachOf }) {
  const seen = reach.view(id);
  const tokens = reach.tokensOn(id);
  return (
    <Panel title={counted("View tokens that reach it", seen)}>
      {seen.state === "hidden" ? (
        <Typography sx={{ color: "text.secondary" }}>
          You may not list view tokens, so it is not known here how many there are.
        </Typography>
      ) : seen.state === "unknown" ? (
        <Unread onRetry={reach.inventory.reload} />
      ) : (
        <>
          <TokenList
            label="View tokens that reach it"
            tokens={tokens}
            empty={seen.state === "reading" ? "They are still being read." : "No view token that is listed to you names it."}
          />
          {tokens.length > 0 && (
            <Link component={RouterLink} to={inventoryLink({ kind: ["view"], view: [id] })}>
              Open them in the list of view tokens
            </Link>
          )}
          {seen.state === "at-least" && (
            <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0 }}>
              Only view tokens that you may administer are listed; there may be others.
            </Typography>
          )}
        </>
      )}
    </Panel>
  );
}

/** The views that show a repository, with the tokens that reach it through them. */
export function JoinedBy({ id, reach }: { readonly id: string; readonly reach: TokenReachOf }) {
  const { data, isError, error, refetch } = useQuery(placesQuery);
  const views = data?.places.filter(({ joins }) => joins?.some((joined) => joined.id === id) === true);
  const sorted = views?.toSorted((a, b) => compareNames(a.name, b.name));
  return (
    <Panel title={sorted === undefined ? "Views that show it" : `Views that show it (${count(sorted.length)})`}>
      {sorted === undefined ? (
        isError ? (
          <ErrorState title="The views could not be read" failure={failureOf(error)} onRetry={() => void refetch()} />
        ) : (
          <Typography sx={{ color: "text.secondary" }}>They are still being read.</Typography>
        )
      ) : sorted.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>No view that is shown to you shows it.</Typography>
      ) : (
        <Box component="ul" sx={listStyle}>
          {sorted.map((view) => (
            <li key={view.id}>
              <Link component={RouterLink} to={paths.repository(view.name)}>
                <Name>{view.name}</Name>
              </Link>
              <TokensThrough seen={reach.view(view.id)} />
            </li>
          ))}
        </Box>
      )}
    </Panel>
  );
}

function TokensThrough({ seen }: { readonly seen: KnownCount }) {
  if (!("value" in seen) || seen.value === 0) return null;
  return (
    <span className="quiet">
      {" "}
      ({countOf(seen.value, "view token")}
      {seen.state === "at-least" && " or more"})
    </span>
  );
}

const listStyle = { margin: 0, paddingInlineStart: 5, maxHeight: 280, overflowY: "auto", overflowWrap: "anywhere" } as const;

/** The parsers that a repository can use. */
export function ParsersPanel({ parsers }: { readonly parsers: RepositoryDetail["parsers"] }) {
  const own = parsers.filter(({ isBuiltIn }) => !isBuiltIn).toSorted((a, b) => compareNames(a.name, b.name));
  const builtIn = parsers.filter(({ isBuiltIn }) => isBuiltIn).toSorted((a, b) => compareNames(a.name, b.name));
  return (
    <Panel title={`Parsers (${count(parsers.length)})`}>
      {own.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>It has none of its own.</Typography>
      ) : (
        <Box component="ul" sx={listStyle}>
          {own.map(({ id, name }) => (
            <li key={id}>
              <Name>{name}</Name>
            </li>
          ))}
        </Box>
      )}
      {builtIn.length > 0 && (
        <details>
          <summary>{countOf(builtIn.length, "parser")} that LogScale brings along</summary>
          <Box component="ul" sx={{ ...listStyle, marginTop: 1 }}>
            {builtIn.map(({ id, name }) => (
              <li key={id}>
                <Name>{name}</Name>
              </li>
            ))}
          </Box>
        </details>
      )}
    </Panel>
  );
}
