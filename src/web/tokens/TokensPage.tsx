import AddIcon from "@mui/icons-material/AddOutlined";
import Button from "@mui/material/Button";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { tokensQuery, useLoadProgress, type ListedToken, type TokenList } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { auditUseQuery, useUseKnowledge, withAuditedUse } from "#web/last-use/auditUse.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { ListTable } from "#web/list/ListTable.tsx";
import { useListView } from "#web/list/useListView.ts";
import { paths } from "#web/paths.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { SearchSelect } from "#web/ui/SearchField.tsx";

import { tokenColumns } from "./columns.tsx";
import { filterTokens, isStateFilter, stateFilters, statesFor } from "./filters.ts";
import { withArticle } from "./kindNoun.ts";
import { kindPurpose } from "./kindWords.ts";
import { PolicyLine } from "./PolicyLine.tsx";
import { tokensDialect } from "./view.ts";
import { VisibilityNote, visibilityWords } from "./VisibilityNote.tsx";

/** The tokens of one kind that the caller may list. */
export function TokensPage({ kind }: { readonly kind: TokenKind }) {
  const client = useQueryClient();
  const tokens = useQuery(tokensQuery(kind, "full"));
  const progress = useLoadProgress(kind);
  const { title, noun } = kindTraits[kind];
  const list = tokens.data;
  return (
    <ListPage
      title={`${title} tokens`}
      path={paths.tokensOf(kind)}
      what={`${noun} tokens`}
      purpose={
        <>
          {kindPurpose[kind]}
          <br />
          <PolicyLine kind={kind} />
        </>
      }
      data={list}
      failure={tokens.isError ? failureOf(tokens.error) : undefined}
      reading={tokens.isFetching}
      onRead={() => {
        void tokens.refetch();
        for (const { queryKey } of [policiesQuery, auditUseQuery]) void client.invalidateQueries({ queryKey });
      }}
      hidden={
        list?.visibility === "hidden" ? (
          <EmptyState title={`${title} tokens are not shown to you`}>{visibilityWords(kind, list)}</EmptyState>
        ) : undefined
      }
      partial={list && <VisibilityNote kind={kind} list={list} />}
      readAt={list?.loadedAt}
      progress={progress}
      create={
        <Button component={RouterLink} to={paths.newToken(kind)} variant="contained" size="small" startIcon={<AddIcon />}>
          Create
        </Button>
      }
    >
      {(read) => <TokenTable kind={kind} list={read} />}
    </ListPage>
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

  const states = statesFor(reach);
  const { state: asked } = view.filters;
  const state = asked !== undefined && states.includes(asked) ? asked : undefined;
  const tokens = useMemo(
    () => (audit === undefined ? list.tokens : list.tokens.map((token) => withAuditedUse(token, audit))),
    [list.tokens, audit],
  );
  const find = useCallback(
    (rows: readonly ListedToken[], search: string) => filterTokens(rows, search, state, now),
    [state, now],
  );
  const columns = useMemo(
    () =>
      tokenColumns({ kind, now, knowsCreators, reach, filters: new Map((filters ?? []).map((filter) => [filter.id, filter])) }),
    [kind, now, knowsCreators, reach, filters],
  );

  return (
    <ListTable
      noun={[`${noun} token`, `${noun} tokens`]}
      view={view}
      rows={tokens}
      columns={columns}
      rowId={tokenId}
      searched="Name or id"
      find={find}
      filters={
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
      }
      notes={<AuditUseNote knowledge={knowledge} />}
      empty={
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
      }
    />
  );
}

function tokenId(token: { readonly id: string }): string {
  return token.id;
}
