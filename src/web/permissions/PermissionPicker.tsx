import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useId, useMemo, useState } from "react";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { permissionPresets, type PermissionPreset } from "#domain/token/permissionPresets.ts";
import { expandPermissions } from "#domain/token/permissionWords.ts";
import type { Holdings } from "#domain/token/rights.ts";
import { CheckTree } from "#web/ui/CheckTree.tsx";
import { countOf } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { permissionGroups } from "./groups.ts";
import { lacks } from "./holdings.ts";

export interface PermissionPickerProps {
  readonly kind: TokenKind;
  /** LogScale's names of the chosen permissions, composed ones as their parts. */
  readonly value: readonly string[];
  readonly onChange: (next: readonly string[]) => void;
  readonly holdings: Holdings;
  /** Of a view token, the repositories and views it is for. */
  readonly viewIds: readonly string[];
  /** What the token or role has already; nothing when it is a new one. */
  readonly present?: readonly string[];
  /** What gets them: a token, unless told. */
  readonly of?: "token" | "role";
  readonly error?: string | undefined;
  readonly focusRef?: (focus: { readonly focus: () => void } | null) => void;
}

/** A choice by hand that a preset took the place of. */
interface Replaced {
  readonly preset: PermissionPreset;
  readonly before: readonly string[];
  /** What the preset chose. */
  readonly next: readonly string[];
  /** What was chosen before and is not now. */
  readonly lost: readonly string[];
}

const none: readonly string[] = [];

/** What the permissions of a role are called, by kind. */
const roleLabels = {
  personal: "Permissions",
  view: "Permissions on repositories and views",
  organization: "Organization permissions",
  system: "System permissions",
} as const satisfies Record<TokenKind, string>;

/** Chooses the permissions of a token: by a preset to start from, and one by one. */
export function PermissionPicker(props: PermissionPickerProps) {
  const { kind, value, onChange, holdings, viewIds, present = none, of = "token", error, focusRef } = props;
  const id = useId();
  const groups = useMemo(
    () => permissionGroups({ kind, holdings, viewIds, present, of }),
    [kind, holdings, viewIds, present, of],
  );
  const chosen = useMemo(() => new Set(value), [value]);
  const [replaced, setReplaced] = useState<Replaced>();
  const presets: readonly PermissionPreset[] = permissionPresets[kind];
  const same = (preset: PermissionPreset) =>
    preset.permissions.length === chosen.size && preset.permissions.every((name) => chosen.has(name));

  /** Applies a preset. It replaces what was picked by hand unless the reader objects. */
  const take = (preset: PermissionPreset) => {
    const next = expandPermissions(kind, preset.permissions);
    const picked = value.filter((name) => !next.includes(name));
    // What another preset brought is no choice of the reader's.
    const byHand = picked.length > 0 && !presets.some(same);
    onChange(next);
    setReplaced(byHand ? { preset, before: value, next, lost: picked } : undefined);
    announce(
      byHand
        ? `${preset.label} took the place of ${countOf(picked.length, "permission")} that you had chosen. They can be put back.`
        : `${preset.label}: ${preset.description}`,
    );
  };
  const putBack = (next: readonly string[], words: string) => {
    onChange(expandPermissions(kind, [...next]));
    setReplaced(undefined);
    announce(words);
  };
  // Once something else is chosen, putting back would undo that as well.
  const undoable = replaced !== undefined && sameNames(replaced.next, value) ? replaced : undefined;

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
          const lacking = preset.permissions.filter(
            (name) => !present.includes(name) && lacks(holdings, kind, name, viewIds, of),
          );
          return (
            <Button
              key={preset.id}
              size="small"
              variant={same(preset) ? "contained" : "outlined"}
              aria-pressed={same(preset)}
              disabled={lacking.length > 0}
              title={lacking.length > 0 ? `You do not hold ${lacking.join(", ")}.` : preset.description}
              onClick={() => take(preset)}
            >
              {preset.label}
            </Button>
          );
        })}
      </Box>
      {undoable !== undefined && (
        <Alert
          severity="info"
          role="note"
          sx={{ marginBottom: 2 }}
          action={
            <>
              <Button
                color="inherit"
                size="small"
                onClick={() => putBack([...undoable.before, ...undoable.next], "Both are chosen now.")}
              >
                Keep both
              </Button>
              <Button color="inherit" size="small" onClick={() => putBack(undoable.before, "Your choice is back.")}>
                Undo
              </Button>
            </>
          }
        >
          {undoable.preset.label} took the place of {countOf(undoable.lost.length, "permission")} that you had chosen.
        </Alert>
      )}
      <CheckTree
        label={of === "role" ? roleLabels[kind] : `Permissions of the ${kindTraits[kind].noun} token`}
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

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
