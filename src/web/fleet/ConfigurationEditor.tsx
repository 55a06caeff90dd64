import ErrorIcon from "@mui/icons-material/ErrorOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useDeferredValue, useId, useMemo, useRef, useState } from "react";

import { checkCollectorYaml, type YamlProblem } from "#logscale/collectorYaml.ts";
import type { Failure } from "#logscale/errors.ts";
import { PublishCollectorConfigurationDocument, SaveCollectorDraftDocument } from "#logscale/generated/fleet.ts";
import { ApiCallButton, notShown, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call, failureOf } from "#web/api/client.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { presentAfter } from "#web/ui/times.ts";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";

import { baseOf, isCurrent, textOf, typed, type Edit } from "./edit.ts";
import { configurationQuery, fleetChanged, fleetTokensQuery, type ConfigurationTexts } from "./queries.ts";
import type { YamlEditorHandle } from "./YamlEditor.tsx";

const YamlEditor = lazy(() => loadPart(() => import("./YamlEditor.tsx")));

export interface ConfigurationEditorProps {
  readonly configuration: ConfigurationTexts;
  readonly mayChange: boolean;
  /** How many fleet tokens have the configuration; undefined while that is not known. */
  readonly uses: number | undefined;
}

type Question = "publish" | "discard";
type Doing = "save" | Question;

/** The texts of a configuration: the draft to work on, and what is published. */
export function ConfigurationEditor({ configuration, mayChange, uses }: ConfigurationEditorProps) {
  const { version, yaml } = configuration;
  const id = useId();
  const [tab, setTab] = useState(mayChange || yaml === null ? "draft" : "published");
  const label = version === 0 ? "Published" : `Published, version ${version}`;
  return (
    <TabRow
      label="Texts"
      tabs={[
        { id: "draft", label: "Draft" },
        { id: "published", label },
      ]}
      value={tab}
      onChange={setTab}
      panel={`${id}-texts`}
    >
      <Box sx={{ paddingTop: 4 }}>
        {/* Stays there while the other one is looked at, with what was typed and can be undone. */}
        <Box hidden={tab !== "draft"}>
          <Draft configuration={configuration} mayChange={mayChange} uses={uses} />
        </Box>
        {tab === "published" &&
          (yaml === null ? (
            <Typography sx={{ color: "text.secondary" }}>Nothing is published yet, so machines collect nothing.</Typography>
          ) : (
            <Suspense fallback={editorShape}>
              <YamlEditor label={`Published text, version ${version}`} value={textOf({ draft: null, yaml })} readOnly />
            </Suspense>
          ))}
      </Box>
    </TabRow>
  );
}

const editorShape = <LoadingShape label="Loading the editor" shape="form" rows={5} />;

function Draft({ configuration, mayChange, uses }: ConfigurationEditorProps) {
  const { id, version, draftModifiedAt } = configuration;
  const client = useQueryClient();
  const now = useServerNow();
  const editor = useRef<YamlEditorHandle>(null);
  const [edit, setEdit] = useState<Edit>();
  const [question, setQuestion] = useState<Question>();
  const [state, setState] = useState<{
    readonly doing?: Doing;
    readonly failed?: { readonly what: Doing; readonly failure: Failure };
  }>({});
  const text = edit?.text ?? textOf(configuration);
  const checked = useDeferredValue(text);
  const problems = useMemo(() => checkCollectorYaml(checked), [checked]);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const overtaken = edit !== undefined && !isCurrent(edit.base, configuration);

  const run = async (what: Doing, change: () => Promise<unknown>, done: string) => {
    setState({ doing: what });
    try {
      // LogScale replaces drafts without asking whose they are, so what is there now is read first.
      const present = await client.query({ ...configurationQuery(id), staleTime: 0 });
      if (!isCurrent(edit?.base ?? baseOf(configuration), present)) {
        setQuestion(undefined);
        // Where something was typed, the page asks whose text to go on with.
        setState(edit === undefined ? { failed: { what, failure: overtakenUnseen } } : {});
        return;
      }
      await change();
      await fleetChanged(client);
      setEdit(undefined);
      setState({});
      setQuestion(undefined);
      announce(done);
    } catch (error) {
      setState({ failed: { what, failure: failureOf(error) } });
      void fleetChanged(client);
    }
  };
  const baseVersion = edit?.base.version ?? version;
  const save = () => run("save", () => call(SaveCollectorDraftDocument, { id, draft: text }), "The draft was saved.");
  const discard = () => run("discard", () => call(SaveCollectorDraftDocument, { id, draft: null }), "The draft was discarded.");
  const publish = () =>
    run(
      "publish",
      () => call(PublishCollectorConfigurationDocument, { id, yaml: text, currentVersion: baseVersion }),
      `Version ${version + 1} was published.`,
    );
  const saving: ShownCall = {
    title: "Save the draft of a collector configuration",
    document: SaveCollectorDraftDocument,
    variables: { id, draft: notShown },
    note: "The text is not shown, since it may name ingest tokens. A script does not look first whether somebody else changed the draft.",
  };
  const publishing: ShownCall = {
    title: `Publish version ${baseVersion + 1} of a collector configuration`,
    document: PublishCollectorConfigurationDocument,
    variables: { id, yaml: notShown, currentVersion: baseVersion },
    note: "The text is not shown, since it may name ingest tokens. Whoever published another version meanwhile is not overwritten: it is refused then.",
  };
  const { doing, failed } = state;
  const busy = doing !== undefined;
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
      <Suspense fallback={editorShape}>
        <YamlEditor
          ref={editor}
          label="Draft text"
          value={text}
          readOnly={!mayChange}
          onChange={(next) => setEdit((before) => typed(next, before, configuration))}
        />
      </Suspense>
      <Problems problems={problems} onShow={({ from }) => editor.current?.showPlace(from)} />
      {mayChange && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          <Button
            variant="contained"
            disabled={!publishable || errors > 0 || overtaken || busy}
            onClick={() => {
              setQuestion("publish");
              // What the question says of them should be true now.
              void client.invalidateQueries({ queryKey: fleetTokensQuery.queryKey });
            }}
          >
            Publish version {version + 1}
          </Button>
          <Button
            variant="outlined"
            disabled={edit === undefined || overtaken || (busy && doing !== "save")}
            loading={doing === "save"}
            onClick={() => void save()}
          >
            Save draft
          </Button>
          {edit !== undefined && (
            <Button disabled={busy} onClick={() => setEdit(undefined)}>
              Undo all changes
            </Button>
          )}
          {draftModifiedAt !== null && edit === undefined && (
            <Button color="error" disabled={busy} onClick={() => setQuestion("discard")}>
              Discard the draft
            </Button>
          )}
          <ApiCallButton prepare={(show) => show(saving, publishing)} />
        </Box>
      )}
      {failed !== undefined && question === undefined && <ErrorState title={failedWords[failed.what]} failure={failed.failure} />}
      <ConfirmDialog
        open={question === "publish"}
        title={`Publish version ${version + 1}?`}
        confirm={`Publish version ${version + 1}`}
        pending={doing === "publish"}
        failure={failed?.what === "publish" ? failed.failure : undefined}
        onConfirm={() => void publish()}
        onCancel={() => {
          setQuestion(undefined);
          setState({});
        }}
      >
        {version === 0 ? "It is the first version." : `It takes the place of version ${version}.`}{" "}
        {uses === undefined
          ? "Machines that enrolled with a fleet token which has this configuration get it."
          : uses === 0
            ? "No fleet token has this configuration, so no machine gets it yet."
            : `Machines that enrolled with the ${countOf(uses, "fleet token")} that ${uses === 1 ? "has" : "have"} it get it.`}
        {problems.length > 0 && (
          <Alert severity="warning" sx={{ marginTop: 3 }}>
            The check of the text has {countOf(problems.length, "warning")}
            {problems.length === 1 && problems[0] !== undefined ? `: ${problems[0].message}` : "; look at them first."}
          </Alert>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        open={question === "discard"}
        title="Discard the draft?"
        confirm="Discard the draft"
        destructive
        pending={doing === "discard"}
        failure={failed?.what === "discard" ? failed.failure : undefined}
        onConfirm={() => void discard()}
        onCancel={() => {
          setQuestion(undefined);
          setState({});
        }}
      >
        {version === 0
          ? "Nothing is published, so the configuration is empty then."
          : `What is published as version ${version} stays as it is.`}
      </ConfirmDialog>
      <UnsavedChangesGuard when={edit !== undefined} text="What you typed into the draft is not saved." />
    </Box>
  );
}

const overtakenUnseen: Failure = {
  kind: "refused",
  message: "Somebody else changed it meanwhile, and what you see now is theirs.",
};

const failedWords = {
  save: "The draft was not saved",
  publish: "The configuration was not published",
  discard: "The draft was not discarded",
} as const satisfies Record<Doing, string>;

interface ProblemsProps {
  readonly problems: readonly YamlProblem[];
  readonly onShow: (problem: YamlProblem) => void;
}

/** What is wrong with the text, in words, each leading to its place. */
function Problems({ problems, onShow }: ProblemsProps) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const summary =
    problems.length === 0
      ? "The text is sound."
      : [errors > 0 ? countOf(errors, "fault") : "", warnings > 0 ? countOf(warnings, "warning") : ""].filter(Boolean).join(", ");
  return (
    <section aria-label="Check of the text">
      <Typography role="status" sx={{ fontWeight: problems.length === 0 ? 400 : 600 }}>
        {summary}
      </Typography>
      {problems.length > 0 && (
        <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
          {problems.slice(0, mostShown).map((problem) => (
            <Box
              component="li"
              key={`${problem.from} ${problem.message}`}
              sx={{ display: "flex", gap: 2, alignItems: "flex-start", marginTop: 1 }}
            >
              {problem.severity === "error" ? (
                <ErrorIcon color="error" fontSize="small" titleAccess="Fault" />
              ) : (
                <WarningIcon color="warning" fontSize="small" titleAccess="Warning" />
              )}
              <span>
                <Link component="button" type="button" onClick={() => onShow(problem)}>
                  Line {problem.line}, column {problem.column}
                </Link>
                : {problem.message}
              </span>
            </Box>
          ))}
        </Box>
      )}
    </section>
  );
}

/** How many problems are spelled out: one can be the cause of many. */
const mostShown = 8;
