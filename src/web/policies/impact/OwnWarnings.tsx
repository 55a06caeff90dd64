import OkIcon from "@mui/icons-material/CheckCircleOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { useOrganization } from "#web/state/organization.tsx";

import { endsSession, type OwnWarning } from "./ownCredential.ts";
import { ownTokenStays, warningWords } from "./ownWords.ts";

export interface OwnWarningsProps {
  readonly warnings: readonly OwnWarning[];
}

/** What the change does to the credential and the address in use, before it is confirmed. */
export function OwnWarnings({ warnings }: OwnWarningsProps) {
  const { session, filterName, gateway } = useOrganization();
  const serious = warnings.some(endsSession);
  if (warnings.length === 0) return <Line tone="quiet">{ownTokenStays(session, false)}</Line>;
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
