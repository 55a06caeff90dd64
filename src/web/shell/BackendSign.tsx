import Box from "@mui/material/Box";

import { useSession } from "#web/state/organization.tsx";
import { Hint } from "#web/ui/Hint.tsx";

/** Which backend the app talks to, and what that means. */
export function BackendSign() {
  const session = useSession();
  return (
    <Hint hint={session.backend === "embedded" ? aboutEmbedded : aboutGateway(session.host)} cut>
      <Box
        component="span"
        sx={{
          typography: "caption",
          color: "text.secondary",
          border: 1,
          borderColor: "divider",
          borderRadius: 1,
          paddingInline: 2,
          paddingBlock: 0.5,
        }}
      >
        {session.backend} · {session.host}
      </Box>
    </Hint>
  );
}

const aboutEmbedded = "This Tokenhouse keeps its own organization in its own database. No LogScale cluster is involved.";

function aboutGateway(host: string): string {
  return `Everything is read from and written to the LogScale cluster at ${host}, with your own token.`;
}
