import Typography from "@mui/material/Typography";

import { nameInText } from "#domain/name.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import type { Action } from "#web/form/useAction.ts";

import { isSerious } from "./effectWords.ts";
import type { OwnRisk, TokenImpact } from "./impact.ts";
import { EffectList, RiskAlert } from "./ImpactPanel.tsx";
import { tokensInWords, unseenInWords, type FilterUse } from "./use.ts";

export interface SaveDialogProps {
  readonly name: string;
  readonly use: FilterUse;
  readonly impacts: readonly TokenImpact[];
  readonly risk: OwnRisk | undefined;
  readonly address: string;
  /** Saves the filter. */
  readonly action: Action;
  readonly onCancel: () => void;
}

/** Asks before new rules are put in force: they hold at once for every token that uses the filter. */
export function SaveDialog({ name, use, impacts, risk, address, action, onCancel }: SaveDialogProps) {
  const tokens = tokensInWords(use);
  const shutOut = impacts.some(({ effect }) => effect === "shut-out");
  return (
    <ActionDialog
      action={action}
      title={`Change the rules of ${nameInText(name)} for ${tokens}?`}
      confirm={impacts.length === 0 ? "Put in force" : `Put in force for ${tokens}`}
      destructive={shutOut || isSerious(risk)}
      typed={isSerious(risk) ? { expected: "shut me out", label: "Type “shut me out” to confirm" } : undefined}
      onCancel={onCancel}
    >
      {risk !== undefined && <RiskAlert risk={risk} address={address} />}
      <Typography sx={{ marginBlock: risk === undefined ? 0 : 3, marginBottom: 3 }}>
        From the moment of saving, every request of a token that uses this filter is judged by the new rules.
      </Typography>
      <EffectList impacts={impacts} />
      {unseenInWords(use).map((note) => (
        <Typography key={note} sx={{ color: "warning.main", marginTop: 3 }}>
          {note}
        </Typography>
      ))}
      <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 3 }}>
        The filter is read once more just before it is saved; only a change by somebody else in that very moment would be
        replaced.
      </Typography>
    </ActionDialog>
  );
}
