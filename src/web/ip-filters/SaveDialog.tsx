import Typography from "@mui/material/Typography";

import { nameInText } from "#domain/name.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";

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
  readonly pending: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before new rules are put in force: they hold at once for every token that uses the filter. */
export function SaveDialog({ name, use, impacts, risk, address, pending, onConfirm, onCancel }: SaveDialogProps) {
  const tokens = tokensInWords(use);
  const shutOut = impacts.some(({ effect }) => effect === "shut-out");
  return (
    <ConfirmDialog
      open
      title={`Change the rules of ${nameInText(name)} for ${tokens}?`}
      confirm={impacts.length === 0 ? "Put in force" : `Put in force for ${tokens}`}
      destructive={shutOut || isSerious(risk)}
      pending={pending}
      {...(isSerious(risk) && { typed: { expected: "shut me out", label: "Type “shut me out” to confirm" } })}
      onConfirm={onConfirm}
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
    </ConfirmDialog>
  );
}
