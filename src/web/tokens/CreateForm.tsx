import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useController } from "react-hook-form";
import { useNavigate } from "react-router";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { nameInText } from "#domain/name.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { Holdings } from "#domain/token/rights.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { searchDomainsQuery } from "#web/api/queries.ts";
import { serverUrl } from "#web/api/server.ts";
import { continueWith, type Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { FormEnding } from "#web/form/FormEnding.tsx";
import { askedAction } from "#web/form/useAction.ts";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { lacks } from "#web/permissions/holdings.ts";
import { Field } from "#web/ui/Field.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { formAndSide } from "#web/ui/mainAndSide.ts";
import { presentAfter } from "#web/ui/times.ts";

import { creationCall } from "./creationCall.ts";
import { DraftPanel } from "./DraftPanel.tsx";
import { ExpiryField } from "./ExpiryField.tsx";
import { FilterField } from "./FilterField.tsx";
import { lostCreation } from "./lost.ts";
import { createToken, type IssuedSecret } from "./mutations.ts";
import { PermissionsField } from "./PermissionsField.tsx";
import { emptyForm, tokenFields, tokenFormSchema, type TokenForm } from "./request.ts";
import { tokenQuery, tokensChanged } from "./tokenQuery.ts";
import { ViewsField } from "./ViewsField.tsx";

const loadDialog = () => loadPart(() => import("#web/secrets/CopyOnceDialog.tsx"));
const CopyOnceDialog = lazy(() => loadDialog().then((module) => ({ default: module.CopyOnceDialog })));
const ReplaceDialog = lazyDialog(async () => (await import("./ReplaceDialog.tsx")).ReplaceDialog);

export interface CreateFormProps {
  readonly kind: TokenKind;
  readonly policy: KindPolicy;
  readonly filters: readonly IpFilter[];
  readonly holdings: Holdings;
  readonly session: Session;
  /** What a link fills in. */
  readonly linked?: Partial<TokenForm> | undefined;
}

/** The form of a new token of any kind, with what it amounts to in words beside it. */
export function CreateForm({ kind, policy, filters, holdings, session, linked }: CreateFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // The secret lives in the dialog that is shown while this is there.
  const [made, setMade] = useState<{ readonly issued: IssuedSecret; readonly name: string; readonly request: TokenRequest }>();
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

  // A new personal token replaces the former one, so the page first says what it knows of that.
  const ownId = kind === "personal" ? session.user?.id : undefined;
  const own = useQuery({ ...tokenQuery("personal", ownId ?? ""), enabled: ownId !== undefined }).data;
  const now = useServerNow();
  const replaced = own !== undefined && (own.expireAt === null || own.expireAt > now) ? own : undefined;
  const inUse = ownId !== undefined && session.tokenId === ownId;

  const domains = useQuery({ ...searchDomainsQuery, enabled: kind === "view" }).data;
  const { form, sending, ending } = useFormShell<TokenForm, TokenRequest, IssuedSecret>({
    start: useMemo(() => ({ ...emptyForm(policy, serverNow()), ...linked }), [policy, linked]),
    // The schema knows the time, so it is made when it is needed.
    schema: () => tokenFormSchema({ kind, policy, now: serverNow(), lacking }),
    failure: `The ${noun} token was not created`,
    fields: tokenFields,
    calls: (request) => [creationCall(request, { domains, filters })],
    lost: lostCreation(client, ownId, own),
    ask: () => replaced !== undefined,
    send: async (request) => {
      // Loaded before anything is made: a dialog that cannot be loaded would lose the secret.
      await loadDialog();
      const issued = await createToken(request);
      if (request.kind === "personal" && inUse) await continueWith(client, session, issued.secret.reveal());
      return issued;
    },
    done: (issued, request) => {
      setMade({ issued, request, name: request.kind === "personal" ? (session.user?.username ?? "") : request.name });
      void tokensChanged(client, { later: true });
    },
  });
  const { control, formState } = form;
  const name = useController({ control, name: "name" });
  const replacement = askedAction(sending);
  const rootError = formState.errors.root?.message;
  return (
    <Box component="form" noValidate onSubmit={ending.onSubmit} aria-label={`New ${noun} token`} sx={formAndSide}>
      <Box sx={{ gridArea: "fields", display: "flex", flexDirection: "column", gap: 6, minWidth: 0, maxWidth: 800 }}>
        {replaced !== undefined && (
          <Alert severity="warning">
            You have a personal token already, and there is one per user. Creating another stops it at once: whatever uses it
            fails from then on.{" "}
            {replaced.lastUse === undefined ? null : replaced.lastUse.at === null ? (
              "It was never used."
            ) : (
              <>
                It was last used <Instant at={replaced.lastUse.at} now={presentAfter(replaced.lastUse.at, now)} />
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
        <FormEnding
          form={ending}
          submit={
            replaced === undefined ? `Create ${kind === "personal" ? "personal" : noun} token` : "Replace my personal token"
          }
          unsaved={{
            when: formState.isDirty,
            title: "Leave without creating?",
            text: "The token is not created, and what you chose is lost.",
            leave: "Leave",
          }}
        >
          <Button onClick={() => void navigate(paths.tokensOf(kind))}>Cancel</Button>
        </FormEnding>
      </Box>
      <DraftPanel kind={kind} control={control} policy={policy} filters={filters} session={session} made={sending.left} />
      <Suspense fallback={null}>
        {replacement !== undefined && (
          <ReplaceDialog token={replaced} session={session} action={replacement} onCancel={sending.forget} />
        )}
        {made !== undefined && (
          <CopyOnceDialog
            title={`${title} token${made.name === "" ? "" : ` ${nameInText(made.name)}`} created`}
            secret={made.issued.secret}
            name={made.name}
            kind={kind}
            permissions={"permissions" in made.request ? made.request.permissions : undefined}
            server={serverUrl(session)}
            onDone={() => {
              const { id } = made.issued;
              // First the dialog goes, with all that asks before this page is left; then the page.
              flushSync(() => setMade(undefined));
              void navigate(id === null ? paths.tokensOf(kind) : paths.token(kind, id), { replace: true });
              void tokensChanged(client, { credential: inUse });
            }}
          />
        )}
      </Suspense>
    </Box>
  );
}
