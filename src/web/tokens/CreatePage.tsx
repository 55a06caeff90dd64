import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo } from "react";
import { Link as RouterLink, useSearchParams } from "react-router";

import { kindPurpose } from "#domain/token/kindPurpose.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { defaultPolicies } from "#domain/policy/policy.ts";
import { unknownHoldings } from "#domain/token/rights.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { filtersOf, ipFiltersQuery, policiesQuery, searchDomainsQuery } from "#web/api/queries.ts";
import { useSession } from "#web/state/organization.tsx";
import { paths } from "#web/paths.ts";
import { holdingsQuery, kindRefusal } from "#web/permissions/holdings.ts";
import { readFormLink } from "./formLink.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";

const loadForm = () => loadPart(() => import("./CreateForm.tsx"));
const FormLinkNotice = lazyPart(async () => (await import("./FormLinkNotice.tsx")).FormLinkNotice);
const CreateForm = lazy(() => loadForm().then((module) => ({ default: module.CreateForm })));

/** Where a token of one kind is made. Says at once where none can be: the policy, or what the caller lacks. */
export function CreatePage({ kind }: { readonly kind: TokenKind }) {
  const session = useSession();
  const policies = useQuery(policiesQuery);
  const filters = useQuery(ipFiltersQuery);
  const holdings = useQuery(holdingsQuery);
  const [params] = useSearchParams();
  const linkText = params.toString();
  const named = useQuery({ ...searchDomainsQuery, enabled: kind === "view" && params.has("views") });
  const { noun, title } = kindTraits[kind];
  // While what the form depends on is read, the form itself comes along.
  useEffect(() => {
    loadForm().catch(() => undefined);
  }, []);
  const back = (
    <Button component={RouterLink} to={paths.tokensOf(kind)} variant="outlined">
      {title} tokens
    </Button>
  );
  const ready = !policies.isPending && !filters.isPending && !holdings.isPending && !named.isLoading ? session : undefined;
  const held = holdings.data ?? unknownHoldings;
  const policy = policies.data?.policies[kind] ?? defaultPolicies[kind];
  const refusal = ready && kindRefusal(held, kind, ready.user !== undefined);
  // A filter that the policy enforces is known by its name even to a caller who may not list filters.
  const choices = useMemo(() => [...filtersOf(policies.data?.filters, filters.data).values()], [policies.data, filters.data]);
  const linked = useMemo(
    () =>
      ready &&
      readFormLink(new URLSearchParams(linkText), { kind, policy, domains: named.data, filters: choices, now: serverNow() }),
    [ready, linkText, kind, policy, named.data, choices],
  );

  return (
    <>
      <PageHeader title={kind === "personal" ? "New personal token" : `New ${noun} token`} actions={back}>
        {kindPurpose[kind]}
      </PageHeader>
      {ready === undefined ? (
        <LoadingShape label="Loading the form" shape="form" rows={5} />
      ) : !policy.enabled ? (
        <EmptyState
          title={`${title} tokens are disabled`}
          action={
            <Button component={RouterLink} to={paths.policies} variant="outlined">
              Security policies
            </Button>
          }
        >
          The security policy allows no {noun} tokens, so none can be created. Who may change the policy can enable them.
        </EmptyState>
      ) : refusal !== undefined ? (
        <EmptyState title={`You cannot create ${noun} tokens`} action={back}>
          {refusal}
        </EmptyState>
      ) : (
        <>
          {policies.isError && (
            <Alert severity="info" sx={{ marginBottom: 4 }}>
              The security policy could not be read, so what it allows is not known here; the server decides.{" "}
              {failureOf(policies.error).message}
            </Alert>
          )}
          {filters.isError && (
            <Alert severity="info" sx={{ marginBottom: 4 }}>
              The IP filters could not be listed. {failureOf(filters.error).message}{" "}
              <Link component="button" type="button" onClick={() => void filters.refetch()}>
                Try again
              </Link>
            </Alert>
          )}
          <Suspense fallback={<LoadingShape label="Loading the form" shape="form" rows={5} />}>
            {linked !== undefined && <FormLinkNotice linked={linked} />}
            <CreateForm
              key={linkText}
              kind={kind}
              policy={policy}
              filters={choices}
              holdings={held}
              session={ready}
              linked={linked?.values}
            />
          </Suspense>
        </>
      )}
    </>
  );
}
