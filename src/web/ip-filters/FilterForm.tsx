import { zodResolver } from "@hookform/resolvers/zod";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useDeferredValue, useId, useMemo, useRef, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { useController, useForm } from "react-hook-form";
import { useNavigate } from "react-router";
import * as z from "zod/mini";

import { ipFilterNameSchema, ipFilterTextSchema, parseIpFilter } from "#domain/ipFilter.ts";
import type { Failure } from "#logscale/errors.ts";
import { CreateIpFilterDocument, UpdateIpFilterDocument } from "#logscale/generated/ipFilters.ts";
import { ApiCallButton, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { failureOf } from "#web/api/client.ts";
import { offers, type Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { paths } from "#web/paths.ts";
import { serverAddress } from "#web/token/server.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { UnsavedChangesGuard } from "#web/ui/UnsavedChangesGuard.tsx";

import { Findings } from "./Findings.tsx";
import { impactOn, ownRisk } from "./impact.ts";
import { ImpactPanel, type ImpactState } from "./ImpactPanel.tsx";
import { LostAnswer } from "./LostAnswer.tsx";
import { createIpFilter, filtersChanged, readFilters, readUse, updateIpFilter, type IpFilter } from "./requests.ts";
import { RuleEditor, type RuleEditorHandle } from "./RuleEditor.tsx";
import {
  changesOf,
  fieldOfFailure,
  findBase,
  hasChanges,
  rebase,
  settleCreation,
  settleUpdate,
  type Found,
  type Settled,
} from "./saving.ts";
import { Tester } from "./Tester.tsx";
import { keepLineEnds, readText } from "./text.ts";
import { isUnused, isWaiting, tokensUsing, type FilterUse } from "./use.ts";
import { UsePanel } from "./UsePanel.tsx";
import { UsersTable } from "./UsersTable.tsx";
import { lineMarks, useTester } from "./useTester.ts";

const SaveDialog = lazy(() => import("./SaveDialog.tsx").then((module) => ({ default: module.SaveDialog })));
const ConflictDialog = lazy(() => import("./ConflictDialog.tsx").then((module) => ({ default: module.ConflictDialog })));

const formSchema = z.object({ name: ipFilterNameSchema, ipFilter: ipFilterTextSchema });
type FormValues = z.infer<typeof formSchema>;

/** What {@link FilterForm} takes. */
export interface FilterFormProps {
  /** The filter as it is in force; undefined for a new one. */
  readonly filter: IpFilter | undefined;
  /** Who uses the filter; undefined for a new one. */
  readonly use: FilterUse | undefined;
  /** All filters, for their names. */
  readonly filters: readonly IpFilter[];
  readonly session: Session;
}

/** How far saving is. */
type Stage =
  | { readonly type: "editing"; readonly failure?: Failure }
  | { readonly type: "confirming"; readonly values: FormValues; readonly pending?: boolean; readonly failure?: Failure }
  | { readonly type: "conflict"; readonly theirs: IpFilter; readonly values: FormValues }
  | { readonly type: "gone" }
  | { readonly type: "lost"; readonly failure: Failure; readonly settle: (filters: readonly IpFilter[]) => Settled }
  | { readonly type: "done" };

/** The editor of a filter, new or not, with everything that helps to get it right before it is saved. */
export function FilterForm({ filter, use, filters, session }: FilterFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const now = useServerNow();
  const findingsId = useId();
  const editor = useRef<RuleEditorHandle>(null);
  const [stage, setStage] = useState<Stage>({ type: "editing" });
  // What the edit started from. What is read again meanwhile must not become it unseen.
  const [base, setBase] = useState(filter);
  // What the list still holds after a save, until it is read again: nobody else's change.
  const [stale, setStale] = useState<IpFilter>();
  const { control, handleSubmit, reset, setError, setValue, formState } = useForm<FormValues>({
    defaultValues: { name: base?.name ?? "", ipFilter: base?.ipFilter ?? "" },
    resolver: zodResolver(formSchema),
    mode: "onTouched",
  });
  const name = useController({ control, name: "name" });
  const text = useController({ control, name: "ipFilter" });
  const values = { name: name.field.value.trim(), ipFilter: text.field.value };
  const changes = changesOf(base ?? { name: "", ipFilter: "" }, values);
  const changed = hasChanges(changes);

  const typed = useDeferredValue(text.field.value);
  const read = useMemo(() => readText(typed), [typed]);
  const inForce = useMemo(() => (base === undefined ? undefined : readText(base.ipFilter)), [base]);
  const edited = base !== undefined && typed !== base.ipFilter;
  const tester = useTester(read.rules, session.clientAddress);
  const marks = useMemo(() => lineMarks(read, tester.tested), [read, tester.tested]);
  const users = useMemo(() => (use === undefined ? [] : tokensUsing(use)), [use]);
  const after = edited ? read.rules : inForce?.rules;
  const impacts = useMemo(
    // Until the new rules can be read, each token is shown as the rules in force judge it.
    () => impactOn(users, inForce?.rules, after ?? inForce?.rules, now),
    [users, inForce, after, now],
  );
  const risk = use && read.rules && edited ? ownRisk(session, use, inForce?.rules, read.rules) : undefined;
  const impact: ImpactState = !edited
    ? { type: "unchanged" }
    : read.rules === undefined
      ? { type: "undecided" }
      : {
          type: "known",
          impacts,
          risk,
          waiting: use !== undefined && isWaiting(use),
          knowsUse: offers(session, "tokenUse"),
          comparable: inForce?.rules !== undefined,
        };
  const namesake = filters.some((other) => other.id !== base?.id && other.name === values.name);
  const overtaken: Found =
    filter !== undefined && filter !== stale && base !== undefined && stage.type === "editing"
      ? findBase(base, [filter])
      : { type: "as-before" };

  const adopt = (next: IpFilter) => {
    setBase(next);
    reset({ name: next.name, ipFilter: next.ipFilter });
  };
  const saved = (next: IpFilter) => {
    adopt(next);
    setStale(filter);
    setStage({ type: "editing" });
    announce(`The IP filter ${next.name} was saved. Its rules hold from now on.`);
    void filtersChanged(client);
  };
  const created = (id: string, called: string) => {
    flushSync(() => setStage({ type: "done" }));
    announce(`The IP filter ${called} was created.`);
    void filtersChanged(client);
    void navigate(paths.ipFilter(id), { replace: true });
  };
  const failed = (failure: Failure, settle: (filters: readonly IpFilter[]) => Settled) => {
    if (failure.kind === "unknown-outcome") return setStage({ type: "lost", failure, settle });
    const field = fieldOfFailure(failure);
    if (field === undefined) return setStage({ type: "editing", failure });
    setStage({ type: "editing" });
    setError(field, { type: "server", message: failure.message }, { shouldFocus: true });
  };

  const create = async (next: FormValues) => {
    let known: ReadonlySet<string>;
    try {
      // What is there before tells, should the answer be lost, whether the filter was created.
      known = new Set((await readFilters(client)).map(({ id }) => id));
    } catch (error) {
      return setStage({ type: "editing", failure: failureOf(error) });
    }
    try {
      created(await createIpFilter(next), next.name);
    } catch (error) {
      failed(failureOf(error), (now) => settleCreation(next, known, now));
    }
  };
  /** Saves, unless what is in force is no longer what the edit started from. */
  const update = async (started: IpFilter, next: FormValues) => {
    try {
      const found = findBase(started, await readFilters(client));
      if (found.type === "gone") return setStage({ type: "gone" });
      if (found.type === "changed") return setStage({ type: "conflict", theirs: found.theirs, values: next });
    } catch (error) {
      return setStage({ type: "editing", failure: failureOf(error) });
    }
    try {
      saved(await updateIpFilter(started.id, changesOf(started, next)));
    } catch (error) {
      failed(failureOf(error), (now) => settleUpdate(started, next, now));
    }
  };
  const prepare = async (started: IpFilter, next: FormValues) => {
    if (next.ipFilter === started.ipFilter) return update(started, next);
    try {
      const [now, usedBy] = await Promise.all([readFilters(client), readUse(client, started.id)]);
      const found = findBase(started, now);
      if (found.type === "gone") return setStage({ type: "gone" });
      if (found.type === "changed") return setStage({ type: "conflict", theirs: found.theirs, values: next });
      if (!isUnused(usedBy)) return setStage({ type: "confirming", values: next });
    } catch (error) {
      return setStage({ type: "editing", failure: failureOf(error) });
    }
    return update(started, next);
  };
  const apiCallOf = (next: FormValues): ShownCall => ({
    title: base === undefined ? "Create an IP filter" : "Change an IP filter",
    ...(base === undefined
      ? { document: CreateIpFilterDocument, variables: { input: next } }
      : { document: UpdateIpFilterDocument, variables: { input: { id: base.id, ...next } } }),
    server: serverAddress(session),
    resource: { type: "ip-filter", name: next.name, rules: parseIpFilter(next.ipFilter).rules },
    ...(base !== undefined && { note: "It does not look first whether somebody else changed the filter meanwhile." }),
  });
  const onValid = async (next: FormValues) => {
    setStage({ type: "editing" });
    await (base === undefined ? create(next) : prepare(base, next));
  };
  const onRead = (settle: (filters: readonly IpFilter[]) => Settled) => (now: readonly IpFilter[]) => {
    const settled = settle(now);
    switch (settled.type) {
      case "done":
        return base === undefined ? created(settled.filter.id, settled.filter.name) : saved(settled.filter);
      case "not-done":
        return setStage({
          type: "editing",
          failure: { kind: "refused", message: "It was read again: the filter was not saved. You can save it now." },
        });
      case "other":
        return setStage({ type: "conflict", theirs: settled.theirs, values });
      case "gone":
        return setStage({ type: "gone" });
      default:
        return settled satisfies never;
    }
  };
  /** Goes on with an edit as one of what is in force now, and asks anew: it is another change. */
  const keepMine = (started: IpFilter, mine: FormValues, theirs: IpFilter) => {
    const next = rebase(started, mine, theirs);
    setBase(theirs);
    setValue("name", next.name);
    setValue("ipFilter", next.ipFilter);
    const unasked = next.ipFilter === theirs.ipFilter || (use !== undefined && isUnused(use));
    if (!unasked) return setStage({ type: "confirming", values: next });
    setStage({ type: "editing" });
    if (hasChanges(changesOf(theirs, next))) void update(theirs, next);
  };
  const onConfirm = (next: FormValues) => {
    if (base === undefined) return;
    setStage({ type: "confirming", values: next, pending: true });
    void update(base, next);
  };

  const label = base === undefined ? "Create IP filter" : saveLabel(changes, use);
  return (
    <>
      <Box
        component="form"
        noValidate
        onSubmit={handleSubmit(onValid)}
        aria-label={base === undefined ? "New IP filter" : "IP filter"}
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 400px" },
          // On a phone what an edit does stands before the button, so that it is seen before it is pressed.
          gridTemplateAreas: { xs: '"fields" "lab" "actions"', lg: '"fields lab" "actions lab"' },
          gridTemplateRows: { lg: "auto 1fr" },
          gap: 6,
          alignItems: "start",
        }}
      >
        <Box sx={{ gridArea: "fields", display: "flex", flexDirection: "column", gap: 5, minWidth: 0 }}>
          {overtaken.type === "changed" && (
            <Alert
              severity="warning"
              action={
                <Button color="inherit" size="small" onClick={() => adopt(overtaken.theirs)}>
                  {changed ? "Discard my edit and show it" : "Show what is in force"}
                </Button>
              }
            >
              Somebody changed this filter since you opened it. {changed ? "Your edit is kept." : "Below is what it was."}
            </Alert>
          )}
          <TextField
            {...name.field}
            ref={undefined}
            inputRef={name.field.ref}
            label="Name"
            size="small"
            fullWidth
            error={name.fieldState.error !== undefined}
            helperText={
              name.fieldState.error?.message ??
              (namesake
                ? "Another IP filter has this name already. Names need not be unique, but whoever chooses one cannot tell them apart by it."
                : "Where it lets people and machines in from: offices, ci-runners.")
            }
            slotProps={{
              htmlInput: { autoComplete: "off", spellCheck: false, "aria-required": true },
              formHelperText: { sx: namesake && name.fieldState.error === undefined ? { color: "warning.main" } : {} },
            }}
            sx={{ maxWidth: 480 }}
          />
          <RuleEditor
            ref={(handle) => {
              editor.current = handle;
              // The form takes the focus here when the text is at fault.
              text.field.ref(handle);
            }}
            value={text.field.value}
            onChange={(content) => text.field.onChange(keepLineEnds(base?.ipFilter ?? "", content))}
            onBlur={text.field.onBlur}
            marks={marks}
            // What is wrong with a line stands at the line and in the list below.
            error={
              text.fieldState.error === undefined
                ? undefined
                : read.faults.length > 0
                  ? "Not every line can be read."
                  : text.fieldState.error.message
            }
            describedBy={findingsId}
          />
          <Findings
            id={findingsId}
            read={read}
            onShowLine={(line, column) => editor.current?.showLine(line, column)}
            onTry={tester.add}
          />
        </Box>
        <Box sx={{ gridArea: "lab", display: "flex", flexDirection: "column", gap: 5, minWidth: 0 }}>
          {base !== undefined && <ImpactPanel state={impact} address={session.clientAddress} />}
          <Tester
            text={tester.text}
            onChange={tester.setText}
            typed={tester.typed}
            tested={tester.tested}
            faulty={read.faults.length > 0}
            inForce={edited ? inForce?.rules : undefined}
            session={session}
          />
          {use !== undefined && <UsePanel use={use} />}
        </Box>
        <Box sx={{ gridArea: "actions", display: "flex", flexDirection: "column", gap: 4, minWidth: 0 }}>
          {stage.type === "editing" && stage.failure !== undefined && (
            <ErrorState title="The IP filter was not saved" failure={stage.failure} />
          )}
          {stage.type === "lost" && (
            <LostAnswer
              title={`It is not known whether the IP filter was ${base === undefined ? "created" : "saved"}`}
              failure={stage.failure}
              onRead={onRead(stage.settle)}
            />
          )}
          {stage.type === "gone" && (
            <Alert
              severity="warning"
              action={
                <Button
                  color="inherit"
                  size="small"
                  onClick={() => {
                    setBase(undefined);
                    setStage({ type: "editing" });
                  }}
                >
                  Make it a new filter
                </Button>
              }
            >
              Somebody deleted this filter meanwhile, so there is nothing to save to. What you typed is kept.
            </Alert>
          )}
          <Box sx={{ display: "flex", gap: 2, flexWrap: "wrap" }}>
            <Button
              type="submit"
              variant="contained"
              loading={formState.isSubmitting}
              disabled={stage.type === "lost" || stage.type === "gone" || (base !== undefined && !changed)}
            >
              {label}
            </Button>
            {base === undefined ? (
              <Button onClick={() => void navigate(paths.ipFilters)}>Cancel</Button>
            ) : (
              changed && (
                <Button
                  onClick={() => {
                    adopt(base);
                    setStage({ type: "editing" });
                  }}
                >
                  Discard
                </Button>
              )
            )}
            <ApiCallButton prepare={(show) => void handleSubmit((next) => show(apiCallOf(next)))()} />
          </Box>
        </Box>
      </Box>
      {use !== undefined && (
        <Box sx={{ marginTop: 6 }}>
          <UsersTable impacts={impacts} edited={impact.type === "known"} knowsUse={offers(session, "tokenUse")} />
        </Box>
      )}
      <Suspense fallback={null}>
        {stage.type === "confirming" && use !== undefined && (
          <SaveDialog
            name={stage.values.name}
            use={use}
            impacts={impacts}
            risk={risk}
            address={session.clientAddress}
            pending={stage.pending === true}
            failure={stage.failure}
            onConfirm={() => onConfirm(stage.values)}
            onCancel={() => setStage({ type: "editing" })}
          />
        )}
        {stage.type === "conflict" && base !== undefined && (
          <ConflictDialog
            theirs={stage.theirs}
            mine={rebase(base, stage.values, stage.theirs)}
            onTakeTheirs={() => {
              adopt(stage.theirs);
              setStage({ type: "editing" });
            }}
            onKeepMine={() => keepMine(base, stage.values, stage.theirs)}
            onCancel={() => setStage({ type: "editing" })}
          />
        )}
      </Suspense>
      <UnsavedChangesGuard
        when={changed && stage.type !== "done"}
        text={
          base === undefined
            ? "The IP filter is not created, and what you typed is lost."
            : "The IP filter stays as it is in force, and your edit is lost."
        }
        leave="Leave"
      />
    </>
  );
}

/** What the button that saves says: what it comes to. */
function saveLabel(changes: Partial<FormValues>, use: FilterUse | undefined): ReactNode {
  if (changes.ipFilter === undefined) return changes.name === undefined ? "Save" : "Rename";
  if (use !== undefined && isUnused(use)) return "Save rules that nothing uses";
  return "Review and save";
}
