import SearchIcon from "@mui/icons-material/SearchOutlined";
import Box from "@mui/material/Box";
import FormControl from "@mui/material/FormControl";
import InputLabel from "@mui/material/InputLabel";
import OutlinedInput from "@mui/material/OutlinedInput";
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

/** The text that the rows of a list must contain. */
export function SearchField({ label, value, onChange, inputRef }: SearchFieldProps) {
  const id = useId();
  return (
    <FormControl size="small" sx={{ flex: "1 1 200px", maxWidth: { sm: 320 } }}>
      <InputLabel htmlFor={id} shrink>
        {label}
      </InputLabel>
      <OutlinedInput
        id={id}
        inputRef={inputRef}
        type="search"
        label={label}
        notched
        value={value}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{ input: { ...noManager, spellCheck: false } }}
        startAdornment={<SearchIcon fontSize="small" sx={{ marginInlineEnd: 2, color: "text.secondary" }} />}
      />
    </FormControl>
  );
}
