import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { DisableFeatureDocument, EnableFeatureDocument } from "#logscale/generated/ingestToken.ts";
import { call, failureOf } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { Outcome } from "#web/form/Outcome.tsx";
import { noCall, noField, useSending } from "#web/form/useSending.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { customTokensFeature, customTokensQuery, isRoot } from "./queries.ts";

/** Whether values may be chosen, why not where they may not, and the switch for those who may throw it. */
export function CustomValues({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const on = useQuery(customTokensQuery);
  const [asked, setAsked] = useState(true);
  const root = isRoot(session);
  // Whether a system token holds the permission to change feature flags it cannot ask, so it may try.
  const maySwitch = root || session.tokenKind === "system";

  const reread = () => client.invalidateQueries({ queryKey: customTokensQuery.queryKey });
  const sending = useSending<boolean, never, void>({
    failure: "The feature was not switched",
    fields: noField,
    // It stands within a form, which shows its own.
    calls: noCall,
    lost: {
      ...lostWords,
      watch: (next) => async () => {
        const now = await client.query({ ...customTokensQuery, staleTime: 0 });
        return now === next ? { found: undefined } : changeFinding("feature", now, false);
      },
    },
    send: async (next) => {
      setAsked(next);
      const variables = { feature: customTokensFeature };
      await (next ? call(EnableFeatureDocument, variables) : call(DisableFeatureDocument, variables));
    },
    done: async (_, next) => {
      await reread();
      announce(next ? "Custom values are possible now." : "Custom values are no longer possible.");
    },
    failed: () => void reread(),
    repeats: true,
  });

  if (on.isError) {
    return (
      <ErrorState
        title="It could not be read whether custom values are possible"
        failure={failureOf(on.error)}
        onRetry={() => void on.refetch()}
      />
    );
  }
  if (on.data === undefined) return null;
  if (on.data === null) {
    return (
      <Typography>
        LogScale does not tell here whether custom values are possible. Only root may choose one, once the feature flag
        CustomIngestTokens is on.
      </Typography>
    );
  }
  // What was asked for stays what it was: where the answer is lost, it may be there already.
  const next = sending.unknown ? asked : !on.data;
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 3 }}>
        <Typography sx={{ flex: "1 1 280px" }}>
          {on.data
            ? root
              ? "Custom values are switched on, for root alone."
              : "Custom values are switched on, but only root may choose one."
            : root
              ? "Custom values are switched off."
              : "Custom values are switched off. Only root may choose one, once the feature flag CustomIngestTokens is on."}
        </Typography>
        {maySwitch && (
          <BusyButton
            variant="outlined"
            size="small"
            busy={sending.pending}
            disabled={sending.unknown}
            onClick={() => void sending.submit(next)}
          >
            {next ? "Switch custom values on" : "Switch custom values off"}
          </BusyButton>
        )}
      </Box>
      <Outcome sending={sending} />
    </Box>
  );
}
