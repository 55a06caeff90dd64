import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";

import { nameInText } from "#domain/name.ts";
import { digestMeaning, evidenceKind } from "#domain/inventory/evidenceFile.ts";
import { contextOf, coverOf, exporterOf, type EvidenceSource, type EvidenceSurroundings } from "#logscale/evidenceSource.ts";
import { serverNow } from "#web/api/client.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { serverUrl } from "#web/api/server.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";

import { makeFile, type EvidenceFile, type EvidenceFormat } from "./makeFile.ts";
import { mostReported, Report, type ReportProps } from "./Report.tsx";
import { backendVersionQuery } from "./version.ts";

export interface EvidenceDialogProps {
  readonly source: EvidenceSource;
  readonly onClose: () => void;
}

type Form = EvidenceFormat | "report";

/** The form in which the evidence is wanted, and what becomes of it. */
type State =
  | { readonly at: "asking" }
  | { readonly at: "making"; readonly made: number; readonly of: number; readonly work: AbortController }
  | { readonly at: "saved"; readonly file: EvidenceFile }
  | { readonly at: "report"; readonly report: Omit<ReportProps, "onClose"> };

/** Says what the evidence of a list holds and lacks, and saves or prints it. */
export function EvidenceDialog({ source, onClose }: EvidenceDialogProps) {
  const { rows } = source;
  const { session } = useOrganization();
  const [form, setForm] = useState<Form>("json");
  const [state, setState] = useState<State>({ at: "asking" });
  const surroundings = useSurroundings();
  const work = useRef<AbortController>(undefined);
  useEffect(() => () => work.current?.abort(), []);
  const awaited = awaitedWords(source);
  const tooLong = rows.length > mostReported;

  const save = async (format: EvidenceFormat) => {
    const around = surroundings();
    const controller = new AbortController();
    work.current = controller;
    const { signal } = controller;
    const making = { at: "making", of: rows.length, work: controller } as const;
    setState({ ...making, made: 0 });
    try {
      const file = await makeFile({
        format,
        title: `tokens-${fileInstant(around.now)}`,
        tokens: rows,
        context: contextOf(source, around),
        cover: coverOf(source, around),
        signal,
        onProgress: (made) => setState({ ...making, made }),
      });
      downloadText(file.name, file.type, file.pieces);
      announce(`${nameInText(file.name)} was saved.`);
      const tokens = rows.flatMap(({ id }) => id ?? []);
      // The file is saved whether or not this can be loaded.
      void import("#web/api/reportSaved.ts")
        .then(({ reportSaved }) => reportSaved(session, { what: "evidence", tokens, count: rows.length }))
        .catch(() => undefined);
      setState({ at: "saved", file });
    } catch (error) {
      if (!signal.aborted) throw error;
      setState({ at: "asking" });
    }
  };
  const go = () => {
    if (form !== "report") {
      void save(form);
      return;
    }
    const around = surroundings();
    setState({ at: "report", report: { tokens: rows, context: contextOf(source, around), cover: coverOf(source, around) } });
  };

  if (state.at === "report") return <Report {...state.report} onClose={onClose} />;
  const busy = state.at === "making";
  return (
    <DialogFrame
      title={`Evidence of ${countOf(rows.length, "token")}`}
      text="All rows that the list shows, in its order, with every column. No secret is in it."
      width="md"
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && awaited === undefined) go();
      }}
      actions={
        <>
          {busy && <Button onClick={() => state.work.abort()}>Cancel</Button>}
          {!busy && <Button onClick={onClose}>{state.at === "saved" ? "Close" : "Cancel"}</Button>}
          <BusyButton
            type="submit"
            variant={state.at === "saved" ? "outlined" : "contained"}
            disabled={awaited !== undefined || (form === "report" && tooLong)}
            busy={busy}
          >
            {form === "report" ? "Open the report" : `Save as ${form.toUpperCase()}`}
          </BusyButton>
        </>
      }
    >
      <Contents source={source} />
      <Forms
        form={form}
        busy={busy}
        rows={rows.length}
        tooLong={tooLong}
        onChange={(next) => {
          setForm(next);
          setState({ at: "asking" });
        }}
      />
      {awaited !== undefined && (
        <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 3 }}>
          <ProgressBar label={awaited} width={120} />
          <Typography>{awaited}</Typography>
        </Box>
      )}
      {busy && (
        <Box sx={{ display: "flex", alignItems: "center", gap: 3 }}>
          <ProgressBar label="Making the file" progress={{ loaded: state.made, total: state.of }} />
          <Typography>
            {count(state.made)} of {count(state.of)}
          </Typography>
        </Box>
      )}
      {state.at === "saved" && <Saved file={state.file} />}
    </DialogFrame>
  );
}

/** What the page knows besides the list, at the moment when it is asked. */
function useSurroundings(): () => EvidenceSurroundings {
  const { session, filters } = useOrganization();
  const organization = useQuery(organizationQuery).data?.name;
  const version = useQuery(backendVersionQuery).data ?? undefined;
  const { notes, pending, failure } = useFindingNotes();
  return () => ({
    exportedBy: exporterOf(session),
    backend: session.backend,
    url: serverUrl(session),
    link: window.location.href,
    organization,
    version,
    filterName: (id) => filters.get(id)?.name,
    dismissals: notes.index,
    ownersRead: !pending && failure === undefined,
    now: serverNow(),
  });
}

/** What is still being read and belongs into the evidence; undefined where nothing is. */
function awaitedWords({ inventory, findings }: EvidenceSource): string | undefined {
  if (inventory.kinds.some(({ state }) => state === "waiting")) return "The tokens are still being read.";
  if (inventory.rights.state === "waiting") return "Permissions and views are still being read.";
  return findings === undefined ? "The findings are still being judged." : undefined;
}

const rightsWords = {
  waiting: undefined,
  read: undefined,
  partial: "permissions and views of some tokens, which could not be read; they stand as unknown.",
  failed: "permissions and views, which could not be read; they stand as unknown.",
} as const;

function Contents({ source: { inventory, narrowedBy, sortedBy } }: { readonly source: EvidenceSource }) {
  const id = useId();
  const missing = inventory.kinds.filter(({ state }) => state !== "waiting").flatMap((kind) => evidenceKind(kind).missing ?? []);
  const lacks = [...missing, rightsWords[inventory.rights.state]].filter((words) => words !== undefined);
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Typography>
        {narrowedBy.length === 0 ? "Not narrowed" : <Words>{`Narrowed to ${narrowedBy.join("; ")}`}</Words>}, sorted by {sortedBy}
        .
      </Typography>
      {lacks.length === 0 ? (
        <Typography>Every kind was read in full.</Typography>
      ) : (
        <section aria-labelledby={id}>
          <Typography variant="h3" id={id}>
            Not in it
          </Typography>
          <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
            {lacks.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </Box>
        </section>
      )}
    </Box>
  );
}

interface FormsProps {
  readonly form: Form;
  readonly busy: boolean;
  readonly rows: number;
  readonly tooLong: boolean;
  readonly onChange: (form: Form) => void;
}

function Forms({ form, busy, rows, tooLong, onChange }: FormsProps) {
  const id = useId();
  return (
    <div>
      <Typography variant="h3" id={id}>
        Save as
      </Typography>
      <RadioGroup
        aria-labelledby={id}
        value={form}
        onChange={(_, value) => onChange(value === "csv" || value === "report" ? value : "json")}
      >
        <FormControlLabel
          value="json"
          disabled={busy}
          control={<Radio />}
          label="JSON: rows and cover in one file, for programs"
        />
        <FormControlLabel
          value="csv"
          disabled={busy}
          control={<Radio />}
          label="CSV: the table for spreadsheets, and its cover as a second file"
        />
        <FormControlLabel value="report" disabled={busy} control={<Radio />} label="Printable report, for paper or PDF" />
      </RadioGroup>
      {form === "report" && tooLong && (
        <Alert severity="info">
          A report holds at most {count(mostReported)} tokens, and these are {count(rows)}. Save them as CSV, or narrow the list.
        </Alert>
      )}
    </div>
  );
}

function Saved({ file: { name, sha256, cover } }: { readonly file: EvidenceFile }) {
  return (
    <Alert severity="success" icon={false} sx={{ "& .MuiAlert-message": { minWidth: 0 } }}>
      <Typography>
        Saved as <Name>{name}</Name>. SHA-256 of {cover === undefined ? "its rows" : "the file"}:
      </Typography>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
        <Box component="code" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
          {sha256}
        </Box>
        <CopyButton text={() => sha256} label="Copy the digest" />
      </Box>
      <Typography variant="caption" component="p">
        {digestMeaning}
      </Typography>
      {cover !== undefined && (
        <Button
          variant="outlined"
          sx={{ marginTop: 2 }}
          onClick={() => {
            downloadText(cover.name, "application/json", cover.text);
            announce(`${nameInText(cover.name)} was saved.`);
          }}
        >
          Save the cover, which tells when, by whom and what is missing
        </Button>
      )}
    </Alert>
  );
}
