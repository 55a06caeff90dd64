import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";

import { nameInText } from "#domain/name.ts";
import { isRoot, unknownHoldings } from "#domain/token/rights.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { serverNow } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { serverUrl } from "#web/api/server.ts";
import type { Session } from "#web/api/session.ts";
import { holdingsQuery, kindRefusal, lacks, lacksView } from "#web/permissions/holdings.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Words } from "#web/ui/Name.tsx";

import { withAnyExpiry } from "./form.ts";
import { NextSteps } from "./NextSteps.tsx";
import type { RenewedSecret } from "./renew.ts";
import { RenewForm } from "./RenewForm.tsx";

const loadDialog = () => loadPart(() => import("#web/secrets/CopyOnceDialog.tsx"));
const CopyOnceDialog = lazy(() => loadDialog().then((module) => ({ default: module.CopyOnceDialog })));

export interface RenewDialogProps {
  readonly token: TokenDetail;
  readonly session: Session;
  readonly onCancel: () => void;
  /** Offers to rotate the token, where it cannot be renewed; undefined where it cannot be rotated either. */
  readonly onRotate?: (() => void) | undefined;
  /** Called as soon as there is a successor, while its secret is shown. */
  readonly onMade: () => void;
  /** Called once the secret was kept, with the id of the successor; null where it is not known. */
  readonly onRenewed: (id: string | null) => void;
}

/** Renews a token: makes its successor, and shows its secret once. Says beforehand why it cannot be renewed. */
export function RenewDialog({ token, session, onCancel, onRotate, onMade, onRenewed }: RenewDialogProps) {
  const policies = useQuery(policiesQuery);
  const holdings = useQuery(holdingsQuery);
  const [made, setMade] = useState<RenewedSecret>();
  const { kind, name, permissions } = token;
  const own = kind === "personal" && session.user?.id === token.id;
  if (made !== undefined) {
    return (
      <Suspense fallback={null}>
        <CopyOnceDialog
          title={own ? "Your personal token was renewed" : `${nameInText(name)} renewed`}
          secret={made.secret}
          name={name}
          kind={kind}
          permissions={permissions}
          server={serverUrl(session)}
          onDone={() => onRenewed(made.id)}
        >
          <NextSteps token={token} recorded={made.recorded} />
        </CopyOnceDialog>
      </Suspense>
    );
  }
  if (policies.isPending || holdings.isPending) {
    return (
      <DialogFrame title={titleOf(token)} onClose={onCancel} actions={<Button onClick={onCancel}>Cancel</Button>}>
        <LoadingShape label="Loading what the security policy allows" shape="form" rows={2} />
      </DialogFrame>
    );
  }
  const held = holdings.data ?? unknownHoldings;
  const refusal = (): string | undefined => {
    if (kind === "personal" && !own) {
      return `It is ${nameInText(name)}'s own token. Only ${nameInText(name)} can renew it: nobody can make a personal token for somebody else.`;
    }
    const viewIds = token.views?.map(({ id }) => id) ?? [];
    const mayMake = kindRefusal(held, kind, session.user !== undefined);
    if (mayMake !== undefined) return mayMake;
    if (viewIds.some((id) => lacksView(held, id))) {
      return "It is for repositories and views of which you may not change the permissions, so you cannot make another for them.";
    }
    const lacking = (permissions ?? []).filter((permission) => lacks(held, kind, permission, viewIds));
    if (lacking.length > 0) {
      return `You cannot grant what you do not hold yourself: ${lacking.join(", ")}. Somebody who does can renew it.`;
    }
    const renewal = withAnyExpiry({ token, policy: policies.data?.policies[kind] }, serverNow());
    return renewal.ok ? undefined : renewal.violation.message;
  };
  const reason = refusal();
  if (reason !== undefined) {
    const rotates = kind === "personal" && isRoot(held) ? onRotate : undefined;
    return (
      <ConfirmDialog
        title={`${nameInText(name)} cannot be renewed`}
        confirm={rotates === undefined ? "Close" : "Rotate it instead…"}
        cancel="Back"
        onConfirm={rotates ?? onCancel}
        onCancel={onCancel}
      >
        <Words>{reason}</Words>
        {rotates !== undefined &&
          " As root you can rotate it instead: the string in use stops at once, and you hold the new one until you have handed it over."}
      </ConfirmDialog>
    );
  }
  return (
    <RenewForm
      title={titleOf(token)}
      token={token}
      session={session}
      policies={policies.data}
      ready={loadDialog}
      onCancel={onCancel}
      onMade={(issued) => {
        setMade(issued);
        onMade();
      }}
    />
  );
}

function titleOf({ kind, name }: TokenDetail): string {
  return kind === "personal" ? "Renew your personal token?" : `Renew ${nameInText(name)}?`;
}
