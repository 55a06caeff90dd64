import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import NativeSelect from "@mui/material/NativeSelect";
import OutlinedInput from "@mui/material/OutlinedInput";

import { isTokenKind, kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { noManager } from "#web/ui/noManager.ts";

import type { ListFilter } from "./impact.ts";

export interface ListToolbarProps {
  readonly filter: ListFilter;
  readonly onSearch: (search: string) => void;
  readonly onKind: (kind: ListFilter["kind"]) => void;
  readonly onExport: () => void;
  /** Undefined where no end is brought forward. */
  readonly onCalendar: (() => void) | undefined;
  /** Undefined where nobody is affected. */
  readonly onWarn: (() => void) | undefined;
}

/** What narrows the list of affected tokens beside the totals, and what exports it. */
export function ListToolbar({ filter, onSearch, onKind, onExport, onCalendar, onWarn }: ListToolbarProps) {
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", flex: "1 1 300px", gap: 1, alignItems: "center" }}>
      <NativeSelect
        input={<OutlinedInput size="small" />}
        value={filter.kind ?? ""}
        onChange={({ target }) => onKind(isTokenKind(target.value) ? target.value : undefined)}
        sx={{ width: 100, ...inputStyle }}
        inputProps={{ "aria-label": "Kind" }}
      >
        <option value="">All kinds</option>
        {tokenKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindTraits[kind].title}
          </option>
        ))}
      </NativeSelect>
      <OutlinedInput
        size="small"
        type="search"
        placeholder="Search"
        value={filter.search}
        onChange={({ target }) => onSearch(target.value)}
        sx={{ flex: "1 1 60px", ...inputStyle }}
        inputProps={{ "aria-label": "Search affected tokens by name or id", spellCheck: false, ...noManager }}
      />
      <Button size="small" variant="outlined" onClick={onExport} sx={buttonStyle}>
        CSV
      </Button>
      <Button
        size="small"
        variant="outlined"
        disabled={onCalendar === undefined}
        onClick={onCalendar}
        aria-haspopup="dialog"
        sx={buttonStyle}
      >
        Calendar
      </Button>
      <Button
        size="small"
        variant="outlined"
        disabled={onWarn === undefined}
        onClick={onWarn}
        aria-haspopup="dialog"
        sx={buttonStyle}
      >
        Whom to warn
      </Button>
    </Box>
  );
}

// Small, so that all of it stands in one line beside the views.
const inputStyle = { height: 32, fontSize: "0.8125rem", "& .MuiInputBase-input": { paddingInlineStart: 2 } } as const;
const buttonStyle = { minHeight: 32, minWidth: 0, paddingInline: 1, fontSize: "0.8125rem", whiteSpace: "nowrap" } as const;
