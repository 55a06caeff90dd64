import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useRef, type KeyboardEvent, type ReactNode } from "react";

import { unmarked } from "#web/theme.ts";

export interface TabRowProps {
  readonly label: string;
  readonly tabs: readonly { readonly id: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** Id for the element that the tabs switch. */
  readonly panel: string;
  /** What the chosen tab shows. */
  readonly children: ReactNode;
}

/** A few tabs: one stop of the tab key, arrow keys switch. MUI's own bring scroll buttons and a moving bar that nothing here needs. */
export function TabRow({ label, tabs, value, onChange, panel, children }: TabRowProps) {
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const index = tabs.findIndex(({ id }) => id === value);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -index, End: tabs.length - 1 - index }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (index + step + tabs.length) % tabs.length;
    onChange(tabs[next]?.id ?? value);
    row.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <>
      <Box
        ref={row}
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        sx={{ display: "flex", flexWrap: "wrap", gap: 1, borderBottom: 1, borderColor: "divider" }}
      >
        {tabs.map((tab) => (
          <Button
            key={tab.id}
            id={`${panel}-${tab.id}`}
            role="tab"
            size="small"
            color="inherit"
            aria-selected={tab.id === value}
            aria-controls={panel}
            tabIndex={tab.id === value ? 0 : -1}
            onClick={() => onChange(tab.id)}
            sx={{
              borderRadius: 0,
              borderBottom: 2,
              borderColor: tab.id === value ? "primary.main" : unmarked,
              fontWeight: tab.id === value ? 600 : 400,
            }}
          >
            {tab.label}
          </Button>
        ))}
      </Box>
      <div role="tabpanel" id={panel} aria-labelledby={`${panel}-${value}`}>
        {children}
      </div>
    </>
  );
}
