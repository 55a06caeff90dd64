import Alert from "@mui/material/Alert";
import Link from "@mui/material/Link";
import { Suspense, useEffect, useRef, useState, type RefObject } from "react";

import type { TokenFinding } from "#domain/findings/findings.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { dismissalOf, tokenKeyOf } from "#domain/inventory/notes.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { DismissalFacts } from "#web/inventory/notes/DismissalFacts.tsx";
import { BringBackDialog, DismissDialog } from "#web/inventory/notes/dialogs.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { FindingList, type FindingWays } from "./FindingList.tsx";
import type { FindingsReading } from "./reading.ts";

export interface JudgedTokenProps {
  readonly token: InventoryToken;
  /** The findings of all tokens that it was judged with; undefined until it was. */
  readonly reading: FindingsReading | undefined;
  readonly ways: FindingWays;
  /** Takes the focus where the finding that had it goes elsewhere. */
  readonly heading: RefObject<HTMLElement | null>;
}

/** What is being done about a finding. */
interface Doing {
  readonly what: "dismiss" | "bring-back";
  readonly finding: TokenFinding;
}

/** The findings of one token, which can be dismissed and brought back. */
export function JudgedToken({ token, reading, ways, heading }: JudgedTokenProps) {
  const { notes, failure } = useFindingNotes();
  const now = useServerNow();
  const [doing, setDoing] = useState<Doing>();
  const findings = reading?.of(token);
  const acted = useRef(false);
  // After every drawing, for the finding may go with the dialog or after it.
  useEffect(() => {
    if (doing !== undefined) acted.current = true;
    else if (acted.current && document.activeElement === document.body) {
      // The button that opened the dialog went with its finding.
      acted.current = false;
      heading.current?.focus();
    }
  });
  if (findings === undefined) return <LoadingShape label="Judging the token" shape="form" rows={2} />;
  const key = tokenKeyOf(token);
  const kept = (rule: string) => (key === undefined ? undefined : dismissalOf(notes.index, key, rule));
  const mayWrite = notes.mayWrite && key !== undefined;
  const button = (finding: TokenFinding, what: Doing["what"], label: string) =>
    mayWrite && (
      <Link component="button" type="button" onClick={() => setDoing({ what, finding })} sx={{ font: "inherit" }}>
        {label}
      </Link>
    );
  const present = doing && kept(doing.finding.rule);
  return (
    <>
      {failure !== undefined && (
        <Alert severity="warning">
          What was dismissed could not be read, so it is shown here as if it were not. {failure.message}
        </Alert>
      )}
      <FindingList
        findings={findings}
        ways={ways}
        renderBeside={(finding) => {
          const former = kept(finding.rule);
          return (
            <>
              {button(finding, "dismiss", "Dismiss…")}
              {former !== undefined && <DismissalFacts dismissal={former} now={now} />}
            </>
          );
        }}
        renderDismissal={(finding) => {
          const dismissal = kept(finding.rule);
          return (
            <>
              {dismissal !== undefined && <DismissalFacts dismissal={dismissal} now={now} />}
              {button(finding, "bring-back", "Bring back…")}
              {button(finding, "dismiss", "Change…")}
            </>
          );
        }}
      />
      <Suspense fallback={null}>
        {doing?.what === "dismiss" && key !== undefined && (
          <DismissDialog
            item={{ key, name: token.name }}
            rule={doing.finding.rule}
            finding={doing.finding.title}
            onClose={() => setDoing(undefined)}
          />
        )}
        {doing?.what === "bring-back" && present !== undefined && (
          <BringBackDialog dismissal={present} finding={doing.finding.title} onClose={() => setDoing(undefined)} />
        )}
      </Suspense>
    </>
  );
}
