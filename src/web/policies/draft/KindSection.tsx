import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Paper from "@mui/material/Paper";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { memo, useId } from "react";
import { Controller, useFormState, useWatch, type Control } from "react-hook-form";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { KindPolicy, Policies } from "#domain/policy/policy.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";

import { changedFields, type DraftForm } from "./draft.ts";
import { FieldRow } from "./FieldRow.tsx";
import { FilterField } from "./FilterField.tsx";
import { MaximumField } from "./MaximumField.tsx";
import type { KindSeen } from "#web/api/kindSeen.ts";
import { valueTitle, valueWords } from "./values.ts";

/** The form's control as the sections take it. */
export type DraftControl = Control<DraftForm, unknown, Policies>;

export interface KindSectionProps {
  readonly kind: TokenKind;
  readonly control: DraftControl;
  /** What is in force for the kind, which the draft started from. */
  readonly base: KindPolicy;
  readonly seen: KindSeen | undefined;
  readonly onUndo: (kind: TokenKind, field: keyof KindPolicy) => void;
}

/** The part of the form for one kind. */
export const KindSection = memo(function KindSection(props: KindSectionProps) {
  const { kind, control, base, seen, onUndo } = props;
  const { filterName } = useOrganization();
  const id = useId();
  const draft = useWatch({ control, name: kind });
  const { errors } = useFormState({ control, name: kind });
  const changed = changedFields(base, draft);
  const row = (field: keyof KindPolicy) => ({
    title: valueTitle({ kind, field }),
    describedBy: `${id}-${field}`,
    inForce: valueWords(field, base[field], filterName),
    changed: changed.includes(field),
    onUndo: () => onUndo(kind, field),
  });
  const problems = errors[kind];

  return (
    <Paper component="section" variant="outlined" aria-labelledby={`policy-${kind}`} sx={{ paddingInline: 4, paddingBlock: 3 }}>
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 2, flexWrap: "wrap" }}>
        <Typography variant="h2" id={`policy-${kind}`} tabIndex={-1}>
          {kindTraits[kind].title} tokens
        </Typography>
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          {seenWords(seen)}
        </Typography>
        {changed.length > 0 && (
          <Typography variant="caption" sx={{ color: "secondary.main", fontWeight: 600, marginLeft: "auto" }}>
            {changed.length === 1 ? "1 change" : `${changed.length} changes`}
          </Typography>
        )}
      </Box>
      <FieldRow {...row("enabled")} error={problems?.enabled?.message}>
        <Controller
          control={control}
          name={`${kind}.enabled`}
          render={({ field: { value, ref, ...field } }) => (
            <FormControlLabel
              label={`${kindTraits[kind].title} tokens may exist`}
              control={<Switch {...field} checked={value} slotProps={{ input: { ref, "aria-describedby": `${id}-enabled` } }} />}
            />
          )}
        />
      </FieldRow>
      <MaximumField kind={kind} control={control} base={base} row={row("maximumLifetime")} error={problems?.amount?.message} />
      <FieldRow {...row("ipFilter")} error={problems?.ipFilter?.message}>
        <FilterField kind={kind} control={control} describedBy={`${id}-ipFilter`} />
      </FieldRow>
      {kindTraits[kind].hasPermissions && (
        <FieldRow {...row("allowPermissionUpdates")} error={problems?.allowPermissionUpdates?.message}>
          <Controller
            control={control}
            name={`${kind}.allowPermissionUpdates`}
            render={({ field: { value, ref, ...field } }) => (
              <FormControlLabel
                label="Permissions of existing tokens may be changed"
                control={
                  <Checkbox
                    {...field}
                    checked={value}
                    slotProps={{ input: { ref, "aria-describedby": `${id}-allowPermissionUpdates` } }}
                  />
                }
              />
            )}
          />
        </FieldRow>
      )}
    </Paper>
  );
});

/** How much of a kind is seen, in words. */
function seenWords(seen: KindSeen | undefined): string {
  switch (seen?.state) {
    case "complete":
      return seen.seen === 0 ? "no tokens" : countOf(seen.seen, "token");
    case "partial":
      return `${countOf(seen.seen, "token")} seen, ${seen.more || !seen.steady ? "there may be more" : `${countOf(seen.unknown, "more", "more")} of an unknown type`}`;
    case "hidden":
      return "tokens not visible to you";
    case "failed":
      return "tokens could not be read";
    default:
      return "reading tokens";
  }
}
