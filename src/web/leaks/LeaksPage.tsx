import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect } from "react";

import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";

import { ChosenValue } from "./ChosenValue.tsx";
import { NotRecognised } from "./NotRecognised.tsx";
import { Source } from "./Source.tsx";
import { TokenFinds } from "./TokenFinds.tsx";
import { useScan, type Finds } from "./useScan.ts";
import { ValueFinds } from "./ValueFinds.tsx";

/** Finds the tokens in what was made public, and says what each is, whether it lives, and what to do first. */
export function LeaksPage() {
  const session = useSession();
  const { scan, start, stop } = useScan();
  const finds = scan.at === "done" ? scan.finds : undefined;
  const summary = finds && summaryWords(finds);
  useEffect(() => {
    if (summary !== undefined) announce(summary);
  }, [summary]);

  return (
    <>
      <PageHeader title="Leaks">
        Finds tokens in a log, a file or anything that others may have seen, and says what each is, whether it lives, and what it
        could do. The text never leaves this browser. Tokens are looked up by their ids;{" "}
        {offers(session, "valueLookup")
          ? "a string that may be the value of an ingest or fleet token is sent only when you ask for it."
          : "a string that may be the value of an ingest or fleet token is sent nowhere, since LogScale finds none by its value."}
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 5, maxWidth: 1100 }}>
        <Source onScan={start} onForget={stop} />
        {scan.at === "scanning" && (
          <Box sx={{ display: "flex", alignItems: "center", flexWrap: "wrap", gap: 3 }}>
            <ProgressBar label="Searching" progress={{ loaded: scan.read, total: scan.total }} />
            <Typography component="span">
              Searching{scan.total > 0 && `: ${megabytes(scan.read)} of ${megabytes(scan.total)}`}
            </Typography>
            <Button onClick={stop}>Cancel</Button>
          </Box>
        )}
        {scan.at === "failed" && (
          <Alert severity="error">
            The search could not be run: the part of the app that searches could not be loaded, or ran out of memory. Nothing was
            sent. Reload the page once the server answers, and try again.
          </Alert>
        )}
        {finds !== undefined && summary !== undefined && (
          <>
            <Typography>{summary}</Typography>
            {finds.unread.map(({ file, why }) => (
              <Alert key={file} severity="warning">
                <bdi>{file}</bdi> was not searched to its end. {why}
              </Alert>
            ))}
            <TokenFinds key={`tokens ${finds.scan}`} finds={finds.finds} session={session} />
            <ValueFinds key={`values ${finds.scan}`} finds={finds.finds} session={session} />
            <NotRecognised finds={finds} session={session} />
          </>
        )}
        <ChosenValue session={session} />
      </Box>
    </>
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function summaryWords({ finds, characters, lines, files }: Finds): string {
  const of = (...kinds: readonly string[]) => finds.filter(({ kind }) => kinds.includes(kind)).length;
  const strings = of("token", "cut", "administrator");
  const values = of("uuid", "letters", "jwt");
  const read = `${files > 0 ? `${countOf(files, "file")}, ` : ""}${countOf(lines, "line")}, ${count(characters)} characters searched: `;
  if (strings + values === 0) return `${read}nothing that looks like a token.`;
  return `${read}${countOf(strings, "token string")}, and ${countOf(values, "string")} that may be the value of an ingest or fleet token.`;
}
