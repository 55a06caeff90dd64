import SearchIcon from "@mui/icons-material/SearchOutlined";
import Box from "@mui/material/Box";
import type { Theme } from "@mui/material/styles";
import { useId, type ReactNode, type Ref } from "react";

import { noManager } from "./noManager.ts";

export interface SearchBarProps {
  /** What the landmark is called: "Narrow the IP filters". */
  readonly label: string;
  /** A {@link SearchField}, perhaps buttons, and how much of the list is left. */
  readonly children: ReactNode;
}

/** The line above a list that narrows it: a landmark that screen readers find. */
export function SearchBar({ label, children }: SearchBarProps) {
  return (
    <Box
      component="search"
      aria-label={label}
      sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 3, marginBottom: 3 }}
    >
      {children}
    </Box>
  );
}

export interface SearchFieldProps {
  /** What is searched: "Name or id". */
  readonly label: string;
  readonly value: string;
  readonly onChange: (search: string) => void;
  /** The element to type in, for the focus. */
  readonly inputRef?: Ref<HTMLInputElement>;
}

/**
 * The text that the rows of a list must contain. It looks as MUI's field does and is the browser's own: MUI's would be the most of what a list
 * has to load.
 */
export function SearchField({ label, value, onChange, inputRef }: SearchFieldProps) {
  const id = useId();
  return (
    <Box component="fieldset" role="presentation" sx={frame}>
      <Box
        component="legend"
        sx={{ padding: "0 4px", fontSize: "0.75rem", lineHeight: "10px", color: "text.secondary", whiteSpace: "nowrap" }}
      >
        <label htmlFor={id}>{label}</label>
      </Box>
      <SearchIcon fontSize="small" sx={{ color: "text.secondary" }} />
      <input
        id={id}
        ref={inputRef}
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...noManager}
        spellCheck={false}
      />
    </Box>
  );
}

const frame = {
  display: "flex",
  alignItems: "center",
  gap: 2,
  flex: "1 1 200px",
  maxWidth: { sm: 320 },
  // Its label stays on one line.
  minWidth: "min-content",
  minHeight: 45,
  margin: "-5px 0 0",
  padding: "0 10px",
  border: 1,
  borderColor: "text.disabled",
  borderRadius: 1,
  background: (theme: Theme) => `linear-gradient(transparent 5px, ${theme.vars.palette.background.paper} 5px)`,
  "&:focus-within": { borderColor: "frame.focus", outline: "1px solid", outlineColor: "frame.focus", outlineOffset: "-2px" },
  "& input": {
    flex: 1,
    // Its own width, which it would have elsewhere, counts for nothing.
    width: 0,
    minWidth: 0,
    height: 36,
    padding: 0,
    border: 0,
    outline: 0,
    font: "inherit",
    color: "inherit",
    backgroundColor: "transparent",
  },
} as const;
