import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useMemo, useState } from "react";

import { serverNow } from "#web/api/client.ts";
import { serverUrl } from "#web/api/server.ts";
import { useSession } from "#web/state/organization.tsx";
import { nameInText, visibleName } from "#domain/name.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { SelectField } from "#web/ui/Field.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { secretsByOwner, secretsCsv, secretsJson, type NewSecret, type SecretsAction } from "./files.ts";
import { TokenRows } from "./TokenRows.tsx";
import { doneWords } from "./words.ts";

export interface MadeSecretsProps {
  readonly type: SecretsAction;
  readonly secrets: readonly NewSecret[];
  /** How many of them are in a file or were copied, and were said to be kept. */
  readonly kept: number;
  readonly onKept: (tokens: number) => void;
}

/** Stands for all owners together. */
const everybody = "";
const none: ReadonlySet<string> = new Set();

/** Hands new secrets over, once: as a file for all or for one owner, or one by one where the browser lets none be saved. */
export function MadeSecrets({ type, secrets, kept, onKept }: MadeSecretsProps) {
  const session = useSession();
  const [saved, setSaved] = useState(none);
  const [singly, setSingly] = useState(false);
  const [whose, setWhose] = useState(everybody);
  const owners = useMemo(() => secretsByOwner(secrets), [secrets]);
  const chosen = owners.find(({ key }) => key === whose)?.secrets ?? secrets;
  const save = (format: "csv" | "json") => {
    const source = { type, server: serverUrl(session), now: serverNow() };
    const name = `tokenhouse-${doneWords[type]}-tokens-${fileInstant(source.now)}.${format}`;
    if (format === "csv") downloadText(name, "text/csv", secretsCsv(chosen, source));
    else downloadText(name, "application/json", secretsJson(chosen, source));
    setSaved(new Set([...saved, ...chosen.map(({ token }) => token.key)]));
    announce(`${countOf(chosen.length, "new secret")} given to the browser as ${nameInText(name)}.`);
  };
  const waiting = secrets.length - kept;
  const unsaved = secrets.reduce((sum, { token }) => sum + (saved.has(token.key) ? 0 : 1), 0);
  return (
    <Box
      component="section"
      aria-label="New secrets"
      sx={{ border: 1, borderColor: waiting > 0 ? "warning.main" : "success.main", borderRadius: 1, padding: 3 }}
    >
      <Typography sx={{ fontWeight: 600 }}>
        {waiting > 0 ? `Save ${countOf(secrets.length, "new secret")} now` : `${countOf(secrets.length, "new secret")} kept`}
      </Typography>
      <Typography>
        They are held here alone, and gone once this is closed. Whoever has the file can use the tokens: keep it where only you
        can read it, put each string in place, then delete the file.
      </Typography>
      {owners.length > 1 && (
        <Box sx={{ marginTop: 3, maxWidth: 420 }}>
          <SelectField
            label="Whose tokens go into the file"
            value={whose}
            onChange={({ target }) => setWhose(target.value)}
            helper="A file for each owner, so that nobody is given what is not theirs."
          >
            <option value={everybody}>Everybody’s: {countOf(secrets.length, "secret")}</option>
            {owners.map(({ key, label, secrets: theirs }) => (
              <option key={key} value={key}>
                {nameInText(label)}: {countOf(theirs.length, "secret")}
                {theirs.every(({ token }) => saved.has(token.key)) ? ", saved" : ""}
              </option>
            ))}
          </SelectField>
        </Box>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "center", marginTop: 2 }}>
        <Button variant="contained" startIcon={<DownloadIcon />} onClick={() => save("csv")}>
          Save as CSV
        </Button>
        <Button variant="outlined" startIcon={<DownloadIcon />} onClick={() => save("json")}>
          Save as JSON
        </Button>
        <Button aria-expanded={singly} onClick={() => setSingly(!singly)}>
          Copy one by one
        </Button>
      </Box>
      {saved.size > 0 && unsaved > 0 && (
        <Alert severity="warning" sx={{ marginTop: 2 }}>
          {countOf(unsaved, "secret is", "secrets are")} in no file yet. Everybody’s file holds all {count(secrets.length)}.
        </Alert>
      )}
      {singly && (
        <Box sx={{ marginTop: 2 }}>
          <TokenRows
            label="New secrets, one by one"
            items={chosen}
            wordsOf={({ made }) =>
              [
                ...(made.name === undefined ? [] : [`new name ${nameInText(made.name)}`]),
                ...(made.id === null ? (made.name === undefined ? ["its new id is not known"] : []) : [`new id ${made.id}`]),
              ].join("; ")
            }
            renderSign={({ token, made }) => (
              <CopyButton text={() => made.secret.reveal()} label={`Copy the new secret of ${visibleName(token.name)}`} />
            )}
            empty="There is none."
          />
        </Box>
      )}
      <FormControlLabel
        sx={{ marginTop: 1 }}
        control={
          <Checkbox
            checked={waiting === 0}
            onChange={({ target }) => onKept(target.checked ? secrets.length : 0)}
            // What was neither saved nor could be copied is not kept.
            disabled={unsaved > 0 && !singly}
          />
        }
        label={singly ? "I have kept every new secret" : "I have saved the file, and it is there"}
      />
    </Box>
  );
}
