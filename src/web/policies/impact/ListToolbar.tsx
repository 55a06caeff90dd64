import DownloadIcon from "@mui/icons-material/FileDownloadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";

import { isTokenKind, kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { noManager } from "#web/ui/noManager.ts";

import type { ListFilter } from "./impact.ts";

export interface ListToolbarProps {
  readonly filter: ListFilter;
  readonly onSearch: (search: string) => void;
  readonly onKind: (kind: ListFilter["kind"]) => void;
  readonly onShowAll: () => void;
  readonly onExport: () => void;
  /** Undefined where nobody is affected. */
  readonly onWarn: (() => void) | undefined;
}

/** What narrows the list of affected tokens beside the totals, and what exports it. */
export function ListToolbar({ filter, onSearch, onKind, onShowAll, onExport, onWarn }: ListToolbarProps) {
  const narrowed = Object.values(filter).some((value) => value !== undefined && value !== "");
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", flex: "1 1 340px", gap: 1, alignItems: "center" }}>
      <TextField
        select
        size="small"
        value={filter.kind ?? ""}
        onChange={({ target }) => onKind(isTokenKind(target.value) ? target.value : undefined)}
        sx={{ minWidth: 116, "& .MuiInputBase-root": { height: 32 } }}
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
        placeholder="Search"
        value={filter.search}
        onChange={({ target }) => onSearch(target.value)}
        sx={{ flex: "1 1 90px", "& .MuiInputBase-root": { height: 32 } }}
        slotProps={{
          htmlInput: { "aria-label": "Search affected tokens by name or id", spellCheck: false, ...noManager },
        }}
      />
      {narrowed && (
        <Button size="small" onClick={onShowAll} sx={{ minWidth: 0, minHeight: 32, paddingInline: 1.5 }}>
          Show all
        </Button>
      )}
      <Button size="small" variant="outlined" startIcon={<DownloadIcon />} onClick={onExport} sx={{ minHeight: 32, minWidth: 0 }}>
        CSV
      </Button>
      <Button
        size="small"
        variant="outlined"
        disabled={onWarn === undefined}
        onClick={onWarn}
        aria-haspopup="dialog"
        sx={{ minHeight: 32, minWidth: 0, whiteSpace: "nowrap" }}
      >
        Whom to warn
      </Button>
    </Box>
  );
}
