import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
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
  return (
    <Controller
      control={control}
      name={`${kind}.ipFilter`}
      render={({ field: { ref, ...field }, fieldState }) => {
        const chosen = filters.get(field.value);
        return (
          <>
            <TextField
              {...field}
              inputRef={ref}
              select
              fullWidth
              size="small"
              label="Enforced IP filter"
              error={fieldState.invalid}
              slotProps={{
                inputLabel: { shrink: true },
                select: {
                  displayEmpty: true,
                  renderValue: () => (field.value === "" ? "No filter enforced" : filterName(field.value)),
                  SelectDisplayProps: {
                    "aria-describedby": fieldState.invalid ? `${describedBy}-error ${describedBy}` : describedBy,
                    "aria-invalid": fieldState.invalid,
                  },
                  // Within the page's landmark, where a screen reader looks for it.
                  MenuProps: {
                    container: () => document.getElementById("page"),
                    slotProps: { paper: { sx: { maxWidth: 480, maxHeight: 420 } } },
                  },
                },
              }}
              sx={{ marginTop: 2 }}
            >
              <MenuItem value="">
                <span>No filter enforced</span>
              </MenuItem>
              {/* One that was deleted meanwhile still shows, by its id. */}
              {chosen === undefined && field.value !== "" && <MenuItem value={field.value}>{filterName(field.value)}</MenuItem>}
              {filters.size === 0 && <MenuItem disabled>You see no IP filter. The page IP filters creates one.</MenuItem>}
              {[...filters.values()].map(({ id, ipFilter }) => (
                <MenuItem key={id} value={id} sx={{ display: "block" }}>
                  <Box component="span" sx={{ display: "block", overflowWrap: "anywhere", whiteSpace: "normal" }}>
                    {filterName(id)}
                  </Box>
                  <Box component="span" data-rules sx={{ display: "block", ...rulesStyle }}>
                    {rulesInShort(ipFilter)}
                  </Box>
                </MenuItem>
              ))}
            </TextField>
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

const rulesStyle = {
  fontFamily: monospace,
  fontSize: "0.75rem",
  color: "text.secondary",
  overflow: "hidden",
  textOverflow: "ellipsis",
} as const;
