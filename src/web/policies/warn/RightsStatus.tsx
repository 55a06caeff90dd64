import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { ProgressBar } from "#web/ui/ProgressBar.tsx";

import type { RightsState } from "./useRights.ts";

export interface RightsStatusProps {
  readonly state: RightsState;
  /** How many tokens have rights that are wanted. */
  readonly wanted: number;
  readonly onAgain: () => void;
}

/** Says how far permissions and views are read, and of how many tokens they could not be. */
export function RightsStatus({ state, wanted, onAgain }: RightsStatusProps) {
  const pages = useOverallLoadProgress();
  if (wanted === 0) return null;
  switch (state.at) {
    case "reading": {
      const progress = pages ?? { loaded: state.read, total: wanted };
      return (
        <Box role="status" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 3 }}>
          <Typography variant="caption">
            Reading permissions and views, {count(progress.loaded)} of {count(progress.total)}
          </Typography>
          <ProgressBar label="Reading permissions and views" progress={progress} width={120} />
          <Button size="small" onClick={state.stop}>
            Stop
          </Button>
        </Box>
      );
    }
    case "read":
      if (state.failure !== undefined) {
        return (
          <ErrorState
            title={`Permissions and views of ${countOf(state.unread, "token")} could not be read`}
            failure={state.failure}
            onRetry={onAgain}
          />
        );
      }
      return (
        state.unread > 0 && (
          <Typography role="status" variant="caption" sx={{ color: "warning.main" }}>
            Permissions and views of {countOf(state.unread, "token")} are not readable: the server does not show them to you, or
            the tokens are gone. Everything else is complete.
          </Typography>
        )
      );
    case "stopped":
      return state.failure !== undefined ? (
        <ErrorState title="Permissions and views could not be read" failure={state.failure} onRetry={onAgain} />
      ) : (
        <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 3 }}>
          <Typography variant="caption">Permissions and views are not read.</Typography>
          <Button size="small" onClick={onAgain}>
            Read them
          </Button>
        </Box>
      );
    default:
      return state satisfies never;
  }
}
