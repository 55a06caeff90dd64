import Button from "@mui/material/Button";
import Alert from "@mui/material/Alert";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { memo, Suspense, useCallback, useDeferredValue, useMemo, useState, type ReactNode } from "react";

import { inventoryTraits, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import { isTokenKind, tokenKinds, type TokenKind } from "#domain/token/kinds.ts";
import { Navigate, useSearchParams } from "react-router";
import { offers } from "#web/api/session.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { useSession } from "#web/state/organization.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";

import { FailedKinds, failedOf } from "./FailedKinds.tsx";
import { peopleQuery } from "./findings/peopleQuery.ts";
import { InventoryTable } from "./InventoryTable.tsx";
import { useOpening, type Opening } from "./opening/useOpening.ts";
import { reachWords, untoldWords } from "./reachWords.ts";
import { presentParams } from "./view.ts";
import { useInventory, type Inventory, type InventoryKindSeen } from "./useInventory.ts";

const AuditUseNote = lazyPart(async () => (await import("#web/last-use/AuditUseNote.tsx")).AuditUseNote);
const ThresholdsButton = lazyPart(async () => (await import("./notes/ThresholdsButton.tsx")).ThresholdsButton);

/** Keeps the place of the button, so that nothing moves when it comes. */
const thresholdsPlace = (
  <Button disabled aria-hidden sx={{ visibility: "hidden" }}>
    Thresholds…
  </Button>
);

export interface InventoryPageProps {
  /** The one kind that is listed; undefined where it is all. */
  readonly kind?: InventoryKind;
  /** The part of the kind that is listed; all of it unless told. At module scope, or memoised. */
  readonly within?: (token: InventoryToken) => boolean;
  readonly title: string;
  /** The path that the tokens of the list lead back to. */
  readonly path: string;
  readonly purpose: ReactNode;
  readonly create?: ReactNode;
  /** Stands in place of the list of a kind of which the caller may see none. */
  readonly hidden?: ReactNode;
  /** Stands there when there is nothing to list; given whether that is certain. */
  readonly renderEmpty: (certain: boolean) => ReactNode;
  /** What there is to say above the list. */
  readonly above?: ReactNode;
  readonly maxHeight?: string;
}

/** The page of a list of tokens: of every kind, or of one. */
export function InventoryPage(props: InventoryPageProps) {
  const [params] = useSearchParams();
  const present = presentParams(params);
  // Each list opens for itself.
  return present === undefined ? <Page key={props.kind} {...props} /> : <Navigate to={{ search: present.toString() }} replace />;
}

function Page(props: InventoryPageProps) {
  const { opening, begins } = useOpening(props.kind);
  const inventory = useInventory({ begins });
  // For the findings, which are judged once this was drawn: asked for with what tokens may do rather than by itself.
  useQuery({ ...peopleQuery, enabled: !inventory.waiting, notifyOnChangeProps: [] });
  // What was read comes in many pieces, each of which draws all rows anew: in small steps, between which the page answers.
  const read = useDeferredValue(useMemo((): Read => ({ opening, inventory }), [opening, inventory]));
  return <PageOf {...props} {...read} />;
}

/** What there is to show. */
interface Read {
  readonly opening: Opening | undefined;
  readonly inventory: Inventory;
}

const PageOf = memo(function PageOf(props: InventoryPageProps & Read) {
  const { kind, within, title, path, purpose, create, hidden, renderEmpty, above, maxHeight, opening, inventory } = props;
  // What comes behind the first rows stays once it is there.
  const [hasRead, setHasRead] = useState(false);
  if (!inventory.waiting && !hasRead) setHasRead(true);
  const ofKind = useCallback((token: InventoryToken) => token.kind === kind, [kind]);
  const whole = inventory.kinds.filter((seen) => kind === undefined || seen.kind === kind);
  // Where not even one kind could be read, the first rows stay in sight.
  const isOpening =
    opening !== undefined && (whole.some(({ state }) => state === "waiting") || whole.every(({ state }) => state === "failed"));
  const kinds = isOpening ? opening.kinds : whole;
  const read = kinds.filter(({ state }) => state !== "waiting" && state !== "failed");
  const failed = failedOf(whole);
  const waiting = kinds.some(({ state }) => state === "waiting");
  const isHidden = kinds.every(({ state }) => state === "hidden");
  // Of several kinds, those that were read are shown as they come.
  const shows = isOpening || read.some(({ seen }) => seen > 0) || (read.length > 0 && !waiting);
  const what = kind === undefined ? "tokens" : `${inventoryTraits[kind].noun} tokens`;
  const noun = kind === undefined ? (["token", "tokens"] as const) : ([what.slice(0, -1), what] as const);
  const progress = useOverallLoadProgress(progressKinds(kind), !shows);
  const failsWhole = failed.length > 0 && (kind !== undefined || read.length === 0) ? failed[0]?.failure : undefined;
  return (
    <ListPage
      title={title}
      path={path}
      what={what}
      purpose={purpose}
      data={shows ? inventory : undefined}
      failure={failsWhole}
      reading={inventory.loading}
      onRead={inventory.reload}
      hidden={isHidden ? hidden : undefined}
      partial={
        <>
          {above}
          {failsWhole === undefined && <FailedKinds kinds={failed} onRetry={inventory.reload} />}
          {kind !== undefined && kinds.map((seen) => <KindReach key={seen.kind} seen={seen} />)}
        </>
      }
      readAt={isOpening ? opening.readAt : inventory.readAt}
      progress={progress}
      create={
        <>
          {hasRead ? (
            <Suspense fallback={thresholdsPlace}>
              <ThresholdsButton place={thresholdsPlace} />
            </Suspense>
          ) : (
            thresholdsPlace
          )}
          {create}
        </>
      }
    >
      {(shown) => (
        <InventoryTable
          inventory={shown}
          opening={isOpening ? opening : undefined}
          kind={kind}
          within={within ?? (kind === undefined ? undefined : ofKind)}
          noun={noun}
          notes={<Notes kinds={kind === undefined ? kinds : []} />}
          empty={renderEmpty(kinds.every(({ state }) => state === "complete"))}
          {...(maxHeight !== undefined && { maxHeight })}
        />
      )}
    </ListPage>
  );
});

/** The kinds that tell how far reading them is. */
function progressKinds(kind: InventoryKind | undefined): readonly TokenKind[] {
  if (kind === undefined) return tokenKinds;
  return isTokenKind(kind) ? [kind] : [];
}

/** How much of its one kind a list holds, where that is not everything. */
function KindReach({ seen }: { readonly seen: InventoryKindSeen }) {
  const words = seen.state === "failed" || seen.state === "waiting" ? undefined : reachWords(seen);
  if (words === undefined) return null;
  return (
    <Alert severity={seen.steady && seen.unknown === 0 ? "info" : "warning"} sx={{ marginBottom: 4 }}>
      {words}
    </Alert>
  );
}

/** What is not known of the tokens that are listed, and of those that are not. */
function Notes({ kinds }: { readonly kinds: readonly InventoryKindSeen[] }) {
  const session = useSession();
  const knowledge = useUseKnowledge();
  const tells = (extension: Parameters<typeof offers>[1]) => offers(session, extension);
  const words = [
    ...kinds.filter(({ state }) => state !== "failed" && state !== "waiting").map(reachWords),
    untoldWords({ creators: tells("tokenUse"), ingestUse: tells("ingestUse"), fleetOrigin: tells("fleetOrigin") }),
  ].filter((sentence) => sentence !== undefined);
  return (
    <>
      {words.length > 0 && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginBlock: 2, maxWidth: "130ch" }}>
          {words.join(" ")}
        </Typography>
      )}
      {knowledge.type !== "recorded" && knowledge.type !== "unknown" && (
        <Suspense>
          <AuditUseNote knowledge={knowledge} />
        </Suspense>
      )}
    </>
  );
}
