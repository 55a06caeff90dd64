import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { withAuditedUse, type AuditedUse } from "#domain/token/auditedUse.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import { DeleteTokenDialog } from "#web/fleet/DeleteTokenDialog.tsx";
import { fleetKey, fleetTokenNow } from "#web/fleet/queries.ts";
import { DeleteDialog as DeleteIngestToken } from "#web/ingest/DeleteDialog.tsx";
import { ingestChanged, ingestTokensQuery } from "#web/ingest/queries.ts";
import { fleetItem, governedItem, ingestItem } from "#logscale/inventoryLists.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { readNotesAgain } from "#web/inventory/notes/queries.ts";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { DeleteDialog } from "#web/tokens/DeleteDialog.tsx";
import { tokenQuery, tokensChanged } from "#web/tokens/tokenQuery.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { tellAt } from "#web/ui/notice.ts";
import { localTime } from "#web/ui/times.ts";

import { asksAgain, doubtAbout, type Doubt } from "./doubt.ts";
import { isLinked, keysOf } from "./keys.ts";
import type { PairDialogProps } from "./PairDialog.tsx";

/** A token of the pair as the dialog needs it that deletes it. */
type Read =
  | { readonly kind: "governed"; readonly token: TokenDetail; readonly item: InventoryToken }
  | { readonly kind: "ingest"; readonly token: IngestToken; readonly item: InventoryToken }
  | { readonly kind: "fleet"; readonly token: FleetTokenFacts; readonly item: InventoryToken };

/** Reads a token as it is now; undefined where it is gone. */
async function readOne(client: QueryClient, listed: InventoryToken, audit: AuditedUse | undefined): Promise<Read | undefined> {
  const { kind, id, name, ingest, fleet } = listed;
  if (ingest !== undefined) {
    const read = await client.query({ ...ingestTokensQuery(ingest.repository), staleTime: 0 });
    const token = read.find((one) => one.name === name);
    const item = token && ingestItem(token);
    // One that came after it with the same name is another.
    return item && item.createdAt === listed.createdAt ? { kind: "ingest", token, item } : undefined;
  }
  if (fleet !== undefined) {
    const token = await fleetTokenNow(client, fleet.handle);
    return token && { kind: "fleet", token, item: fleetItem(token) };
  }
  if (!isTokenKind(kind) || id === undefined) return undefined;
  try {
    const token = withAuditedUse(await client.query({ ...tokenQuery(kind, id), staleTime: 0 }), audit);
    return { kind: "governed", token, item: governedItem(token) };
  } catch (error) {
    if (failureOf(error).kind === "refused") return undefined;
    throw error;
  }
}

/** Both tokens of a pair, and what is kept of it, as they are now. Never kept: what decides is read anew each time. */
function pairNowQuery(pair: RenewalPair, audit: AuditedUse | undefined) {
  return queryOptions({
    queryKey: ["pair-now", pair.old.key, pair.next.key],
    queryFn: async ({ client }) => {
      const [old, next, { links, thresholds }] = await Promise.all([
        readOne(client, pair.old, audit),
        readOne(client, pair.next, audit),
        readNotesAgain(client),
      ]);
      const keys = keysOf(pair);
      const linked = links.some((link) => isLinked(link, keys));
      return { old, next, linked, quietFor: thresholds.values.quietFor, at: serverNow() };
    },
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    structuralSharing: false,
  });
}

/** A pair whose tokens are both there. */
interface PairNow {
  readonly old: Read;
  readonly next: Read;
  readonly quietFor: number;
  readonly at: number;
}

function doubtOf(pair: RenewalPair, { old, next, quietFor, at }: PairNow): Doubt | undefined {
  return doubtAbout({ ...pair, old: old.item, next: next.item }, { shown: pair.old.lastUse, now: at, quietFor });
}

/** When a token was made, where that is known. */
function madeWords({ createdAt }: InventoryToken): string {
  return createdAt === undefined ? "" : ` (made ${localTime(createdAt)})`;
}

/** Deletes the old one of a pair: reads its use again first, and asks for typing where that or anything else speaks against it. */
export function DeleteOld({ row: { pair }, onClose }: Pick<PairDialogProps, "row" | "onClose">) {
  const client = useQueryClient();
  const session = useSession();
  const knowledge = useUseKnowledge();
  const audit = knowledge.type === "audited" ? knowledge.audit : undefined;
  const query = useQuery(pairNowQuery(pair, audit));
  // What was typed for one question is no answer to the next.
  const [question, setQuestion] = useState(0);
  const title = `Delete ${nameInText(pair.old.name)}?`;
  const close = <Button onClick={onClose}>Close</Button>;
  if (query.data === undefined) {
    return (
      <DialogFrame title={title} onClose={onClose} actions={close}>
        {query.isError ? (
          <ErrorState
            title="Its use could not be read again, so nothing was deleted"
            failure={failureOf(query.error)}
            onRetry={() => void query.refetch()}
          />
        ) : (
          <LoadingShape label="Reading again who uses it" shape="form" rows={2} />
        )}
      </DialogFrame>
    );
  }
  const { old, next, linked } = query.data;
  if (old === undefined || next === undefined || !linked) {
    return (
      <DialogFrame
        title={title}
        onClose={onClose}
        actions={
          <Button
            variant="contained"
            onClick={() => {
              void tokensChanged(client);
              onClose();
            }}
          >
            Read the list again
          </Button>
        }
      >
        <Alert severity={old === undefined ? "info" : "error"}>
          {old === undefined
            ? `${nameInText(pair.old.name)} is gone already: it was deleted or rotated, or has expired. Nothing is left to do.`
            : next === undefined
              ? `The new token ${nameInText(pair.next.name)} is gone, so nothing takes the place of the old one. Nothing was deleted.`
              : "It is no longer recorded that the new token replaces this one: somebody unlinked the two, or linked others. Nothing was deleted."}
        </Alert>
      </DialogFrame>
    );
  }
  const doubt = doubtOf(pair, { ...query.data, old, next });
  // Two of a pair mostly have the same name.
  const newName = pair.next.name === pair.old.name ? "" : `, ${nameInText(pair.next.name)},`;
  const common = {
    about: `It is the old token${madeWords(pair.old)}. The new one${newName}${madeWords(pair.next)} keeps working.`,
    ...(doubt !== undefined && { doubt: doubt.words }),
    still: async () => {
      const { data } = await query.refetch({ throwOnError: true });
      if (data?.old === undefined || data.next === undefined || !data.linked) return false;
      if (!asksAgain(doubt, doubtOf(pair, { ...data, old: data.old, next: data.next }))) return true;
      setQuestion((asked) => asked + 1);
      return false;
    },
    onCancel: onClose,
    onDeleted: () => {
      tellAt(
        paths.renewals,
        `The old token ${nameInText(pair.old.name)} was deleted. The new one${newName} has taken its place.`,
      );
      onClose();
      if (old.kind === "governed") void tokensChanged(client, { except: old.token.id });
      else if (old.kind === "ingest") void ingestChanged(client);
      else void client.invalidateQueries({ queryKey: fleetKey });
    },
  };
  switch (old.kind) {
    case "governed":
      return <DeleteDialog key={question} token={old.token} session={session} {...common} />;
    case "ingest":
      return <DeleteIngestToken key={question} token={old.token} {...common} />;
    case "fleet":
      return <DeleteTokenDialog key={question} token={old.token} {...common} />;
    default:
      return old satisfies never;
  }
}
