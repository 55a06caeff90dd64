import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";

import { nameInText } from "#domain/name.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { useInventory, type Inventory } from "#web/inventory/useInventory.ts";
import { useServerMinute } from "#web/policies/impact/useServerMinute.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";

import { ExpiryTimeline } from "./ExpiryTimeline.tsx";
import { FindingsPanel } from "./FindingsPanel.tsx";
import { FirstSteps } from "./FirstSteps.tsx";
import { KindsPanel } from "./KindsPanel.tsx";
import { LatelyPanel } from "./LatelyPanel.tsx";
import { OwnToken } from "./OwnToken.tsx";

/** Where things stand, and what to do first; in an organization without tokens, the way to a first one. */
export function OverviewPage() {
  const organization = useQuery(organizationQuery).data;
  const session = useSession();
  const inventory = useInventory();
  // For a session that is a token's and not a user's; the local administrator's credential is root's.
  const asToken = session.user === undefined && (session.tokenKind !== undefined || session.backend === "gateway");
  return (
    <>
      <PageHeader title="Overview" actions={<ReadAgain busy={inventory.loading} onRead={inventory.reload} />}>
        {organization === undefined
          ? "The tokens of the organization that you may list."
          : `The tokens that you may list of ${nameInText(organization.name)}, an organization of ${countOf(organization.stats.userCount, "user")}.`}
      </PageHeader>
      {asToken && <OwnToken session={session} />}
      {inventory.waiting && inventory.tokens.length === 0 ? (
        <LoadingShape label="Reading the tokens" shape="form" rows={8} />
      ) : isEmpty(inventory) ? (
        <FirstSteps />
      ) : (
        <>
          <FailedKinds kinds={failedOf(inventory.kinds)} onRetry={inventory.reload} />
          {inventory.kinds.some(({ state }) => state !== "failed") && <Standing inventory={inventory} />}
        </>
      )}
    </>
  );
}

/** Whether there is no token at all, which is known only where every kind is wholly seen. */
function isEmpty({ tokens, kinds }: Inventory): boolean {
  return tokens.length === 0 && kinds.every(({ state }) => state === "complete");
}

function Standing({ inventory }: { readonly inventory: Inventory }) {
  const now = useServerMinute(inventory.tokens);
  return (
    <Box
      sx={{
        display: "grid",
        gap: 4,
        alignItems: "start",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "repeat(2, minmax(0, 1fr))" },
      }}
    >
      <Box sx={column}>
        <FindingsPanel inventory={inventory} />
        <LatelyPanel inventory={inventory} now={now} />
      </Box>
      <Box sx={column}>
        <ExpiryTimeline inventory={inventory} now={now} />
        <KindsPanel inventory={inventory} now={now} />
      </Box>
    </Box>
  );
}

const column = { display: "grid", gap: 4, minWidth: 0, gridTemplateColumns: "minmax(0, 1fr)" } as const;
