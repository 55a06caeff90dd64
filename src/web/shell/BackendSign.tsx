import Box from "@mui/material/Box";

import { useSession } from "#web/state/organization.tsx";
import { Hint } from "#web/ui/Hint.tsx";

/** Which backend the app talks to, and what that means. */
export function BackendSign() {
  const session = useSession();
  return (
    <Box
      sx={{
        typography: "caption",
        color: "text.secondary",
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        paddingInline: 2,
        paddingBlock: 0.5,
        whiteSpace: "nowrap",
      }}
    >
      <Hint hint={session.backend === "embedded" ? aboutEmbedded(session.host) : aboutGateway(session.host)} cut>
        {session.backend} · {session.host}
      </Hint>
    </Box>
  );
}

function aboutEmbedded(host: string): string {
  return `The Tokenhouse at ${host} keeps its own organization in its own database. No LogScale cluster is involved.`;
}

function aboutGateway(host: string): string {
  return `Everything is read from and written to the LogScale cluster at ${host}, with your own token.`;
}
