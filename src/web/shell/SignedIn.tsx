import { LiveRegion } from "../ui/LiveRegion.tsx";
import { AppRoutes } from "../routes.tsx";
import { SessionEndedDialog } from "./SessionEndedDialog.tsx";
import { Shell } from "./Shell.tsx";

/** The dashboard: everything that is there for somebody who is signed in. */
export default function SignedIn() {
  return (
    <>
      <Shell>
        <AppRoutes />
      </Shell>
      <SessionEndedDialog />
      <LiveRegion />
    </>
  );
}
