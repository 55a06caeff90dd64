import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import { Suspense, useDeferredValue, useId, useMemo, useRef } from "react";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Session } from "#web/api/session.ts";
import { askedAction } from "#web/form/useAction.ts";
import type { UseReach } from "#web/last-use/auditUse.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { formAndSide } from "#web/ui/mainAndSide.ts";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { noManager } from "#web/ui/noManager.ts";

import { Findings } from "./Findings.tsx";
import { ImpactPanel } from "./ImpactPanel.tsx";
import { RuleEditor, type RuleEditorHandle } from "./RuleEditor.tsx";
import { SaveActions } from "./SaveActions.tsx";
import { rebase } from "./saving.ts";
import { Tester } from "./Tester.tsx";
import { keepLineEnds, readText } from "./text.ts";
import type { FilterUse } from "./use.ts";
import { useEditImpact } from "./useEditImpact.ts";
import { useFilterEdit, type FilterEdit } from "./useFilterEdit.ts";
import { UsePanel } from "./UsePanel.tsx";
import { UsersTable } from "./UsersTable.tsx";
import { useSaving } from "./useSaving.ts";
import { lineMarks, useTester } from "./useTester.ts";

const SaveDialog = lazyDialog(async () => (await import("./SaveDialog.tsx")).SaveDialog);
const ConflictDialog = lazyDialog(async () => (await import("./ConflictDialog.tsx")).ConflictDialog);

export interface FilterFormProps {
  /** The filter as it is in force; undefined for a new one. */
  readonly filter: IpFilter | undefined;
  /** Rules to begin with in place of the filter's own, as somebody proposes them. */
  readonly proposed?: string | undefined;
  /** Who uses the filter; undefined for a new one. */
  readonly use: FilterUse | undefined;
  /** How far last use is known; of no interest for a new one. */
  readonly reach?: UseReach;
  /** All filters, for their names. */
  readonly filters: readonly IpFilter[];
  readonly session: Session;
}

/** The editor of a filter, new or not, with everything that helps to get it right before it is saved. */
export function FilterForm({ filter, proposed, use, reach = "unknown", filters, session }: FilterFormProps) {
  const findingsId = useId();
  const editor = useRef<RuleEditorHandle>(null);
  const edit = useFilterEdit(filter, proposed);
  const saving = useSaving(edit, filter, use);
  const { base, text, changed } = edit;
  const { sending, stage, overtaken } = saving;
  const { asked } = sending;
  const action = askedAction(sending);

  const typed = useDeferredValue(text.field.value);
  const read = useMemo(() => readText(typed), [typed]);
  const inForce = useMemo(() => (base === undefined ? undefined : readText(base.ipFilter)), [base]);
  const edited = base !== undefined && typed !== base.ipFilter;
  const tester = useTester(read.rules, session.clientAddress);
  const marks = useMemo(() => lineMarks(read, tester.tested), [read, tester.tested]);
  const impact = useEditImpact(inForce, edited ? read : undefined, use, reach, session);

  return (
    <>
      <Box
        component="form"
        noValidate
        onSubmit={edit.form.handleSubmit(saving.save)}
        aria-label={base === undefined ? "New IP filter" : "IP filter"}
        sx={formAndSide}
      >
        <Box sx={{ gridArea: "fields", display: "flex", flexDirection: "column", gap: 5, minWidth: 0 }}>
          {overtaken !== undefined && (
            <Alert
              severity="warning"
              action={
                <Button color="inherit" size="small" onClick={() => edit.restart(overtaken)}>
                  {changed ? "Discard my edit and show it" : "Show what is in force"}
                </Button>
              }
            >
              Somebody changed this filter since you opened it. {changed ? "Your edit is kept." : "Below is what it was."}
            </Alert>
          )}
          <NameField edit={edit} filters={filters} />
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
        <Box sx={{ gridArea: "side", display: "flex", flexDirection: "column", gap: 5, minWidth: 0 }}>
          {base !== undefined && <ImpactPanel state={impact.state} address={session.clientAddress} />}
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
          <SaveActions edit={edit} saving={saving} use={use} />
        </Box>
      </Box>
      {use !== undefined && (
        <Box sx={{ marginTop: 6 }}>
          <UsersTable impacts={impact.impacts} edited={impact.state.type === "known"} reach={reach} />
        </Box>
      )}
      <Suspense fallback={null}>
        {asked !== undefined && action !== undefined && use !== undefined && (
          <SaveDialog
            name={asked.next.name}
            use={use}
            impacts={impact.impacts}
            risk={impact.risk}
            address={session.clientAddress}
            action={action}
            onCancel={saving.backToForm}
          />
        )}
        {stage.type === "conflict" && base !== undefined && (
          <ConflictDialog
            theirs={stage.theirs}
            mine={rebase(base, stage.values, stage.theirs)}
            onTakeTheirs={() => saving.restart(stage.theirs)}
            onKeepMine={() => saving.keepMine(stage.values, stage.theirs)}
            onCancel={saving.backToForm}
          />
        )}
      </Suspense>
    </>
  );
}

function NameField({ edit, filters }: { readonly edit: FilterEdit; readonly filters: readonly IpFilter[] }) {
  const { base, name, values } = edit;
  const { error } = name.fieldState;
  const namesakes = namesakesIn(
    values.name,
    filters.filter(({ id }) => id !== base?.id).map((other) => other.name),
  );
  const warning =
    namesakes.same > 0
      ? "Another IP filter has this name already. Names need not be unique, but whoever chooses one cannot tell them apart by it."
      : alikeWords("IP filter", namesakes);
  return (
    <TextField
      {...name.field}
      ref={undefined}
      inputRef={name.field.ref}
      label="Name"
      size="small"
      fullWidth
      error={error !== undefined}
      helperText={error?.message ?? warning ?? "Where it lets people and machines in from: offices, ci-runners."}
      slotProps={{
        htmlInput: { ...noManager, spellCheck: false, "aria-required": true },
        formHelperText: { sx: warning !== undefined && error === undefined ? { color: "warning.main" } : {} },
      }}
      sx={{ maxWidth: 480 }}
    />
  );
}
