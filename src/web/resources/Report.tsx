import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect, useMemo, useState } from "react";

import { nameInText } from "#domain/name.ts";
import { operatorKinds } from "#domain/resources/operatorKinds.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { listWords } from "#web/ui/listWords.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";

import { checkInput, parseInput, type ParsedInput, type ResourceResults } from "./check.ts";
import type { ResourceInput } from "./readInput.ts";
import { ResourceCard } from "./ResourceCard.tsx";
import { useThingsInForce } from "./useThingsInForce.ts";
import { summaryWords } from "./words.ts";

/** How many resources are shown at first, and with each press more. */
const step = 100;

/** What came of the resources that were given. */
export function Report({ input }: { readonly input: ResourceInput }) {
  const parsed = useMemo(() => parseInput(input), [input]);
  return parsed.files.resources.length === 0 ? <NothingToCheck parsed={parsed} /> : <Checked parsed={parsed} />;
}

function NothingToCheck({ parsed }: { readonly parsed: ParsedInput }) {
  const { unreadable, skipped } = parsed.files;
  const broken = unreadable.length + parsed.unread.length > 0;
  useEffect(() => announce(broken ? "Nothing could be read." : "There is no resource to check."), [broken]);
  return (
    <>
      <NotRead parsed={parsed} unreadable={unreadable} />
      {!broken && (
        <EmptyState title="There is no resource to check">
          This page checks {listWords(Object.values(operatorKinds))}.
          {parsed.plan !== undefined && " A file of policies says only what a plan would do to them."}
        </EmptyState>
      )}
      <Skipped skipped={skipped} />
    </>
  );
}

function Checked({ parsed }: { readonly parsed: ParsedInput }) {
  const reading = useThingsInForce(parsed.needed);
  const progress = useOverallLoadProgress();
  switch (reading.type) {
    case "waiting":
      return <LoadingShape label="Reading what is in force" shape="table" rows={4} progress={progress} />;
    case "failed":
      return <ErrorState title="What is in force could not be read" failure={reading.failure} onRetry={reading.retry} />;
    case "read":
      return <Results parsed={parsed} reading={reading} />;
    default:
      return reading satisfies never;
  }
}

interface ResultsProps {
  readonly parsed: ParsedInput;
  readonly reading: Extract<ReturnType<typeof useThingsInForce>, { readonly type: "read" }>;
}

function Results({ parsed, reading: { inForce, busy, readAgain } }: ResultsProps) {
  const now = useServerNow();
  const results = useMemo(() => checkInput(parsed, inForce, now), [parsed, inForce, now]);
  const { rows, plan, unreadable } = results;
  const summary = summaryWords(
    rows.map(({ checked }) => checked.verdict),
    { files: parsed.unread.length, places: unreadable.length },
  );
  useEffect(() => announce(summary), [summary]);
  const [shown, setShown] = useState(step);
  const { resources, skipped, clusters } = parsed.files;
  const placeOf = (index: number) => {
    const other = resources[index];
    return other === undefined ? "" : `${nameInText(other.file)}, line ${other.line}`;
  };
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 3 }}>
        <Typography sx={{ flex: "1 1 300px" }}>
          {summary}
          {parsed.plan !== undefined && plan !== undefined && (
            <>
              {" Held against the plan of "}
              <Name>{parsed.plan.name}</Name> too.
            </>
          )}
        </Typography>
        <ReadAgain busy={busy} onRead={readAgain} />
      </Box>
      {clusters.length > 1 && (
        <Alert severity="info">
          <Words>{`The resources are for several clusters: ${clusters.map(nameInText).join(", ")}. All are held against this one.`}</Words>
        </Alert>
      )}
      <NotRead parsed={parsed} unreadable={unreadable} />
      <Panel title="What the resources ask for">
        {rows.slice(0, shown).map((row) => (
          <ResourceCard
            // Files of several folders may have one name.
            key={resources.indexOf(row.placed)}
            row={row}
            plan={plan}
            placeOf={placeOf}
            now={now}
          />
        ))}
        {rows.length > shown && (
          <Button variant="outlined" onClick={() => setShown(shown + step)} sx={{ alignSelf: "flex-start" }}>
            Show {count(Math.min(step, rows.length - shown))} more of {count(rows.length)}
          </Button>
        )}
      </Panel>
      <Skipped skipped={skipped} />
    </>
  );
}

function NotRead({ parsed, unreadable }: { readonly parsed: ParsedInput } & Pick<ResourceResults, "unreadable">) {
  if (unreadable.length + parsed.unread.length === 0) return null;
  return (
    <Panel title="What cannot be read">
      <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5, overflowWrap: "anywhere" }}>
        {parsed.unread.map(({ file, why }) => (
          <li key={file}>
            <bdi>{file}</bdi>: {why}
          </li>
        ))}
        {unreadable.map(({ file, line, column, message }) => (
          <li key={`${file} ${line} ${column} ${message}`}>
            <bdi>{file}</bdi>, line {line}, column {column}: <Words>{message}</Words>
          </li>
        ))}
      </Box>
    </Panel>
  );
}

function Skipped({ skipped }: Pick<ParsedInput["files"], "skipped">) {
  if (skipped.length === 0) return null;
  return (
    <Panel title={`${countOf(skipped.length, "resource")} of other kinds`}>
      <Typography sx={{ overflowWrap: "anywhere" }}>
        Not checked, since they make no token and no IP filter:{" "}
        <Words>{[...new Set(skipped.map(({ kind }) => nameInText(kind)))].join(", ")}</Words>.
      </Typography>
    </Panel>
  );
}
