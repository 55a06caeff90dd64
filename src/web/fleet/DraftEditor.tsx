import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useDeferredValue, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router";

import { checkCollectorYaml } from "#logscale/collectorYaml.ts";
import { gapsIn } from "#logscale/collectorSinks.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { FormEnding } from "#web/form/FormEnding.tsx";
import { useAction } from "#web/form/useAction.ts";
import { choiceIn } from "#web/roll-out/choice.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { presentAfter } from "#web/ui/times.ts";

import type { ConfigurationEditorProps } from "./ConfigurationEditor.tsx";
import { draftChanges, draftFailures, overtakenUnseen, type DraftChange } from "./draftChanges.ts";
import { DiscardDialog, PublishDialog } from "./DraftDialogs.tsx";
import { baseOf, isCurrent, textOf, typed, type Edit } from "./edit.ts";
import { LazyYamlEditor } from "./LazyYamlEditor.tsx";
import { fleetTokensQuery } from "./queries.ts";
import { TextProblems } from "./TextProblems.tsx";
import type { YamlEditorHandle } from "./YamlEditor.tsx";

const FillDialog = lazyDialog(async () => (await import("./FillDialog.tsx")).FillDialog);

/** The draft of a configuration, to be written, saved and published. */
export function DraftEditor({ configuration, mayChange, uses }: ConfigurationEditorProps) {
  const { version, draftModifiedAt } = configuration;
  const client = useQueryClient();
  const now = useServerNow();
  const editor = useRef<YamlEditorHandle>(null);
  const [edit, setEdit] = useState<Edit>();
  const [question, setQuestion] = useState<"publish" | "discard" | "fill">();
  const [stopped, setStopped] = useState<DraftChange>();
  const text = edit?.text ?? textOf(configuration);
  const checked = useDeferredValue(text);
  const problems = useMemo(() => checkCollectorYaml(checked), [checked]);
  const gaps = useMemo(() => gapsIn(checked).length, [checked]);
  const choice = choiceIn(useSearchParams()[0]);
  const faulty = problems.some(({ severity }) => severity === "error");
  const overtaken = edit !== undefined && !isCurrent(edit.base, configuration);
  const close = () => setQuestion(undefined);
  const changes = draftChanges({
    client,
    configuration,
    edit,
    onOvertaken: (what) => {
      close();
      // Where something was typed, the page asks whose text to go on with.
      setStopped(edit === undefined ? what : undefined);
    },
    onDone: () => {
      setEdit(undefined);
      setStopped(undefined);
      close();
    },
  });
  const save = useAction(changes.save);
  const busy = save.sending.pending || save.sending.unknown;
  const ask = (what: typeof question) => {
    setStopped(undefined);
    save.sending.forget();
    setQuestion(what);
  };
  // Without a draft the text is what is published already.
  const publishable = edit !== undefined || draftModifiedAt !== null;

  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Typography sx={{ color: "text.secondary" }}>
        {edit !== undefined ? (
          "Changed here and not saved yet."
        ) : draftModifiedAt === null ? (
          "There is no draft; this is what is published. Type to begin one."
        ) : (
          <>
            Draft, saved <Instant at={draftModifiedAt} now={presentAfter(draftModifiedAt, now)} />. Machines get it once it is
            published.
          </>
        )}
      </Typography>
      {overtaken && (
        <Alert
          severity="warning"
          action={
            <>
              <Button color="inherit" size="small" onClick={() => setEdit(undefined)}>
                Take theirs
              </Button>
              <Button color="inherit" size="small" onClick={() => setEdit({ ...edit, base: baseOf(configuration) })}>
                Go on with mine
              </Button>
            </>
          }
        >
          Somebody else {edit.base.version === version ? "changed the draft" : `published version ${version}`} since you began.
          Nothing of yours was saved or lost.
        </Alert>
      )}
      <LazyYamlEditor
        ref={editor}
        label="Draft text"
        value={text}
        readOnly={!mayChange}
        onChange={(next) => setEdit((before) => typed(next, before, configuration))}
      />
      <TextProblems problems={problems} onShow={({ from }) => editor.current?.showPlace(from)} />
      {mayChange && gaps > 0 && (
        <div>
          <Button variant="outlined" size="small" onClick={() => ask("fill")}>
            Fill in the address and the token
          </Button>
        </div>
      )}
      {stopped !== undefined && <ErrorState title={draftFailures[stopped]} failure={overtakenUnseen} />}
      {mayChange && (
        <FormEnding
          form={save}
          submit="Save draft"
          onSubmit={save.act}
          disabled={edit === undefined || overtaken}
          secondary
          before={
            <Button
              variant="contained"
              disabled={!publishable || faulty || overtaken || busy}
              onClick={() => {
                ask("publish");
                // What the question says of them should be true now.
                void client.invalidateQueries({ queryKey: fleetTokensQuery.queryKey });
              }}
            >
              Publish version {version + 1}
            </Button>
          }
          unsaved={{ when: edit !== undefined, text: "What you typed into the draft is not saved." }}
        >
          {edit !== undefined && (
            <Button disabled={busy} onClick={() => setEdit(undefined)}>
              Undo all changes
            </Button>
          )}
          {draftModifiedAt !== null && edit === undefined && (
            <Button color="error" disabled={busy} onClick={() => ask("discard")}>
              Discard the draft
            </Button>
          )}
        </FormEnding>
      )}
      {question === "publish" && (
        <PublishDialog
          version={version}
          change={changes.publish}
          uses={uses}
          problems={problems}
          onFill={gaps > 0 ? () => ask("fill") : undefined}
          onCancel={close}
        />
      )}
      {question === "fill" && (
        <Suspense>
          <FillDialog
            text={text}
            choice={choice}
            onCancel={close}
            onFilled={(filled) => {
              setEdit((before) => typed(filled, before, configuration));
              close();
            }}
          />
        </Suspense>
      )}
      {question === "discard" && <DiscardDialog version={version} change={changes.discard} onCancel={close} />}
    </Box>
  );
}
