import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useId, useMemo } from "react";

import { kindTraits, type TokenKind } from "#domain/kinds.ts";
import { permissionPresets, type PermissionPreset } from "#domain/permissionPresets.ts";
import { expandPermissions } from "#domain/permissionWords.ts";
import { CheckTree } from "#web/ui/CheckTree.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";

import { permissionGroups } from "./groups.ts";
import { lacks, type Holdings } from "./holdings.ts";

/** What {@link PermissionPicker} takes. */
export interface PermissionPickerProps {
  readonly kind: TokenKind;
  /** LogScale's names of what is chosen, composed ones taken apart. */
  readonly value: readonly string[];
  readonly onChange: (next: readonly string[]) => void;
  readonly holdings: Holdings;
  /** Of a view token, the repositories and views it is for. */
  readonly viewIds: readonly string[];
  /** What the token has already; nothing when it is a new one. */
  readonly present?: readonly string[];
  readonly error?: string | undefined;
  readonly focusRef?: (focus: { readonly focus: () => void } | null) => void;
}

const none: readonly string[] = [];

/** Chooses the permissions of a token: by a preset to start from, and one by one. */
export function PermissionPicker(props: PermissionPickerProps) {
  const { kind, value, onChange, holdings, viewIds, present = none, error, focusRef } = props;
  const id = useId();
  const groups = useMemo(() => permissionGroups({ kind, holdings, viewIds, present }), [kind, holdings, viewIds, present]);
  const chosen = useMemo(() => new Set(value), [value]);
  const presets: readonly PermissionPreset[] = permissionPresets[kind];
  const same = (preset: PermissionPreset) =>
    preset.permissions.length === chosen.size && preset.permissions.every((name) => chosen.has(name));

  return (
    <Box>
      <Box
        role="group"
        aria-labelledby={`${id}-presets`}
        sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center", marginBottom: 2 }}
      >
        <Typography variant="caption" component="span" id={`${id}-presets`} sx={{ color: "text.secondary", marginRight: 1 }}>
          Start from
        </Typography>
        {presets.map((preset) => {
          const lacking = preset.permissions.filter((name) => !present.includes(name) && lacks(holdings, kind, name, viewIds));
          return (
            <Button
              key={preset.id}
              size="small"
              variant={same(preset) ? "contained" : "outlined"}
              aria-pressed={same(preset)}
              disabled={lacking.length > 0}
              title={lacking.length > 0 ? `You do not hold ${lacking.join(", ")}.` : preset.description}
              onClick={() => {
                onChange(expandPermissions(kind, preset.permissions));
                announce(`${preset.label}: ${preset.description}`);
              }}
            >
              {preset.label}
            </Button>
          );
        })}
      </Box>
      <CheckTree
        label={`Permissions of the ${kindTraits[kind].noun} token`}
        searchLabel="Search permissions"
        nouns={["permission", "permissions"]}
        groups={groups}
        chosen={chosen}
        onChange={(next) => onChange(expandPermissions(kind, [...next]))}
        error={error}
        {...(focusRef && { focusRef })}
      />
    </Box>
  );
}
