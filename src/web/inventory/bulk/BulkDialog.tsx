import Button from "@mui/material/Button";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import type { BulkAction } from "#domain/inventory/bulk.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { failureOf, serverNow } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { fleetChanged } from "#web/fleet/queries.ts";
import { ingestChanged } from "#web/ingest/queries.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { useStore } from "#web/state/store.ts";
import { tokensChanged } from "#web/tokens/tokenQuery.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { createBulk } from "./bulk.ts";
import { ParserChoice } from "./ParserChoice.tsx";
import { createPerformer, type BulkOutcome, type Performer } from "./perform.ts";
import { PermissionsChoice } from "./PermissionsChoice.tsx";
import { Question } from "./Question.tsx";
import { readBulk } from "./read.ts";
import { startOfRenewal, type BulkRenewForm } from "./renewForm.ts";
import { RenewChoice } from "./RenewChoice.tsx";
import { Results, RunGuard } from "./Results.tsx";
import { createRun } from "./run.ts";

export interface BulkDialogProps {
  readonly type: BulkAction["type"];
  /** The tokens as they were when it was opened. */
  readonly tokens: readonly InventoryToken[];
  /** Joins the records that the server keeps of it with those of what else belongs to the same act. */
  readonly act?: string;
  /** Policies that are about to be put in force, which a successor is judged by as well. */
  readonly draft?: Policies;
  /** Called with the keys of those that are no longer what they were. */
  readonly onClose: (done: ReadonlySet<string>) => void;
}

/** Does something with many tokens: it is chosen, shown for each of them, agreed to, run, and told what became of it. */
export function BulkDialog({ type, tokens, act, draft, onClose }: BulkDialogProps) {
  const client = useQueryClient();
  const { session } = useOrganization();
  const [{ bulk, forget }] = useState(() => startBulk(client, session, tokens, act));
  const stage = useStore(bulk.stage);
  const [kept, setKept] = useState(0);
  const [renewal, setRenewal] = useState<BulkRenewForm>(() => startOfRenewal(serverNow()));
  useEffect(() => {
    if (type === "delete" || type === "rotate") bulk.choose({ type });
  }, [bulk, type]);
  useEffect(
    () => () => {
      bulk.end();
      forget();
    },
    [bulk, forget],
  );
  // It is begun, and the stage changes with it.
  const run = bulk.run();
  const chooses = type !== "delete" && type !== "rotate";
  const close = () => {
    const changed = new Set<string>();
    for (const [key, { at }] of run?.state.get().fates ?? []) {
      // A token with another parser or other permissions is still the same. One that was renewed is, too, but is not to be renewed twice.
      if ((at === "done" || at === "unseen") && type !== "parser" && type !== "permissions") changed.add(key);
    }
    onClose(changed);
    if (run === undefined) return;
    void tokensChanged(client, { credential: true });
    void ingestChanged(client);
    void fleetChanged(client);
  };
  const back = () => {
    if (run === undefined && !chooses) close();
    else bulk.back();
  };

  return (
    <>
      {drawStage()}
      {run !== undefined && <RunGuard run={run} kept={kept} />}
    </>
  );

  function drawStage(): ReactNode {
    switch (stage.at) {
      case "choosing":
        if (type === "parser") return <ParserChoice tokens={tokens} onChoose={bulk.choose} onCancel={close} />;
        if (type === "permissions") return <PermissionsChoice tokens={tokens} onChoose={bulk.choose} onCancel={close} />;
        if (type === "renew") {
          return (
            <RenewChoice
              tokens={tokens}
              form={renewal}
              onForm={setRenewal}
              draft={draft}
              onChoose={bulk.choose}
              onCancel={close}
            />
          );
        }
        return <Reading onClose={close} />;
      case "reading":
        return stage.shown === undefined ? (
          <Reading onClose={back} />
        ) : (
          <Question key={stage.shown.times} question={stage.shown} pending cancel="Cancel" onConfirm={noop} onCancel={back} />
        );
      case "stuck":
        return (
          <DialogFrame title="What is there could not be read" onClose={back} actions={<Button onClick={back}>Back</Button>}>
            <ErrorState
              title={run === undefined ? "Nothing was done" : "Nothing more was done"}
              failure={stage.failure}
              onRetry={bulk.readAgain}
            />
          </DialogFrame>
        );
      case "asking":
        return (
          <Question
            key={stage.question.times}
            question={stage.question}
            pending={false}
            cancel={run !== undefined ? "Back to the results" : chooses ? "Back" : "Cancel"}
            onConfirm={bulk.confirm}
            onCancel={back}
          />
        );
      case "running":
        return run === undefined ? null : (
          <Results type={type} run={run} steps={bulk.steps()} kept={kept} onKept={setKept} onRetry={bulk.retry} onClose={close} />
        );
      default:
        return stage satisfies never;
    }
  }
}

function noop(): void {}

function Reading({ onClose }: { readonly onClose: () => void }) {
  return (
    <DialogFrame title="Reading what is there" onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
      <LoadingShape label="Reading the selected tokens" shape="table" rows={4} />
    </DialogFrame>
  );
}

/** Makes a bulk action of these tokens, and what forgets every secret that it holds. */
function startBulk(client: QueryClient, session: Session, tokens: readonly InventoryToken[], act: string | undefined) {
  let performer: Performer | undefined;
  const bulk = createBulk<BulkOutcome>({
    selected: tokens,
    read: (some, action, signal) => readBulk(client, session, some, action, signal),
    begin: (action) => {
      performer = createPerformer(client, session, action, act);
      return createRun({ ...performer, failureOf, pause });
    },
    failureOf,
  });
  const forget = () => {
    performer?.forget();
    for (const fate of bulk.run()?.state.get().fates.values() ?? []) if (fate.at === "done") fate.made?.secret.forget();
  };
  return { bulk, forget };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
