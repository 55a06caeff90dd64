import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useMemo, useRef, useState, type RefObject } from "react";

import type { InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import type { FleetToken } from "#web/fleet/queries.ts";
import type { IngestToken } from "#web/ingest/queries.ts";
import { fleetItem, governedItem, ingestItem } from "#web/inventory/reading.ts";
import type { TokenDetail } from "#web/tokens/tokenQuery.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import type { FindingWays } from "./FindingList.tsx";
import { JudgedToken } from "./JudgedToken.tsx";
import { useFindings, type JudgedTokens } from "./useFindings.ts";

// Reads all lists, which a token's page does only where somebody asks for it.
const AmongAll = lazyPart(async () => (await import("./AmongAll.tsx")).AmongAll);

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
  const heading = useRef<HTMLHeadingElement>(null);
  const [among, setAmong] = useState(() => client.getQueryData(tokensQuery("view", "plan").queryKey) !== undefined);
  return (
    <Panel title="Findings" headingRef={heading}>
      {among ? (
        <Suspense fallback={<LoadingShape label="Judging the token" shape="form" rows={2} />}>
          <AmongAll token={token} ways={ways} heading={heading} />
        </Suspense>
      ) : (
        <>
          <Alone token={token} rights={rights} ways={ways} heading={heading} />
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

function Alone({ token, rights, ways, heading }: FindingsPanelProps & { readonly heading: RefObject<HTMLElement | null> }) {
  const judged = useMemo(
    (): JudgedTokens => ({ tokens: [token], kinds: [], rights: { of: () => rights }, waiting: false }),
    [token, rights],
  );
  return <JudgedToken token={token} reading={useFindings(judged)} ways={ways} heading={heading} />;
}
