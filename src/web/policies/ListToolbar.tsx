import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";

import { isTokenKind, kindTraits, tokenKinds } from "#domain/kinds.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";

import { effectCounters, effects } from "./effects.ts";
import type { ListFilter } from "./impact.ts";

/** What {@link ListToolbar} takes. */
export interface ListToolbarProps {
  readonly filter: ListFilter;
  readonly onFilter: (next: ListFilter) => void;
  readonly onExport: () => void;
}

/** What narrows the list of affected tokens, and what exports it. */
export function ListToolbar({ filter, onFilter, onExport }: ListToolbarProps) {
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "center" }}>
      <ToggleButtonGroup
        size="small"
        exclusive
        aria-label="Effect"
        value={filter.effect ?? "all"}
        onChange={(_, value: unknown) => onFilter({ ...filter, effect: effects.find((effect) => effect === value) })}
        sx={{ "& .MuiToggleButton-root": { paddingBlock: 1, paddingInline: 2, textTransform: "none", height: 34 } }}
      >
        <ToggleButton value="all">All effects</ToggleButton>
        {effects.map((effect) => (
          <ToggleButton key={effect} value={effect}>
            <EffectSign effect={effectCounters[effect]} />
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <TextField
        select
        size="small"
        value={filter.kind ?? ""}
        onChange={({ target }) => onFilter({ ...filter, kind: isTokenKind(target.value) ? target.value : undefined })}
        sx={{ minWidth: 132, "& .MuiInputBase-root": { height: 34 } }}
        slotProps={{ select: { native: true }, htmlInput: { "aria-label": "Kind" } }}
      >
        <option value="">All kinds</option>
        {tokenKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindTraits[kind].title}
          </option>
        ))}
      </TextField>
      <TextField
        size="small"
        type="search"
        placeholder="Name or id"
        value={filter.search}
        onChange={({ target }) => onFilter({ ...filter, search: target.value })}
        sx={{ flex: "1 1 120px", "& .MuiInputBase-root": { height: 34 } }}
        slotProps={{
          htmlInput: { "aria-label": "Search affected tokens by name or id", spellCheck: false, autoComplete: "off" },
        }}
      />
      <Button size="small" variant="outlined" startIcon={<DownloadIcon />} onClick={onExport} sx={{ minHeight: 34 }}>
        CSV
      </Button>
    </Box>
  );
}
