import AddIcon from "@mui/icons-material/AddOutlined";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { kindPurpose } from "#domain/token/kindPurpose.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { kindListWords } from "#logscale/pageWords.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { InventoryPage } from "#web/inventory/InventoryPage.tsx";
import { paths } from "#web/paths.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";

import { withArticle } from "./kindNoun.ts";
import { PolicyLine } from "./PolicyLine.tsx";

/** The tokens of one governed kind that the caller may list. */
export function TokensPage({ kind }: { readonly kind: TokenKind }) {
  const { title, noun } = kindTraits[kind];
  const words = kindListWords(kind);
  const disabled = useQuery(policiesQuery).data?.policies[kind].enabled === false;
  return (
    <InventoryPage
      kind={kind}
      title={words.title}
      path={paths.tokensOf(kind)}
      purpose={
        <>
          {words.purpose}
          <div>
            <PolicyLine kind={kind} />
          </div>
        </>
      }
      create={
        <Button component={RouterLink} to={paths.newToken(kind)} variant="contained" size="small" startIcon={<AddIcon />}>
          Create
        </Button>
      }
      hidden={
        <EmptyState title={`${title} tokens are not shown to you`}>
          You may not list {noun} tokens, so it is not known here how many there are.
        </EmptyState>
      }
      renderEmpty={(certain) => (
        <EmptyState
          title={certain ? `There are no ${noun} tokens` : `No ${noun} tokens that you may list`}
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
      )}
    />
  );
}
