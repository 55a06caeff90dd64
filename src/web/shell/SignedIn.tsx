import type { Session } from "#web/api/session.ts";
import { OrganizationProvider } from "#web/state/organization.tsx";
import { LiveRegion } from "#web/ui/LiveRegion.tsx";
import { AppRoutes } from "#web/routes.tsx";
import { SessionEndedDialog } from "./SessionEndedDialog.tsx";
import { Shell } from "./Shell.tsx";

/** The dashboard: everything that is there for somebody who is signed in. */
export default function SignedIn({ session }: { readonly session: Session }) {
  return (
    <OrganizationProvider session={session}>
      <Shell>
        <AppRoutes />
      </Shell>
      <SessionEndedDialog />
      <LiveRegion />
    </OrganizationProvider>
  );
}
