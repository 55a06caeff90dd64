import OkIcon from "@mui/icons-material/CheckCircleOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { kindTraits } from "#domain/token/kinds.ts";
import { useOrganization, type FilterName } from "#web/state/organization.tsx";
import { localTime } from "#web/ui/times.ts";

import { endsSession, type OwnWarning } from "./ownCredential.ts";

export interface OwnWarningsProps {
  readonly warnings: readonly OwnWarning[];
  /** Whether tokens are still being read, so that silence means nothing yet. */
  readonly waiting?: boolean;
}

/**
 * What the change does to the credential and the address in use. The place is always taken, so that a warning moves nothing when it
 * comes.
 */
export function OwnWarnings({ warnings, waiting = false }: OwnWarningsProps) {
  const { session, filterName, gateway } = useOrganization();
  const serious = warnings.some(endsSession);
  if (warnings.length === 0 && waiting)
    return <Line tone="quiet">What happens to your own token is known once the tokens are read.</Line>;
  if (warnings.length === 0) {
    return (
      <Line tone="quiet">
        {session.tokenId !== undefined
          ? "The token you are signed in with stays as it is."
          : "Your sign-in does not depend on a token, and your own personal token stays as it is."}
      </Line>
    );
  }
  return (
    <Line tone={serious ? "serious" : "notice"}>
      {warnings.map((warning) => (
        <Typography key={`${warning.whose}-${warning.effect.type}`} component="p">
          {warningWords(warning, filterName, gateway)}
        </Typography>
      ))}
    </Line>
  );
}

function Line({ tone, children }: { readonly tone: "quiet" | "notice" | "serious"; readonly children: React.ReactNode }) {
  const Icon = tone === "quiet" ? OkIcon : WarningIcon;
  const colour = tone === "quiet" ? "text.secondary" : tone === "notice" ? "effects.shortened.main" : "effects.deleted.main";
  const tint = tone === "quiet" ? undefined : tone === "notice" ? "effects.shortened.tint" : "effects.deleted.tint";
  return (
    <Box
      data-own-credential={tone}
      sx={{
        display: "flex",
        gap: 2,
        alignItems: "flex-start",
        paddingInline: 2,
        paddingBlock: 1.5,
        minHeight: 33,
        borderRadius: 1,
        backgroundColor: tint ?? "transparent",
      }}
    >
      <Icon aria-hidden fontSize="small" sx={{ color: colour }} />
      <Box sx={{ color: tone === "quiet" ? "text.secondary" : "text.primary", minWidth: 0 }}>{children}</Box>
    </Box>
  );
}

/** A warning in words, one or two sentences. `gateway`: LogScale sees the gateway’s address in place of the browser’s. */
function warningWords({ whose, kind, effect }: OwnWarning, filterName: FilterName, gateway: boolean): string {
  const subject = whose === "in-use" ? `The ${kindTraits[kind].noun} token you are signed in with` : "Your own personal token";
  const consequence = whose === "in-use" ? " You will be signed out." : "";
  switch (effect.type) {
    case "deleted":
      return `${subject} is deleted by this change.${consequence}`;
    case "maximum-changed":
      return `${subject} falls under a new maximum lifetime. This page cannot see how old it is, so it may be deleted.`;
    case "shortened":
      return `${subject} is shortened: it will expire on ${localTime(effect.to)}.`;
    case "filtered": {
      const filter = `${subject} gets the IP filter ${filterName(effect.filter)}`;
      if (gateway) {
        return `${filter}. LogScale judges by the address of this gateway, which this page does not know; if the rules deny it, ${whose === "in-use" ? "you will be shut out" : "that token can no longer be used here"}.`;
      }
      const { address } = effect;
      if (effect.accepts === true) return `${filter}, which accepts the address in use, ${address}.`;
      if (effect.accepts === false)
        return `${filter}, which does not accept the address in use, ${address}.${whose === "in-use" ? " You will be shut out." : ""}`;
      return `${filter}, whose rules cannot be judged here; it may shut out the address in use, ${address}.`;
    }
  }
}
