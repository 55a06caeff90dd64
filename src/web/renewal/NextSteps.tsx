import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { useServerNow } from "#web/api/useServerNow.ts";

export interface NextStepsProps {
  /** The token that was renewed. */
  readonly token: TokenDetail;
  /** Whether it is written down which token the new one replaces. */
  readonly recorded: boolean;
}

/** What is to be done once a token has a successor. Without links: leaving would lose the secret that is shown. */
export function NextSteps({ token: { kind, expireAt }, recorded }: NextStepsProps) {
  const now = useServerNow();
  const expired = expireAt !== null && expireAt <= now;
  if (kind === "personal") {
    return (
      <Typography>
        Put it where the former one was used
        {expired ? "." : ": that is no longer accepted, and whatever uses it fails until then."}
      </Typography>
    );
  }
  return (
    <div>
      <Typography>What comes next:</Typography>
      <Box component="ol" sx={{ margin: 0, marginTop: 1, paddingInlineStart: 5, "& li": { marginTop: 0.5 } }}>
        <li>Hand this secret over, to be put wherever the old one is used. {!expired && "Both work until then."}</li>
        <li>
          {expired
            ? "The old token has expired and is gone within minutes; there is nothing to delete."
            : "Once the new token is used and the old one no longer is, delete the old one."}
        </li>
      </Box>
      {!expired && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 1 }}>
          {recorded
            ? "The page Renewals has the two side by side, and says what to do next."
            : "It could not be written down that this token replaces the old one. The page Renewals shows the two as a guess, which can be confirmed there."}
        </Typography>
      )}
    </div>
  );
}
