import Typography from "@mui/material/Typography";

import { localTime, relativeTime } from "#web/ui/Instant.tsx";

import type { TokenDetail } from "./tokenQuery.ts";

/** What is known of a token's last use, in a sentence; nothing where the server does not record it. */
export function UseWords({ token: { lastUsedAt, lastUsedFrom }, now }: { readonly token: TokenDetail; readonly now: number }) {
  if (lastUsedAt === undefined) {
    return <Typography sx={{ marginTop: 2 }}>This server does not tell when a token was last used.</Typography>;
  }
  return (
    <Typography sx={{ marginTop: 2 }}>
      {lastUsedAt === null
        ? "It was never used."
        : `It was last used ${relativeTime(lastUsedAt, now)}${lastUsedFrom != null ? `, from ${lastUsedFrom}` : ""} (${localTime(lastUsedAt)}).`}
    </Typography>
  );
}
