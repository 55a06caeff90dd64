import { styled } from "@mui/material/styles";

import type { InventoryKind } from "#domain/inventory/item.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import type { PermissionRisk } from "#domain/token/permissions.ts";
import { risksOf } from "#domain/token/permissionWords.ts";
import { appTheme } from "#web/theme.ts";
import { Hint } from "#web/ui/Hint.tsx";

import { riskWords } from "./riskWords.ts";
import { riskIcons } from "./riskIcons.ts";

const risks = ["escalates", "destroys", "leaks"] as const satisfies readonly PermissionRisk[];

export interface RiskMarksProps {
  readonly kind: InventoryKind;
  /** LogScale's names. */
  readonly permissions: readonly string[];
}

/** The signs of the risks in some permissions, for where there is no room for words: these come on hover and focus, with what is risky. */
export function RiskMarks({ kind, permissions }: RiskMarksProps) {
  const risky = isTokenKind(kind) ? risksOf(kind, permissions) : undefined;
  return risks.map((risk) => {
    const held = risky?.[risk] ?? [];
    if (held.length === 0) return null;
    const Icon = riskIcons[risk];
    return (
      <Hint key={risk} hint={`It ${riskWords[risk]}: ${held.map(({ label }) => label).join(", ")}.`}>
        <Mark role="img" aria-label={riskWords[risk]}>
          <Icon aria-hidden />
        </Mark>
      </Hint>
    );
  });
}

// Worked out once and not by each that is drawn, for lists are full of these.
const Mark = styled("span")({
  color: appTheme().vars.palette.warning.main,
  marginInlineEnd: appTheme().spacing(1),
  verticalAlign: "text-bottom",
  "& > svg": { fontSize: "1.15em" },
});
