import Box from "@mui/material/Box";
import FormControl from "@mui/material/FormControl";
import InputLabel from "@mui/material/InputLabel";
import NativeSelect from "@mui/material/NativeSelect";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import { Controller } from "react-hook-form";

import type { TokenKind } from "#domain/token/kinds.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { monospace } from "#web/theme.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { rulesInShort } from "#web/ui/rulesInShort.ts";

import type { DraftControl } from "./KindSection.tsx";

export interface FilterFieldProps {
  readonly kind: TokenKind;
  readonly control: DraftControl;
  readonly describedBy: string;
}

/** The IP filter that every token of a kind must have. Its rules stand below it, in one line; the whole text on hover and focus. */
export function FilterField({ kind, control, describedBy }: FilterFieldProps) {
  const { filters, filterName } = useOrganization();
  const id = useId();
  return (
    <Controller
      control={control}
      name={`${kind}.ipFilter`}
      render={({ field: { ref, ...field }, fieldState }) => {
        const chosen = filters.get(field.value);
        return (
          <>
            <FormControl fullWidth size="small" error={fieldState.invalid} sx={{ marginTop: 2 }}>
              <InputLabel htmlFor={id} shrink>
                Enforced IP filter
              </InputLabel>
              {/* The browser's own menu: MUI's brings 20 kB of pop-ups along. */}
              <NativeSelect
                {...field}
                inputRef={ref}
                input={<OutlinedInput notched label="Enforced IP filter" />}
                inputProps={{
                  id,
                  "aria-describedby": fieldState.invalid ? `${describedBy}-error ${describedBy}` : describedBy,
                  "aria-invalid": fieldState.invalid,
                }}
              >
                <option value="">No filter enforced</option>
                {/* One that was deleted meanwhile still shows, by its id. */}
                {chosen === undefined && field.value !== "" && <option value={field.value}>{filterName(field.value)}</option>}
                {filters.size === 0 && <option disabled>You see no IP filter. The page IP filters creates one.</option>}
                {[...filters.values()].map((filter) => (
                  <option key={filter.id} value={filter.id}>
                    {`${filterName(filter.id)}: ${cut(rulesInShort(filter.ipFilter))}`}
                  </option>
                ))}
              </NativeSelect>
            </FormControl>
            {chosen && (
              <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
                <Hint
                  cut
                  hint={
                    <Box component="span" sx={{ fontFamily: monospace, whiteSpace: "pre-wrap" }}>
                      {chosen.ipFilter}
                    </Box>
                  }
                >
                  <Box component="span" sx={{ fontFamily: monospace }}>
                    {rulesInShort(chosen.ipFilter)}
                  </Box>
                </Hint>
              </Typography>
            )}
          </>
        );
      }}
    />
  );
}

/** How much of a filter's rules stands beside its name, in characters. */
const mostOfRules = 60;

function cut(rules: string): string {
  return rules.length > mostOfRules ? `${rules.slice(0, mostOfRules)} …` : rules;
}
