import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { useSearchParams } from "react-router";

import { nameInText } from "#domain/name.ts";
import { organizationQuery } from "#web/api/queries.ts";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { useInventory, type Inventory } from "#web/inventory/useInventory.ts";
import { useServerMinute } from "#web/policies/impact/useServerMinute.ts";
import { keptText } from "#web/state/kept.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";

import { ExpiryTimeline } from "./ExpiryTimeline.tsx";
import { FindingsPanel } from "./FindingsPanel.tsx";
import { KindsPanel } from "./KindsPanel.tsx";
import { LatelyPanel } from "./LatelyPanel.tsx";
import { OwnToken } from "./OwnToken.tsx";
import { isYoung } from "./steps.ts";

const FirstSteps = lazyPart(async () => (await import("./FirstSteps.tsx")).FirstSteps);
const firstStepsLoading = <LoadingShape label="Loading the first steps" shape="form" rows={5} />;

/** Whether this person has put the first steps away. */
const hidden = keptText("first-steps");

/** Where things stand, and what to do first; in an organization without tokens, the way to a first one. */
export function OverviewPage() {
  const organization = useQuery(organizationQuery).data;
  const session = useSession();
  const inventory = useInventory();
  const steps = useFirstSteps(inventory);
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
      ) : (
        <>
          {steps.shown && !asToken && (
            <Box sx={{ marginBottom: 4, [`&${busy} ~ *`]: { display: "none" } }}>
              <Suspense fallback={firstStepsLoading}>
                <FirstSteps inventory={inventory} asked={steps.asked} onHide={steps.hide} />
              </Suspense>
            </Box>
          )}
          <FailedKinds kinds={failedOf(inventory.kinds)} onRetry={inventory.reload} />
          {(asToken || !isEmpty(inventory)) && inventory.kinds.some(({ state }) => state !== "failed") && (
            <Standing inventory={inventory} />
          )}
          {isEmpty(inventory) && !steps.shown && (
            <EmptyState
              title="There are no tokens yet"
              action={
                <Button variant="outlined" onClick={steps.show}>
                  Show the first steps
                </Button>
              }
            >
              Once there are, this page has what to do first, what expires and what is not known.
            </EmptyState>
          )}
        </>
      )}
    </>
  );
}

/**
 * Whether the first steps are shown: where no token is seen, or there are few and all are seen, unless they were put away; and wherever they are
 * asked for.
 */
function useFirstSteps(inventory: Inventory) {
  const [params, setParams] = useSearchParams();
  const [away, setAway] = useState(() => hidden.get() === "hidden");
  const { tokens, kinds } = inventory;
  const whole = kinds.every(({ state }) => state === "complete");
  const read = kinds.every(({ state }) => state !== "failed" && state !== "waiting");
  const asked = params.has("first-steps");
  const keep = (next: boolean) => {
    hidden.set(next ? "hidden" : undefined);
    setAway(next);
    if (!asked) return;
    const others = new URLSearchParams(params);
    others.delete("first-steps");
    setParams(others, { replace: true });
  };
  return {
    asked,
    shown: asked || (!away && read && (tokens.length === 0 || (whole && isYoung(tokens.length)))),
    hide: () => {
      keep(true);
      announce("The first steps are hidden. Find has them under “First steps”.");
    },
    show: () => keep(false),
  };
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
        [`& > ${busy} ~ *`]: { display: { xs: "none", lg: "grid" } },
      }}
    >
      <Box sx={{ ...column, [`& > ${busy} ~ *`]: { display: "none" } }}>
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

/** What is still being read and may come to any height. Nothing is shown below it, for that would be pushed away. */
const busy = ":has([aria-busy=true])";

const column = { display: "grid", gap: 4, minWidth: 0, gridTemplateColumns: "minmax(0, 1fr)" } as const;
