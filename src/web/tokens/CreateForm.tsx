import { zodResolver } from "@hookform/resolvers/zod";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { useController, useForm, useWatch, type Control, type Resolver } from "react-hook-form";
import { useNavigate } from "react-router";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { tokenVariable } from "#domain/print/tokenVariable.ts";
import type { Holdings } from "#domain/token/rights.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Failure } from "#logscale/errors.ts";
import { ApiCallButton, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { failureOf, serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { searchDomainsQuery } from "#web/api/queries.ts";
import { serverAddress } from "#web/api/server.ts";
import { continueWith, type Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { paths } from "#web/paths.ts";
import { lacks } from "#web/permissions/holdings.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Field } from "#web/ui/Field.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";
import { formAndSide } from "#web/ui/mainAndSide.ts";

import { DraftWords } from "./DraftWords.tsx";
import { ExpiryField } from "./ExpiryField.tsx";
import { FilterField } from "./FilterField.tsx";
import { withArticle } from "./kindNoun.ts";
import { LostToken } from "./LostToken.tsx";
import { createToken, creationOf, type IssuedSecret } from "./mutations.ts";
import { useNamesakes } from "./names.ts";
import { PermissionsField } from "./PermissionsField.tsx";
import { emptyForm, expiryOf, fieldOfFailure, tokenFormSchema, type TokenForm, type TokenRequest } from "./request.ts";
import { tokenQuery, tokensChanged } from "./tokenQuery.ts";
import { ViewsField } from "./ViewsField.tsx";
import { useFilterVerdict } from "./useFilterVerdict.ts";
import { tokenWarnings } from "./warnings.ts";

const loadDialog = () => loadPart(() => import("#web/secrets/CopyOnceDialog.tsx"));
const CopyOnceDialog = lazy(() => loadDialog().then((module) => ({ default: module.CopyOnceDialog })));
const ReplaceDialog = lazyDialog(async () => (await import("./ReplaceDialog.tsx")).ReplaceDialog);

export interface CreateFormProps {
  readonly kind: TokenKind;
  readonly policy: KindPolicy;
  readonly filters: readonly IpFilter[];
  readonly holdings: Holdings;
  readonly session: Session;
}

/** How far making the token is. The secret is in none of these: it lives in the dialog that is shown while `issued` is there. */
type Stage =
  | { readonly type: "editing"; readonly failure?: Failure }
  | { readonly type: "confirming"; readonly request: TokenRequest; readonly failure?: Failure; readonly pending?: boolean }
  | { readonly type: "lost"; readonly request: TokenRequest; readonly since: number; readonly failure: Failure }
  | { readonly type: "issued"; readonly issued: IssuedSecret; readonly name: string }
  | { readonly type: "done" };

/** The form of a new token of any kind, with what it amounts to in words beside it. */
export function CreateForm({ kind, policy, filters, holdings, session }: CreateFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [stage, setStage] = useState<Stage>({ type: "editing" });
  const { noun, title, hasPermissions } = kindTraits[kind];

  useEffect(() => {
    // Already now, so that nothing has to be loaded between making a token and showing it.
    loadDialog().catch(() => undefined);
  }, []);
  const lacking = useCallback(
    (permissions: readonly string[], viewIds: readonly string[]) =>
      permissions.filter((name) => lacks(holdings, kind, name, viewIds)),
    [holdings, kind],
  );
  const resolver: Resolver<TokenForm, unknown, TokenRequest> = useCallback(
    // The schema knows the time, so it is made when it is needed.
    (values, context, options) => {
      const resolve: Resolver<TokenForm, unknown, TokenRequest> = zodResolver(
        tokenFormSchema({ kind, policy, now: serverNow(), lacking }),
      );
      return resolve(values, context, options);
    },
    [kind, policy, lacking],
  );
  const { control, getValues, handleSubmit, setError, formState } = useForm<TokenForm, unknown, TokenRequest>({
    defaultValues: useMemo(() => emptyForm(policy, serverNow()), [policy]),
    resolver,
    mode: "onTouched",
  });
  const name = useController({ control, name: "name" });

  // A personal token replaces the one there was; what is known of that one is said before.
  const ownId = kind === "personal" ? session.user?.id : undefined;
  const own = useQuery({ ...tokenQuery("personal", ownId ?? ""), enabled: ownId !== undefined }).data;
  const now = useServerNow();
  const replaced = own !== undefined && (own.expireAt === null || own.expireAt > now) ? own : undefined;

  const send = async (request: TokenRequest) => {
    const since = serverNow();
    try {
      // Loaded before anything is made: a dialog that cannot be loaded would lose the secret.
      await loadDialog();
      const issued = await createToken(request);
      if (request.kind === "personal" && inUse) await continueWith(client, session, issued.secret.reveal());
      setStage({ type: "issued", issued, name: request.kind === "personal" ? (session.user?.username ?? "") : request.name });
      void tokensChanged(client, { later: true });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === "unknown-outcome") {
        setStage({ type: "lost", request, since, failure });
        return;
      }
      const field = fieldOfFailure(failure, getValues("expiry"));
      setStage({ type: "editing", ...(field === undefined && { failure }) });
      if (field !== undefined) setError(field, { type: "server", message: failure.message }, { shouldFocus: true });
    }
  };
  const onValid = async (request: TokenRequest) => {
    if (replaced !== undefined) setStage({ type: "confirming", request });
    else await send(request);
  };

  const domains = useQuery({ ...searchDomainsQuery, enabled: kind === "view" }).data;
  const apiCallOf = (request: TokenRequest): ShownCall => {
    const { document, variables } = creationOf(request);
    const { expireAt, ipFilter } = request;
    const named = (id: string) => domains?.find((domain) => domain.id === id)?.name ?? id;
    const filterName = ipFilter === null ? null : (filters.find(({ id }) => id === ipFilter)?.name ?? ipFilter);
    return {
      title: `Create ${withArticle(kind)} token`,
      document,
      variables,
      note: [
        "The answer holds the new token, once.",
        ...(kind === "personal"
          ? [
              `A user has one personal token: running this ends the one in use, perhaps the very one in ${tokenVariable}, and whatever uses it fails from then on.`,
            ]
          : []),
        ...(expireAt === null ? [] : ["The expiry is the instant that it is now, wherever and whenever it runs."]),
      ].join(" "),
      ...(request.kind !== "personal" && {
        resource: {
          type: request.kind,
          name: request.name,
          permissions: request.permissions,
          views: request.kind === "view" ? request.viewIds.map(named) : [],
          expireAt,
          ipFilter: filterName,
        },
      }),
    };
  };

  const rootError = formState.errors.root?.message;
  const inUse = ownId !== undefined && session.tokenId === ownId;
  return (
    <Box component="form" noValidate onSubmit={handleSubmit(onValid)} aria-label={`New ${noun} token`} sx={formAndSide}>
      <Box sx={{ gridArea: "fields", display: "flex", flexDirection: "column", gap: 6, minWidth: 0, maxWidth: 800 }}>
        {replaced !== undefined && (
          <Alert severity="warning">
            You have a personal token already, and there is one per user. Creating another stops it at once: whatever uses it
            fails from then on.{" "}
            {replaced.lastUse === undefined ? null : replaced.lastUse.at === null ? (
              "It was never used."
            ) : (
              <>
                It was last used <Instant at={replaced.lastUse.at} now={now} />
                {replaced.lastUse.from !== null && ` from ${replaced.lastUse.from}`}.
              </>
            )}
            {inUse && " You are signed in with it; this session goes on with the new one."}
          </Alert>
        )}
        {kind !== "personal" && (
          <Field
            name={name.field.name}
            value={name.field.value}
            onChange={name.field.onChange}
            onBlur={name.field.onBlur}
            inputRef={name.field.ref}
            label="Name"
            error={name.fieldState.error !== undefined}
            helper={
              name.fieldState.error?.message ??
              "What will use it, so that others know whom to ask: deploy-pipeline, grafana-prod."
            }
            input={{ required: true }}
          />
        )}
        {kind === "view" && <ViewsField control={control} holdings={holdings} />}
        {hasPermissions && <PermissionsField kind={kind} control={control} holdings={holdings} />}
        <ExpiryField kind={kind} control={control} maximum={policy.maximumLifetime} />
        <FilterField kind={kind} control={control} filters={filters} enforced={policy.ipFilter} session={session} />
      </Box>
      <Box sx={{ gridArea: "actions", display: "flex", flexDirection: "column", gap: 4, minWidth: 0, maxWidth: 800 }}>
        {rootError !== undefined && <Alert severity="error">{rootError}</Alert>}
        {stage.type === "editing" && stage.failure !== undefined && (
          <ErrorState title={`The ${noun} token was not created`} failure={stage.failure} />
        )}
        {stage.type === "lost" && (
          <LostToken
            kind={kind}
            name={stage.request.kind === "personal" ? undefined : stage.request.name}
            ownId={ownId}
            since={stage.since}
            failure={stage.failure}
            onSettled={() => setStage({ type: "editing" })}
          />
        )}
        <Box sx={{ display: "flex", gap: 2, flexWrap: "wrap" }}>
          <Button type="submit" variant="contained" loading={formState.isSubmitting} disabled={stage.type === "lost"}>
            {replaced === undefined ? `Create ${kind === "personal" ? "personal" : noun} token` : "Replace my personal token"}
          </Button>
          <Button onClick={() => void navigate(paths.tokensOf(kind))}>Cancel</Button>
          <ApiCallButton prepare={(show) => void handleSubmit((request) => show(apiCallOf(request)))()} />
        </Box>
      </Box>
      {/* Where the words outgrow the window they scroll by themselves, which the keyboard must be able to do as well. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <Box
        tabIndex={0}
        role="region"
        aria-label="Summary of the token"
        sx={{
          "&:focus-visible": { outlineOffset: "-2px" },
          gridArea: "side",
          position: { lg: "sticky" },
          top: { lg: 16 },
          maxHeight: { lg: "calc(100dvh - 100px)" },
          overflow: { lg: "auto" },
        }}
      >
        <Draft
          kind={kind}
          control={control}
          policy={policy}
          filters={filters}
          session={session}
          made={stage.type === "issued" || stage.type === "done"}
        />
      </Box>
      <Suspense fallback={null}>
        {stage.type === "confirming" && (
          <ReplaceDialog
            token={replaced}
            inUse={inUse}
            pending={stage.pending === true}
            onCancel={() => setStage({ type: "editing" })}
            onConfirm={() => {
              setStage({ ...stage, pending: true });
              void send(stage.request);
            }}
          />
        )}
        {stage.type === "issued" && (
          <CopyOnceDialog
            title={`${title} token${stage.name === "" ? "" : ` ${nameInText(stage.name)}`} created`}
            secret={stage.issued.secret}
            name={stage.name}
            server={serverAddress(session)}
            onDone={() => {
              const { id } = stage.issued;
              // First the dialog goes, with all that asks before this page is left; then the page.
              flushSync(() => setStage({ type: "done" }));
              void navigate(id === null ? paths.tokensOf(kind) : paths.token(kind, id), { replace: true });
              void tokensChanged(client, { credential: inUse });
            }}
          />
        )}
      </Suspense>
      <UnsavedChangesGuard
        when={formState.isDirty && stage.type !== "issued" && stage.type !== "done"}
        title="Leave without creating?"
        text="The token is not created, and what you chose is lost."
        leave="Leave"
      />
    </Box>
  );
}

interface DraftProps extends Pick<CreateFormProps, "kind" | "policy" | "filters" | "session"> {
  readonly control: Control<TokenForm, unknown, TokenRequest>;
  /** Whether the token is made already: then the one of this name in the list is this one. */
  readonly made: boolean;
}

/** The words beside the form; apart from it, so that typing does not draw the form anew. */
function Draft({ kind, control, policy, filters, session, made }: DraftProps): ReactNode {
  const form = useWatch({ control });
  const now = useServerNow();
  const namesakesOf = useNamesakes(kind);
  const domains = useQuery({ ...searchDomainsQuery, enabled: kind === "view" }).data;
  const { name = "", viewIds = [], permissions = [], expiry = "", exact = "", ipFilter = "" } = form;
  const filter = filters.find(({ id }) => id === ipFilter);
  const filterNames = distinctNames(filters);
  const verdict = useFilterVerdict(filter?.ipFilter, session.clientAddress);
  const expireAt = expiryOf({ expiry, exact }, policy.maximumLifetime, now);
  const warnings = tokenWarnings({
    kind,
    permissions,
    expireAt,
    filter: ipFilter === "" ? null : { accepts: verdict?.accepts },
    namesakes: made ? { same: 0, alike: [] } : namesakesOf(name),
    ofOwner: kind === "personal" && (session.user?.isRoot === true || session.user?.isOrgRoot === true),
  });
  const views = (domains ?? []).filter(({ id }) => viewIds.includes(id)).map((domain) => nameInText(domain.name));
  return (
    <DraftWords
      kind={kind}
      permissions={permissions}
      views={views}
      expireAt={expireAt}
      filter={ipFilter === "" ? undefined : (filterNames.get(ipFilter) ?? ipFilter)}
      now={now}
      warnings={warnings}
    />
  );
}
