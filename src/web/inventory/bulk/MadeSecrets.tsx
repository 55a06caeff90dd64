import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useState } from "react";

import { serverNow } from "#web/api/client.ts";
import { serverUrl } from "#web/api/server.ts";
import { useSession } from "#web/state/organization.tsx";
import { nameInText, visibleName } from "#domain/name.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { downloadText, fileInstant } from "#web/ui/download.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { secretsCsv, secretsJson, type NewSecret } from "./files.ts";
import { TokenRows } from "./TokenRows.tsx";

export interface MadeSecretsProps {
  readonly secrets: readonly NewSecret[];
  /** How many of them are in a file or were copied, and were said to be kept. */
  readonly kept: number;
  readonly onKept: (tokens: number) => void;
}

/** Hands the new secrets of a rotation over, once: as a file, or one by one where the browser lets none be saved. */
export function MadeSecrets({ secrets, kept, onKept }: MadeSecretsProps) {
  const session = useSession();
  const [saved, setSaved] = useState(0);
  const [singly, setSingly] = useState(false);
  const save = (type: "csv" | "json") => {
    const source = { server: serverUrl(session), now: serverNow() };
    const name = `tokenhouse-rotated-tokens-${fileInstant(source.now)}.${type}`;
    if (type === "csv") downloadText(name, "text/csv", secretsCsv(secrets, source));
    else downloadText(name, "application/json", secretsJson(secrets, source));
    setSaved(secrets.length);
    announce(`${countOf(secrets.length, "new secret")} given to the browser as ${nameInText(name)}.`);
  };
  const waiting = secrets.length - kept;
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
      {saved > 0 && saved < secrets.length && (
        <Alert severity="warning" sx={{ marginTop: 2 }}>
          {countOf(secrets.length - saved, "secret")} came since the file was saved. Save it again: it then holds all{" "}
          {count(secrets.length)}.
        </Alert>
      )}
      {singly && (
        <Box sx={{ marginTop: 2 }}>
          <TokenRows
            label="New secrets, one by one"
            items={secrets}
            wordsOf={({ made }) => (made.id === null ? "its new id is not known" : `new id ${made.id}`)}
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
            disabled={saved < secrets.length && !singly}
          />
        }
        label={singly ? "I have kept every new secret" : "I have saved the file, and it is there"}
      />
    </Box>
  );
}
