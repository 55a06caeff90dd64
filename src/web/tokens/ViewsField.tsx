import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useController, type Control } from "react-hook-form";
import { Link as RouterLink } from "react-router";

import { visibleName } from "#domain/name.ts";
import type { Holdings } from "#domain/token/rights.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { failureOf } from "#web/api/client.ts";
import { searchDomainsQuery } from "#web/api/queries.ts";
import { paths } from "#web/paths.ts";
import { lacksView } from "#web/permissions/holdings.ts";
import { CheckTree } from "#web/ui/CheckTree.tsx";
import type { CheckTreeGroup } from "#web/ui/checkTree.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import type { TokenForm } from "./request.ts";

export interface ViewsFieldProps {
  readonly control: Control<TokenForm, unknown, TokenRequest>;
  readonly holdings: Holdings;
}

/** The repositories and views that a new view token is for. */
export function ViewsField({ control, holdings }: ViewsFieldProps) {
  const domains = useQuery(searchDomainsQuery);
  const { field, fieldState } = useController({ control, name: "viewIds" });
  const groups = useMemo((): CheckTreeGroup[] => {
    const known: readonly string[] = ["Repository", "View"];
    const of = (type?: string) =>
      (domains.data ?? [])
        .filter(({ __typename }) => (type === undefined ? !known.includes(__typename) : __typename === type))
        .map(({ id, name, description }) => ({
          id,
          label: visibleName(name),
          ...(description != null && description !== "" && { description }),
          refusal: lacksView(holdings, id) ? "You may not change permissions here, so you cannot make tokens for it." : undefined,
        }));
    return [
      { title: "Repositories", items: of("Repository") },
      { title: "Views", items: of("View") },
      { title: "Of a type that this page does not know", items: of() },
    ].filter(({ items }) => items.length > 0);
  }, [domains.data, holdings]);
  const chosen = useMemo(() => new Set(field.value), [field.value]);

  return (
    <section aria-label="Repositories and views">
      <Typography variant="h3" component="h2" sx={{ marginBottom: 2 }}>
        Repositories and views
      </Typography>
      {domains.data === undefined ? (
        domains.isError ? (
          <ErrorState
            title="The repositories and views could not be read"
            failure={failureOf(domains.error)}
            onRetry={() => void domains.refetch()}
          />
        ) : (
          <LoadingShape label="Loading repositories and views" shape="table" rows={4} />
        )
      ) : (
        <CheckTree
          label="Repositories and views of the token"
          searchLabel="Search repositories and views"
          nouns={["repository or view", "repositories and views"]}
          groups={groups}
          chosen={chosen}
          onChange={(next) => field.onChange([...next])}
          error={fieldState.error?.message}
          focusRef={field.ref}
          empty={
            <EmptyState
              title="There are no repositories or views that you can see"
              action={
                <Button component={RouterLink} to={paths.repositories} variant="outlined">
                  Repositories and views
                </Button>
              }
            >
              A view token needs at least one.
            </EmptyState>
          }
        />
      )}
    </section>
  );
}
