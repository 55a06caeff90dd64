import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import { checkRotation } from "#domain/token/policyCheck.ts";
import { unknownHoldings } from "#domain/token/rights.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { continueWith, type Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { useAction } from "#web/form/useAction.ts";
import { holdingsQuery, lacks } from "#web/permissions/holdings.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime } from "#web/ui/times.ts";

import { useStopConsent } from "./consent.ts";
import { withArticle } from "./kindNoun.ts";
import { lostRotation } from "./lost.ts";
import { rotateToken, rotationOf, type IssuedSecret } from "./mutations.ts";
import { UseWords } from "./UseWords.tsx";

const loadDialog = () => loadPart(() => import("#web/secrets/CopyOnceDialog.tsx"));

export interface RotateDialogProps {
  readonly token: TokenDetail;
  readonly session: Session;
  readonly onCancel: () => void;
  /** Renews the token instead; undefined where that is no way out. */
  readonly onRenew?: (() => void) | undefined;
  readonly onRotated: (issued: IssuedSecret) => void;
}

/** Asks before a token gets another secret, and does it; says beforehand where the policy or a lack of rights forbids it. */
export function RotateDialog({ token, session, onCancel, onRenew, onRotated }: RotateDialogProps) {
  const { kind, id, name, expireAt, ipFilter, permissions = [], views = [] } = token;
  const client = useQueryClient();
  const now = useServerNow();
  const policies = useQuery(policiesQuery);
  const holdings = useQuery(holdingsQuery);
  useEffect(() => {
    // Already while the question is read, so that nothing has to be loaded once it is answered.
    loadDialog().catch(() => undefined);
  }, []);

  const policy = policies.data?.policies[kind];
  const verdict = policy && checkRotation(kind, policy, { expireAt, ipFilter }, now);
  const viewIds = views.map((view) => view.id);
  const lacking = permissions.filter((permission) => lacks(holdings.data ?? unknownHoldings, kind, permission, viewIds));
  const enforced =
    verdict?.ok === true && verdict.ipFilter !== ipFilter && verdict.ipFilter !== null
      ? nameInText(policies.data?.filters.get(verdict.ipFilter)?.name ?? verdict.ipFilter)
      : undefined;
  const refusal =
    verdict?.ok === false
      ? verdict.violation.message
      : lacking.length > 0
        ? `Rotating shows you the new secret, and with it rights that you do not hold yourself: ${lacking.join(", ")}.`
        : undefined;
  const inUse = session.tokenId === id;
  const { used, typed } = useStopConsent(token, session, "rotate");
  const others = kind === "personal" && session.user?.id !== id;

  const rotation = useAction({
    failure: "The token was not rotated",
    calls: () => [
      {
        title: `Rotate ${withArticle(kind)} token`,
        ...rotationOf(id),
        note: "The answer holds the new token, once. A script neither asks, though the old string stops at once, nor looks first whether the policy allows it; the server does that.",
      },
    ],
    lost: lostRotation(client, token),
    send: async () => {
      // Loaded before anything is done: a dialog that cannot be loaded would lose the secret.
      await loadDialog();
      const issued = await rotateToken(id);
      if (inUse) await continueWith(client, session, issued.secret.reveal());
      return issued;
    },
    done: onRotated,
  });

  if (refusal !== undefined) {
    return (
      <ConfirmDialog
        title={`${nameInText(name)} cannot be rotated`}
        confirm="Close"
        cancel="Back"
        onConfirm={onCancel}
        onCancel={onCancel}
      >
        <Typography>{refusal}</Typography>
      </ConfirmDialog>
    );
  }
  return (
    <ActionDialog
      action={rotation}
      title={kind === "personal" ? `Rotate the token of ${nameInText(name)}?` : `Rotate ${nameInText(name)}?`}
      confirm="Rotate it"
      destructive
      typed={typed}
      onCancel={onCancel}
    >
      <Typography>
        The token gets another secret, shown to you once. The string in use now stops working at once, everywhere, and cannot be
        brought back.
      </Typography>
      {onRenew !== undefined && kind !== "personal" && (
        <Typography sx={{ marginTop: 2 }}>
          To let whatever uses it change over first,{" "}
          <Link component="button" type="button" onClick={onRenew} sx={{ font: "inherit", verticalAlign: "baseline" }}>
            renew it instead
          </Link>
          : that makes another token like it and leaves this one alive.
        </Typography>
      )}
      <UseWords token={token} now={now} />
      {used === "yes" && (
        <Alert severity="warning" sx={{ marginTop: 3 }}>
          It was used within the last seven days. Whatever uses it{token.lastUse?.from != null && ` at ${token.lastUse.from}`}{" "}
          fails until it has the new secret.
        </Alert>
      )}
      <Box component="ul" sx={{ marginBlock: 2, paddingInlineStart: 5, "& li": { marginTop: 0.5 } }}>
        <li>
          {kind === "personal"
            ? "The id stays: it is the user's."
            : "The id changes. Scripts and resources that name it must be told the new one."}
        </li>
        <li>
          {kindTraits[kind].hasPermissions
            ? `Its name, permissions${kind === "view" ? ", repositories and views" : ""} carry over.`
            : "Its rights remain those of its user."}
        </li>
        <li>
          {expireAt === null ? "It still never expires." : `It still expires on ${localTime(expireAt)}.`}
          {policy?.maximumLifetime != null && " That fits the security policy."}
        </li>
        <li>
          {enforced !== undefined
            ? `It gets the IP filter ${enforced}, which the security policy enforces.`
            : token.filter === null
              ? "It still has no IP filter."
              : `It keeps the IP filter ${nameInText(token.filter.name)}.`}
        </li>
        <li>It counts as created now, and its last use is forgotten.</li>
      </Box>
      {others && (
        <Alert severity="warning" sx={{ marginTop: 2 }}>
          This is <Name>{name}</Name>'s own token. You will hold a secret that acts as <Name>{name}</Name>, and{" "}
          <Name>{name}</Name> has to be given it or make another.
        </Alert>
      )}
      {inUse && (
        <Alert severity="warning" sx={{ marginTop: 2 }}>
          You are signed in with this token. This session goes on with the new secret; every other place that uses the token
          stops.
        </Alert>
      )}
    </ActionDialog>
  );
}
