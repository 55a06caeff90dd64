import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useMemo, useState } from "react";

import type { TokenFinding } from "#domain/findings/findings.ts";
import type { InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import { dismissalOf, tokenKeyOf } from "#domain/inventory/notes.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import type { FleetToken } from "#web/fleet/queries.ts";
import type { IngestToken } from "#web/ingest/queries.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { DismissalFacts } from "#web/inventory/notes/DismissalFacts.tsx";
import { BringBackDialog, DismissDialog } from "#web/inventory/notes/dialogs.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import type { TokenDetail } from "#web/tokens/tokenQuery.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { fleetItem, governedItem, ingestItem } from "#web/inventory/reading.ts";
import { useInventory } from "#web/inventory/useInventory.ts";
import { FindingList, type FindingWays } from "./FindingList.tsx";
import type { FindingsReading } from "./reading.ts";
import { useFindings, type JudgedTokens } from "./useFindings.ts";

interface WithWays {
  readonly ways: FindingWays;
}

/** The findings of a governed token. */
export function GovernedFindings({ token, ways }: WithWays & { readonly token: TokenDetail }) {
  const item = useMemo(() => governedItem(token), [token]);
  const rights = useMemo((): TokenRights | undefined => {
    const { kind, permissions, views = [] } = token;
    return permissions && { permissions: expandPermissions(kind, permissions), views: views.map(({ id }) => id) };
  }, [token]);
  return <FindingsPanel token={item} rights={rights} ways={ways} />;
}

/** The findings of an ingest token. */
export function IngestFindings({ token, ways }: WithWays & { readonly token: IngestToken }) {
  const item = useMemo(() => ingestItem(token), [token]);
  return <FindingsPanel token={item} rights={undefined} ways={ways} />;
}

/** The findings of a fleet token. */
export function FleetFindings({ token, ways }: WithWays & { readonly token: FleetToken }) {
  const item = useMemo(() => fleetItem(token), [token]);
  return <FindingsPanel token={item} rights={undefined} ways={ways} />;
}

interface FindingsPanelProps extends WithWays {
  readonly token: InventoryToken;
  readonly rights: TokenRights | undefined;
}

/**
 * What was found about one token. By itself it is judged at once; the rules that hold it against others need all tokens, which are read only
 * where a list has read them already or somebody asks for it.
 */
function FindingsPanel({ token, rights, ways }: FindingsPanelProps) {
  const client = useQueryClient();
  const [among, setAmong] = useState(() => client.getQueryData(tokensQuery("view", "plan").queryKey) !== undefined);
  return (
    <Panel title="Findings">
      {among ? (
        <AmongAll token={token} ways={ways} />
      ) : (
        <>
          <Alone token={token} rights={rights} ways={ways} />
          <div>
            <Button variant="outlined" onClick={() => setAmong(true)}>
              Hold it against all tokens
            </Button>
          </div>
        </>
      )}
    </Panel>
  );
}

function Alone({ token, rights, ways }: FindingsPanelProps) {
  const judged = useMemo(
    (): JudgedTokens => ({ tokens: [token], kinds: [], rights: { of: () => rights }, waiting: false }),
    [token, rights],
  );
  return <Judged token={token} reading={useFindings(judged)} ways={ways} />;
}

function AmongAll({ token, ways }: Omit<FindingsPanelProps, "rights">) {
  const inventory = useInventory();
  const reading = useFindings(inventory);
  if (reading !== undefined && reading.of(token) === undefined) {
    return (
      <Typography sx={{ color: "text.secondary" }}>
        This token was not there when all tokens were read. Read the list of all tokens again.
      </Typography>
    );
  }
  return <Judged token={token} reading={reading} ways={ways} />;
}

interface JudgedProps extends WithWays {
  readonly token: InventoryToken;
  readonly reading: FindingsReading | undefined;
}

/** What is being done about a finding. */
interface Doing {
  readonly what: "dismiss" | "bring-back";
  readonly finding: TokenFinding;
}

function Judged({ token, reading, ways }: JudgedProps) {
  const { notes, failure } = useFindingNotes();
  const now = useServerNow();
  const [doing, setDoing] = useState<Doing>();
  const findings = reading?.of(token);
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
