import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";

import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { tokensQuery, useLoadProgress, type TokenList } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { auditUseQuery, useUseKnowledge, withAuditedUse } from "#web/last-use/auditUse.ts";
import { useListView } from "#web/list/useListView.ts";
import { paths } from "#web/paths.ts";
import { withArticle } from "./kindNoun.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { DataTable } from "#web/ui/table/DataTable.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { useRememberedList } from "#web/ui/lists.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";
import { SearchBar, SearchField, SearchSelect } from "#web/ui/SearchField.tsx";
import { presentAfter } from "#web/ui/times.ts";
import { tokenColumns } from "./columns.tsx";
import { filterTokens, isStateFilter, stateFilters, statesFor } from "./filters.ts";
import { kindPurpose } from "./kindWords.ts";
import { PolicyLine } from "./PolicyLine.tsx";
import { tokensDialect } from "./view.ts";
import { VisibilityNote, visibilityWords } from "./VisibilityNote.tsx";

/** The tokens of one kind that the caller may list. */
export function TokensPage({ kind }: { readonly kind: TokenKind }) {
  const client = useQueryClient();
  const query = tokensQuery(kind, "full");
  const tokens = useQuery(query);
  const progress = useLoadProgress(kind);
  const { title, noun } = kindTraits[kind];
  const list = tokens.data;
  useRememberedList(paths.tokensOf(kind));

  return (
    <>
      <PageHeader
        title={`${title} tokens`}
        actions={
          <>
            <Refresh
              list={list}
              busy={tokens.isFetching}
              onRefresh={() => {
                void tokens.refetch().then(() => announce(`The ${noun} tokens were read again.`));
                for (const { queryKey } of [policiesQuery, auditUseQuery]) void client.invalidateQueries({ queryKey });
              }}
            />
            <Button component={RouterLink} to={paths.newToken(kind)} variant="contained" size="small" startIcon={<AddIcon />}>
              Create
            </Button>
          </>
        }
      >
        {kindPurpose[kind]}
        <br />
        <PolicyLine kind={kind} />
      </PageHeader>
      {tokens.isError && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title={
              list === undefined
                ? `The ${noun} tokens could not be read`
                : `The ${noun} tokens could not be read again; below is what was read before`
            }
            failure={failureOf(tokens.error)}
            onRetry={() => void tokens.refetch()}
          />
        </Box>
      )}
      {list !== undefined && list.visibility !== "hidden" && <VisibilityNote kind={kind} list={list} />}
      {list === undefined ? (
        !tokens.isError && <LoadingShape label={`Loading ${noun} tokens`} shape="table" rows={12} progress={progress} />
      ) : list.visibility === "hidden" ? (
        <EmptyState title={`${title} tokens are not shown to you`}>{visibilityWords(kind, list)}</EmptyState>
      ) : (
        <TokenTable kind={kind} list={list} />
      )}
    </>
  );
}

interface RefreshProps {
  readonly list: TokenList | undefined;
  readonly busy: boolean;
  readonly onRefresh: () => void;
}

function Refresh({ list, busy, onRefresh }: RefreshProps) {
  const now = useServerNow();
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 3 }}>
      {list !== undefined && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          Read <Instant at={list.loadedAt} now={presentAfter(list.loadedAt, now)} />
        </Typography>
      )}
      <ReadAgain busy={busy} onRead={onRefresh} />
    </Box>
  );
}

function TokenTable({ kind, list }: { readonly kind: TokenKind; readonly list: TokenList }) {
  const now = useServerNow();
  const session = useSession();
  const filters = useQuery(ipFiltersQuery).data;
  const view = useListView(tokensDialect);
  const knowledge = useUseKnowledge();
  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  const reach = knowledge.type === "recorded" || knowledge.type === "audited" ? knowledge.type : "unknown";
  const knowsCreators = offers(session, "tokenUse");
  const { noun } = kindTraits[kind];
  const disabled = useQuery(policiesQuery).data?.policies[kind].enabled === false;

  const search = useDeferredValue(view.search);
  const states = statesFor(reach);
  const state = useDeferredValue(states.find((told) => told === view.filters.state));
  const tokens = useMemo(
    () => (audit === undefined ? list.tokens : list.tokens.map((token) => withAuditedUse(token, audit))),
    [list.tokens, audit],
  );
  const rows = useMemo(() => filterTokens(tokens, search, state, now), [tokens, search, state, now]);
  const columns = useMemo(
    () =>
      tokenColumns({ kind, now, knowsCreators, reach, filters: new Map((filters ?? []).map((filter) => [filter.id, filter])) }),
    [kind, now, knowsCreators, reach, filters],
  );
  const narrowed = rows !== tokens;
  const summary = narrowed
    ? `${count(rows.length)} of ${countOf(list.seen, `${noun} token`)}`
    : countOf(list.seen, `${noun} token`);
  useAnnouncement(narrowed ? summary : undefined);

  return (
    <>
      <SearchBar label={`Narrow the ${noun} tokens`}>
        <SearchField label="Name or id" value={view.search} onChange={view.setSearch} />
        <SearchSelect
          label="State"
          value={state ?? ""}
          onChange={({ target }) => view.setFilters({ state: isStateFilter(target.value) ? target.value : undefined })}
        >
          <option value="">All</option>
          {states.map((told) => (
            <option key={told} value={told}>
              {stateFilters[told]}
            </option>
          ))}
        </SearchSelect>
        <Typography sx={{ color: "text.secondary" }}>{summary}</Typography>
      </SearchBar>
      <AuditUseNote knowledge={knowledge} />
      <DataTable
        label={`${kindTraits[kind].title} tokens`}
        rows={rows}
        columns={columns}
        rowId={tokenId}
        sorting={view.sortingState}
        onSortingChange={view.setSorting}
        position={view.row}
        onPositionChange={view.setRow}
        empty={
          list.seen === 0 ? (
            <EmptyState
              title={list.visibility === "complete" ? `There are no ${noun} tokens` : `No ${noun} tokens that you may list`}
              action={
                disabled ? undefined : (
                  <Button component={RouterLink} to={paths.newToken(kind)} variant="contained" startIcon={<AddIcon />}>
                    {kind === "personal" ? "Create my personal token" : `Create ${withArticle(kind)} token`}
                  </Button>
                )
              }
            >
              {kindPurpose[kind]}
              {disabled && " The security policy disables the kind, so none can be created."}
            </EmptyState>
          ) : (
            <EmptyState
              title="No token matches"
              action={
                <Button variant="outlined" onClick={view.showAll}>
                  Show all {countOf(list.seen, "token")}
                </Button>
              }
            >
              {countOf(list.seen, `${noun} token`)} {list.seen === 1 ? "is" : "are"} there, none with this name, id and state.
            </EmptyState>
          )
        }
      />
    </>
  );
}

function tokenId(token: { readonly id: string }): string {
  return token.id;
}

/** Tells a screen reader what narrowing the list left, once typing has come to rest. */
function useAnnouncement(text: string | undefined): void {
  const before = useRef(text);
  useEffect(() => {
    if (text === before.current) return undefined;
    before.current = text;
    if (text === undefined) return undefined;
    const timer = setTimeout(() => announce(`Showing ${text}.`), 600);
    return () => clearTimeout(timer);
  }, [text]);
}
