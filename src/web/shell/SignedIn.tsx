import { Suspense, useEffect } from "react";

import { sessionEnded } from "#web/api/connection.ts";
import type { Session } from "#web/api/session.ts";
import { OrganizationProvider } from "#web/state/organization.tsx";
import { nextTask } from "#web/state/nextTask.ts";
import { useStore } from "#web/state/store.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { LiveRegion } from "#web/ui/LiveRegion.tsx";
import { AppRoutes, loadPageAt } from "#web/routes.tsx";
import { GuardedRouter } from "./GuardedRouter.tsx";
import { readSent } from "./readSent.ts";
import { Shell } from "./Shell.tsx";

const loadDialog = () => import("./SessionEndedDialog.tsx");
const SessionEndedDialog = lazyDialog(async () => (await loadDialog()).SessionEndedDialog);

/** How long after the page came the dialog of an ended session is loaded, ms: behind all that is needed now, and before the server is gone. */
const later = 10_000;

/** Loads the page at a path, and reads what it was sent with. Never rejects: where the page does not come, it says so itself. */
export async function begin(path: string): Promise<void> {
  await loadPageAt(path);
  await nextTask();
  await readSent(path);
}

/** The dashboard: everything that is there for somebody who is signed in. */
export default function SignedIn({ session }: { readonly session: Session }) {
  const ended = useStore(sessionEnded);
  useEffect(() => {
    const timer = setTimeout(() => void loadDialog().catch(() => undefined), later);
    return () => clearTimeout(timer);
  }, []);
  return (
    <GuardedRouter>
      <OrganizationProvider session={session}>
        <Shell>
          <AppRoutes />
        </Shell>
        {ended && (
          <Suspense fallback={null}>
            <SessionEndedDialog />
          </Suspense>
        )}
        <LiveRegion />
      </OrganizationProvider>
    </GuardedRouter>
  );
}
