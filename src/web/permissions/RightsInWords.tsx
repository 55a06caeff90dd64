import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { TokenKind } from "#domain/token/kinds.ts";
import type { PermissionRisk } from "#domain/token/permissions.ts";
import { wordPermissions } from "#domain/token/permissionWords.ts";
import { monospace } from "#web/theme.ts";

import { riskWords } from "./riskWords.ts";
import { riskIcons } from "./riskIcons.ts";

/** The sign of a risk: icon and words. */
export function RiskSign({ risk }: { readonly risk: PermissionRisk }) {
  const Icon = riskIcons[risk];
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1, color: "warning.main" }}>
      <Icon aria-hidden sx={{ fontSize: "1.15em", flexShrink: 0 }} />
      <span>{riskWords[risk]}</span>
    </Box>
  );
}

export interface RightsInWordsProps {
  readonly kind: TokenKind;
  /** LogScale's names. */
  readonly permissions: readonly string[];
}

/** Permissions as sentences on what their holder can do, under their headings; LogScale's names stand with them. */
export function RightsInWords({ kind, permissions }: RightsInWordsProps) {
  const { groups, unknown } = wordPermissions(kind, permissions);
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      {groups.map(({ title, entries }) => (
        <section key={title} aria-label={title}>
          <Typography variant="caption" component="h3" sx={{ color: "text.secondary", fontWeight: 600 }}>
            {title}
          </Typography>
          <Box component="ul" sx={{ margin: 0, padding: 0, listStyle: "none" }}>
            {entries.map(({ name: permission, description, risk }) => (
              <Box component="li" key={permission} sx={{ marginTop: 0.5 }}>
                {description}{" "}
                <Box
                  component="span"
                  sx={{ fontFamily: monospace, fontSize: "0.75rem", color: "text.secondary", overflowWrap: "anywhere" }}
                >
                  {permission}
                </Box>
                {risk !== null && (
                  <Box sx={{ typography: "caption" }}>
                    <RiskSign risk={risk} />
                  </Box>
                )}
              </Box>
            ))}
          </Box>
        </section>
      ))}
      {unknown.length > 0 && (
        <Typography sx={{ color: "text.secondary" }}>Also {unknown.join(", ")}, which this page does not know.</Typography>
      )}
    </Box>
  );
}
