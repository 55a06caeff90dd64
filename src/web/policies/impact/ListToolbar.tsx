import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";

import { isTokenKind, kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { EffectSign } from "#web/ui/EffectSign.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { effectCounters, effects } from "./effects.ts";
import type { ListFilter } from "./impact.ts";

export interface ListToolbarProps {
  readonly filter: ListFilter;
  readonly onSearch: (search: string) => void;
  readonly onFilter: (change: Partial<Omit<ListFilter, "search">>) => void;
  readonly onExport: () => void;
}

/** What narrows the list of affected tokens, and what exports it. */
export function ListToolbar({ filter, onSearch, onFilter, onExport }: ListToolbarProps) {
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, alignItems: "center" }}>
      <Box role="group" aria-label="Effect" sx={{ display: "flex", flexWrap: "wrap", "& > * + *": { marginLeft: "-1px" } }}>
        {[undefined, ...effects].map((effect) => (
          <Button
            key={effect ?? "all"}
            size="small"
            variant="outlined"
            aria-pressed={filter.effect === effect}
            onClick={() => onFilter({ effect })}
            sx={{ ...effectButton, ...(filter.effect === effect && { backgroundColor: "action.selected", zIndex: 1 }) }}
          >
            {effect === undefined ? "All effects" : <EffectSign effect={effectCounters[effect]} />}
          </Button>
        ))}
      </Box>
      <TextField
        select
        size="small"
        value={filter.kind ?? ""}
        onChange={({ target }) => onFilter({ kind: isTokenKind(target.value) ? target.value : undefined })}
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
        onChange={({ target }) => onSearch(target.value)}
        sx={{ flex: "1 1 120px", "& .MuiInputBase-root": { height: 34 } }}
        slotProps={{
          htmlInput: { "aria-label": "Search affected tokens by name or id", spellCheck: false, ...noManager },
        }}
      />
      <Button size="small" variant="outlined" startIcon={<DownloadIcon />} onClick={onExport} sx={{ minHeight: 34 }}>
        CSV
      </Button>
    </Box>
  );
}

const effectButton = {
  minHeight: 34,
  minWidth: 0,
  paddingInline: 2,
  fontSize: "0.8125rem",
  whiteSpace: "nowrap",
  borderRadius: 0,
  borderColor: "divider",
  "&:first-of-type": { borderTopLeftRadius: 4, borderBottomLeftRadius: 4 },
  "&:last-of-type": { borderTopRightRadius: 4, borderBottomRightRadius: 4 },
} as const;
