import AccountIcon from "@mui/icons-material/AccountCircleOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Suspense, useId, useState } from "react";

import { nameInText } from "#domain/name.ts";

import type { Session } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Words } from "#web/ui/Name.tsx";

const SessionPanel = lazyDialog(async () => (await import("./SessionPanel.tsx")).SessionPanel);

/** Who is signed in. Opens what more there is to say of the session, and to do with it. */
export function WhoAmI() {
  const session = useSession();
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const open = anchor !== null;
  const who = nameOf(session);
  return (
    <>
      <Button
        color="inherit"
        startIcon={<AccountIcon />}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`Signed in as ${who}`}
        // The panel covers the button; only what stands in place of a panel that did not come is closed by it.
        onClick={(event) => setAnchor(open ? null : event.currentTarget)}
        sx={{ minWidth: 0, flexShrink: 1, overflow: "hidden" }}
      >
        <Box
          component="span"
          sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", maxWidth: { xs: 96, sm: 220 } }}
        >
          <Words>{who}</Words>
        </Box>
      </Button>
      {anchor !== null && (
        <Suspense fallback={null}>
          <SessionPanel id={id} session={session} who={who} anchor={anchor} onClose={() => setAnchor(null)} />
        </Suspense>
      )}
    </>
  );
}

function nameOf({ user, tokenName }: Session): string {
  if (user !== undefined) return nameInText(user.fullName ?? user.username);
  return tokenName === undefined ? "Nobody" : nameInText(tokenName);
}
