import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { Suspense, useState } from "react";
import { Link as RouterLink } from "react-router";

import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { ThresholdsDialog } from "#web/inventory/notes/dialogs.ts";
import { useInventory } from "#web/inventory/useInventory.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { paths } from "#web/paths.ts";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";

import { PairTable } from "./PairTable.tsx";
import { usePairs, type PairsReading } from "./usePairs.ts";

/** What the page is for. */
const purpose =
  "Tokens that are being replaced, each with the one that takes its place: hand over the new secret, see the new one used and the old one quiet, then delete the old one.";

/** Every pair of a token and the one that takes its place, and what comes next of it. */
export function RenewalsPage() {
  const inventory = useInventory();
  const reading = usePairs(inventory);
  const { kinds, waiting } = inventory;
  const failed = failedOf(kinds);
  const read = kinds.filter(({ state }) => state !== "waiting" && state !== "failed");
  const failsWhole = read.length === 0 ? failed[0]?.failure : undefined;
  const shows = !waiting && !reading.pending && read.length > 0;
  return (
    <ListPage
      title="Renewals"
      path={paths.renewals}
      what="renewals"
      purpose={
        <>
          {purpose}{" "}
          <Link component={RouterLink} to={paths.notices}>
            Who is told before tokens expire
          </Link>
        </>
      }
      data={shows ? reading : undefined}
      failure={failsWhole}
      reading={inventory.loading}
      onRead={() => {
        inventory.reload();
        reading.readAgain();
      }}
      hidden={
        kinds.every(({ state }) => state === "hidden") ? (
          <EmptyState title="No tokens are shown to you">
            You may list the tokens of no kind, so there are no pairs to show.
          </EmptyState>
        ) : undefined
      }
      partial={
        <>
          {failsWhole === undefined && <FailedKinds kinds={failed} onRetry={inventory.reload} />}
          <NotesFailure reading={reading} />
        </>
      }
      readAt={inventory.readAt}
      progress={useOverallLoadProgress()}
      create={<QuietButton reading={reading} />}
    >
      {(pairs) => <PairTable inventory={inventory} reading={pairs} />}
    </ListPage>
  );
}

/** What is recorded could not be read: what is shown then are guesses alone. */
function NotesFailure({ reading: { notesFailure, readAgain } }: { readonly reading: PairsReading }) {
  if (notesFailure === undefined) return null;
  return (
    <Box sx={{ marginBottom: 4 }}>
      <ErrorState
        title="What is recorded of pairs could not be read. Below are guesses alone, also about tokens of which a pair is recorded."
        failure={notesFailure}
        onRetry={readAgain}
      />
    </Box>
  );
}

/** How long an old token must be quiet, for whoever may set it. */
function QuietButton({ reading: { notes } }: { readonly reading: PairsReading }) {
  const [open, setOpen] = useState(false);
  if (!notes.mayWrite) return null;
  return (
    <>
      <Button variant="outlined" size="small" onClick={() => setOpen(true)}>
        Quiet after {countOf(notes.thresholds.values.quietFor, "day")}…
      </Button>
      {open && (
        <Suspense>
          <ThresholdsDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
