import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link as RouterLink, useSearchParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { ipFiltersQuery } from "#web/api/queries.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { peopleQuery } from "#web/inventory/findings/peopleQuery.ts";
import { useFindings } from "#web/inventory/findings/useFindings.ts";
import { useInventory, type Inventory } from "#web/inventory/useInventory.ts";
import { paths } from "#web/paths.ts";
import { countOf } from "#web/ui/counts.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";
import { listLink } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Words } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";

import { AddToken } from "./AddToken.tsx";
import { CompareTable } from "./CompareTable.tsx";
import { compareLink, comparedKeys, mostCompared } from "./link.ts";
import { comparisonWords, type NamedToken } from "./words.ts";

/** Some tokens side by side: what each is, what it may do, and what it has beyond the others. */
export function ComparePage() {
  const [params, setParams] = useSearchParams();
  const asked = useMemo(() => comparedKeys(params), [params]);
  const inventory = useInventory();
  const { byKey, waiting, loading, rights } = inventory;
  const keys = asked.slice(0, mostCompared);
  const known = keys.filter((key) => byKey.has(key));
  const unknown = keys.length - known.length;
  const change = (next: readonly string[]) => setParams(new URL(compareLink(next), window.location.origin).searchParams);
  return (
    <>
      <PageHeader
        title="Compare tokens"
        actions={
          <>
            <ReadAgain busy={loading} onRead={inventory.reload} />
            <Button component={RouterLink} to={listLink(paths.tokens)} variant="outlined">
              All tokens
            </Button>
          </>
        }
      >
        What each of two to six tokens may do, side by side, and what one has beyond the other.
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 4 }}>
        {asked.length > mostCompared && (
          <Alert severity="warning">
            This link names {asked.length} tokens. At most {mostCompared} fit side by side, so the first {mostCompared} are shown.
          </Alert>
        )}
        {!waiting && unknown > 0 && (
          <Alert severity="warning">
            {countOf(unknown, "token")} of this link {unknown === 1 ? "is" : "are"} not among those that you may list: deleted,
            expired or rotated since the link was made, or not shown to you.
          </Alert>
        )}
        {waiting && known.length < keys.length ? (
          <LoadingShape label="Loading the tokens" shape="table" />
        ) : (
          <Compared inventory={inventory} keys={known} onRemove={(key) => change(asked.filter((one) => one !== key))} />
        )}
        {!waiting && known.length < mostCompared && (
          <AddToken
            label={known.length === 0 ? "Compare this token" : "Compare with"}
            tokens={inventory.tokens}
            taken={known}
            onAdd={(key) => change([...known, key])}
          />
        )}
        {rights.state === "failed" && (
          <Alert severity="warning">The permissions and views of tokens could not be read, so they are not compared.</Alert>
        )}
      </Box>
    </>
  );
}

interface ComparedProps {
  readonly inventory: Inventory;
  readonly keys: readonly string[];
  readonly onRemove: (key: string) => void;
}

function Compared({ inventory, keys, onRemove }: ComparedProps) {
  const { byKey, rights } = inventory;
  const now = useServerNow();
  useQuery(ipFiltersQuery);
  const people = useQuery(peopleQuery).data?.byId;
  const findings = useFindings(inventory);
  const tokens = useMemo(() => keys.flatMap((key) => byKey.get(key) ?? []), [keys, byKey]);
  const named = useMemo((): readonly NamedToken[] => {
    const titles = distinctNames(tokens.map(({ key, id, name }) => ({ id: id ?? key, name })));
    return tokens.map((token) => ({
      token,
      title: titles.get(token.id ?? token.key) ?? nameInText(token.name),
      rights: rights.of(token),
      // A personal token's id is its user's.
      user: token.kind === "personal" && token.id !== undefined ? people?.get(token.id)?.holdings : undefined,
    }));
  }, [tokens, rights, people]);
  if (tokens.length === 0) return <Typography>Choose the tokens to compare, here or in the list of all tokens.</Typography>;
  return (
    <>
      {tokens.length > 1 && rights.state !== "waiting" && (
        <Box component="ul" aria-label="What sets them apart" sx={{ margin: 0, paddingInlineStart: 5, maxWidth: "100ch" }}>
          {comparisonWords(named, rights.viewName).map((sentence) => (
            <li key={sentence}>
              <Words>{sentence}</Words>
            </li>
          ))}
        </Box>
      )}
      <CompareTable tokens={named} rights={rights} findings={findings} now={now} onRemove={onRemove} />
    </>
  );
}
