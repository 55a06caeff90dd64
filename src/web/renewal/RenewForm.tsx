import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { useWatch } from "react-hook-form";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { tokenKeyOf } from "#domain/inventory/notes.ts";
import type { Policies } from "#domain/policy/policy.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { serverNow } from "#web/api/client.ts";
import { continueWith, type Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { askedAction } from "#web/form/useAction.ts";
import { useFormShell } from "#web/form/useFormShell.ts";
import { creationCall } from "#web/tokens/creationCall.ts";
import { ExpiryField } from "#web/tokens/ExpiryField.tsx";
import { lostCreation } from "#web/tokens/lost.ts";
import { tokenFields, type TokenForm } from "#web/tokens/request.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { localTime } from "#web/ui/times.ts";

import { AlreadyReplaced } from "./AlreadyReplaced.tsx";
import { renewalSchema, renewalStart, withAnyExpiry } from "./form.ts";
import { renewToken, type RenewedSecret } from "./renew.ts";
import { Successor } from "./Successor.tsx";

const ReplaceDialog = lazyDialog(async () => (await import("#web/tokens/ReplaceDialog.tsx")).ReplaceDialog);

export interface RenewFormProps {
  readonly title: string;
  readonly token: TokenDetail;
  readonly session: Session;
  /** Undefined where the caller may not read them. */
  readonly policies: { readonly policies: Policies; readonly filters: ReadonlyMap<string, IpFilter> } | undefined;
  /** Loads what will show the secret. */
  readonly ready: () => Promise<unknown>;
  readonly onCancel: () => void;
  readonly onMade: (issued: RenewedSecret) => void;
}

/** Shows what the successor of a token will have, asks for its expiry, and makes it. */
export function RenewForm({ title, token, session, policies, ready, onCancel, onMade }: RenewFormProps) {
  const client = useQueryClient();
  const now = useServerNow();
  const { kind, id, expireAt } = token;
  const policy = policies?.policies[kind];
  const personal = kind === "personal";
  const expired = expireAt !== null && expireAt <= now;
  const [start] = useState(() => renewalStart({ token, policy }, serverNow()));
  useEffect(() => {
    // Already while it is read, so that nothing has to be loaded between making a token and showing it.
    ready().catch(() => undefined);
  }, [ready]);

  const known = new Map([
    ...(policies?.filters ?? []),
    ...(token.filter === null ? [] : [[token.filter.id, token.filter] as const]),
  ]);
  const { form, sending, ending } = useFormShell<TokenForm, TokenRequest, RenewedSecret>({
    start,
    mode: "onSubmit",
    // The schema knows the time, so it is made when it is needed.
    schema: () => renewalSchema({ token, policy }, serverNow()),
    failure: "The token was not renewed",
    fields: tokenFields,
    calls: (request) => {
      const made = creationCall(request, { domains: token.views, filters: [...known.values()] });
      const after = "The old token stays as it is, and nothing records that the new one takes its place.";
      return [personal ? made : { ...made, note: `${made.note} ${after}` }];
    },
    lost: lostCreation(client, personal ? id : undefined, token),
    ask: () => personal && !expired,
    send: async (request) => {
      // Loaded before anything is made: a dialog that cannot be loaded would lose the secret.
      await ready();
      const key = { kind, id, createdAt: Number(token.createdAt) };
      const issued = await renewToken(request, key, session);
      if (personal && session.tokenId === id) await continueWith(client, session, issued.secret.reveal());
      return issued;
    },
    done: onMade,
  });
  const { control, formState } = form;
  const expiry = useWatch({ control, name: "expiry" });
  const renewal = withAnyExpiry({ token, policy }, now);
  const replacement = askedAction(sending);
  const rootError = formState.errors.root?.message;
  return (
    <>
      <FormDialog
        text={<Typography>{makingWords(token, expired)}</Typography>}
        title={title}
        submit={personal ? "Renew my token…" : "Renew it"}
        form={ending}
        onCancel={onCancel}
      >
        <AlreadyReplaced keys={[tokenKeyOf(token)]} />
        {policies === undefined && (
          <Alert severity="info">
            The security policy could not be read, so what it allows is not known here; the server decides.
          </Alert>
        )}
        {renewal.ok && <Successor token={token} renewal={renewal} filters={known} session={session} />}
        <ExpiryField kind={kind} control={control} maximum={policy?.maximumLifetime ?? null} />
        {expiry === "never" && (
          <Typography variant="caption">
            It never expires. If it leaks, it works until somebody notices and deletes it.
          </Typography>
        )}
        {rootError !== undefined && <Alert severity="error">{rootError}</Alert>}
      </FormDialog>
      <Suspense fallback={null}>
        {replacement !== undefined && (
          <ReplaceDialog token={token} session={session} action={replacement} onCancel={sending.forget} />
        )}
      </Suspense>
    </>
  );
}

/** What renewing makes, and what becomes of the old token. */
function makingWords({ kind, expireAt }: TokenDetail, expired: boolean): string {
  if (kind === "personal") {
    return expired
      ? "A user has one personal token. The new one takes the place of this one, which has expired."
      : "A user has one personal token, so the new one takes the place of this one, which stops working at once. Have whatever uses it at hand.";
  }
  const made = "This makes another token like it, with a new expiry and a secret of its own.";
  if (expired) return `${made} The old one has expired and stays so.`;
  const end = expireAt === null ? "" : `, or until it expires on ${localTime(expireAt)}`;
  return `${made} The old one goes on working until you delete it${end}, so that whatever uses it can change over first.`;
}
