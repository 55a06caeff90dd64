import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";
import Box from "@mui/material/Box";

import { count } from "#web/ui/counts.ts";

export interface ChoicesProps<Name extends string> {
  /** What is chosen: the name of the group. */
  readonly label: string;
  /** Those of which there are none are left out, but for the first and the chosen one. */
  readonly choices: readonly { readonly name: Name; readonly words: string; readonly tokens: number }[];
  readonly value: Name;
  readonly onChange: (name: Name) => void;
  readonly children?: ReactNode;
}

/** What narrows a list of tokens: one of a few, each with how many it leaves. */
export function Choices<Name extends string>({ label, choices, value, onChange, children }: ChoicesProps<Name>) {
  const id = useId();
  return (
    <Box role="group" aria-labelledby={id} sx={{ display: "flex", flexWrap: "wrap", gap: 1, alignItems: "center" }}>
      <Typography id={id} variant="caption" component="span" sx={{ color: "text.secondary", marginInlineEnd: 1 }}>
        {label}
      </Typography>
      {choices.map(
        ({ name, words, tokens }, index) =>
          (tokens > 0 || index === 0 || name === value) && (
            <Button
              key={name}
              size="small"
              color="inherit"
              variant={name === value ? "contained" : "outlined"}
              aria-pressed={name === value}
              onClick={() => onChange(name)}
            >
              {words} {count(tokens)}
            </Button>
          ),
      )}
      {children}
    </Box>
  );
}
