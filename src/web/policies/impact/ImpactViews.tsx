import Box from "@mui/material/Box";
import Button from "@mui/material/Button";

import { unmarked } from "#web/theme.ts";

const views = { list: "Affected tokens", pictures: "Pictures", steps: "In steps" } as const;

/** What the impact shows below its totals. */
export type ImpactView = keyof typeof views;

export interface ImpactViewsProps {
  readonly value: ImpactView;
  readonly onChange: (view: ImpactView) => void;
}

/** Switches between the affected tokens, the pictures, and the way there in steps. */
export function ImpactViews({ value, onChange }: ImpactViewsProps) {
  return (
    <Box role="group" aria-label="Show" sx={{ display: "flex", gap: 0.5, flexShrink: 0 }}>
      {(["list", "pictures", "steps"] as const).map((view) => (
        <Button
          key={view}
          size="small"
          color="inherit"
          aria-pressed={view === value}
          onClick={() => onChange(view)}
          sx={{
            borderRadius: 0,
            minWidth: 0,
            paddingInline: 1,
            fontSize: "0.8125rem",
            borderBottom: 2,
            borderColor: view === value ? "primary.main" : unmarked,
            fontWeight: view === value ? 600 : 400,
          }}
        >
          {views[view]}
        </Button>
      ))}
    </Box>
  );
}
