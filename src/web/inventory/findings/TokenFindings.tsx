import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useMemo, useRef, useState, type RefObject } from "react";

import { withOwners } from "#domain/inventory/acting.ts";
import type { InventoryToken, TokenRights } from "#domain/inventory/item.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { OwnerPanel } from "#web/inventory/owners/OwnerPanel.tsx";
import { fleetItem, governedItem, ingestItem } from "#logscale/inventoryLists.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
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

/** Who is to act for a governed token, and its findings. */
export function GovernedFindings({ token, ways }: WithWays & { readonly token: TokenDetail }) {
  const item = useOwned(useMemo(() => governedItem(token), [token]));
  const rights = useMemo((): TokenRights | undefined => {
    const { kind, permissions, views = [] } = token;
    return permissions && { permissions: expandPermissions(kind, permissions), views: views.map(({ id }) => id) };
  }, [token]);
  return (
    <Box sx={panels}>
      {token.kind !== "personal" && <OwnerPanel token={item} />}
      <FindingsPanel token={item} rights={rights} ways={ways} />
    </Box>
  );
}

/** Who is to act for an ingest token, and its findings. */
export function IngestFindings({ token, ways }: WithWays & { readonly token: IngestToken }) {
  const item = useOwned(useMemo(() => ingestItem(token), [token]));
  return (
    <Box sx={panels}>
      <OwnerPanel token={item} />
      <FindingsPanel token={item} rights={undefined} ways={ways} />
    </Box>
  );
}

/** Who is to act for a fleet token, and its findings. */
export function FleetFindings({ token, ways }: WithWays & { readonly token: FleetTokenFacts }) {
  const item = useOwned(useMemo(() => fleetItem(token), [token]));
  return (
    <Box sx={panels}>
      <OwnerPanel token={item} />
      <FindingsPanel token={item} rights={undefined} ways={ways} />
    </Box>
  );
}

/** The token with the owner that is written down for it. */
function useOwned(token: InventoryToken): InventoryToken {
  const { owners } = useFindingNotes().notes;
  return useMemo(() => withOwners([token], owners)[0] ?? token, [token, owners]);
}

const panels = { display: "flex", flexDirection: "column", gap: 6 } as const;

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
