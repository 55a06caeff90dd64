import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import NativeSelect from "@mui/material/NativeSelect";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { Controller, useWatch } from "react-hook-form";

import { durationParts, durationUnits, formatDuration, offeredDurationUnits } from "#domain/duration.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { KindPolicy } from "#domain/policy/policy.ts";
import { maximumLifetimeSchema } from "#domain/policy/policySchema.ts";

import { FieldRow, type FieldRowProps } from "./FieldRow.tsx";
import type { DraftControl } from "./KindSection.tsx";
import { noManager } from "#web/ui/noManager.ts";

export interface MaximumFieldProps {
  readonly kind: TokenKind;
  readonly control: DraftControl;
  readonly base: KindPolicy;
  readonly row: Omit<FieldRowProps, "children" | "error">;
  readonly error: string | undefined;
}

/** The maximum lifetime of one kind: whether there is one, and how long it is, in the unit the administrator likes. */
export function MaximumField({ kind, control, base, row, error }: MaximumFieldProps) {
  const limited = useWatch({ control, name: `${kind}.limited` });
  const unit = useWatch({ control, name: `${kind}.unit` });
  const unitInForce = base.maximumLifetime === null ? undefined : durationParts(base.maximumLifetime).unit;
  // Seconds and milliseconds are offered only beside a value that needs them, so that opening a policy never changes it.
  const units = durationUnits.filter(
    (candidate) =>
      offeredDurationUnits.some((offered) => offered === candidate) || candidate === unit || candidate === unitInForce,
  );
  const strange = base.maximumLifetime !== null && !maximumLifetimeSchema.safeParse(base.maximumLifetime).success;
  const noun = kindTraits[kind].title;
  const describedBy = error === undefined ? row.describedBy : `${row.describedBy}-error ${row.describedBy}`;
  return (
    <FieldRow {...row} error={error}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 3, rowGap: 1 }}>
        <Controller
          control={control}
          name={`${kind}.limited`}
          render={({ field: { value, ref, ...field } }) => (
            <FormControlLabel
              label="Maximum lifetime"
              control={
                <Checkbox {...field} checked={value} slotProps={{ input: { ref, "aria-describedby": row.describedBy } }} />
              }
            />
          )}
        />
        <Box sx={{ display: "flex", gap: 2, flex: "1 1 190px" }}>
          <Controller
            control={control}
            name={`${kind}.amount`}
            render={({ field: { ref, ...field } }) => (
              <OutlinedInput
                {...field}
                inputRef={ref}
                size="small"
                disabled={!limited}
                error={error !== undefined}
                sx={{ flex: "1 1 80px", minWidth: 72 }}
                inputProps={{
                  "aria-label": `${noun} tokens, maximum lifetime, amount`,
                  "aria-describedby": describedBy,
                  "aria-invalid": error !== undefined,
                  inputMode: "decimal",
                  ...noManager,
                }}
              />
            )}
          />
          <Controller
            control={control}
            name={`${kind}.unit`}
            render={({ field: { ref, ...field } }) => (
              <NativeSelect
                {...field}
                inputRef={ref}
                input={<OutlinedInput size="small" />}
                disabled={!limited}
                sx={{ flex: "0 0 112px" }}
                inputProps={{ "aria-label": `${noun} tokens, maximum lifetime, unit` }}
              >
                {units.map((candidate) => (
                  <option key={candidate} value={candidate}>
                    {candidate}
                  </option>
                ))}
              </NativeSelect>
            )}
          />
        </Box>
      </Box>
      {strange && (
        <Typography variant="caption" component="p" sx={{ color: "warning.main" }}>
          LogScale has a maximum of {formatDuration(base.maximumLifetime)} in force, which cannot be set here and whose effect is
          inferred. Left alone, it goes back exactly as it was read.
        </Typography>
      )}
    </FieldRow>
  );
}
