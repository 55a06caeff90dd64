import CloseIcon from "@mui/icons-material/CloseOutlined";
import NoteIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useRef } from "react";

import { nameInText } from "#domain/name.ts";

import type { CheckTreeItem } from "./checkTree.ts";
import { announce } from "./LiveRegion.tsx";

export interface ChosenItemsProps {
  readonly label: string;
  readonly items: readonly CheckTreeItem[];
  readonly onTakeAway: (item: CheckTreeItem) => void;
  /** Called after the last one was taken away, to give the focus another place. */
  readonly onEmptied: () => void;
}

/** What is chosen, as chips that can be taken away. */
export function ChosenItems({ label, items, onTakeAway, onEmptied }: ChosenItemsProps) {
  const list = useRef<HTMLUListElement>(null);
  const takeAway = (item: CheckTreeItem, index: number) => {
    onTakeAway(item);
    announce(`${nameInText(item.label)} taken away.`);
    // The focus would be lost with the chip: it goes to the next one.
    requestAnimationFrame(() => {
      const left = list.current?.querySelectorAll("button") ?? [];
      const next = left[Math.min(index, left.length - 1)];
      if (next === undefined) onEmptied();
      else next.focus();
    });
  };
  if (items.length === 0) return null;
  return (
    <Box
      component="ul"
      ref={list}
      aria-label={label}
      sx={{ listStyle: "none", display: "flex", flexWrap: "wrap", gap: 1.5, padding: 0, margin: 0, marginTop: 2 }}
    >
      {items.map((item, index) => (
        <li key={item.id}>
          <Button
            size="small"
            variant="outlined"
            color="inherit"
            endIcon={<CloseIcon />}
            aria-label={`Take away: ${nameInText(item.label)}`}
            onClick={() => takeAway(item, index)}
            sx={{ paddingInline: 2, borderColor: "divider", textAlign: "left" }}
          >
            {item.note !== undefined && (
              <NoteIcon aria-hidden sx={{ fontSize: "1.1em", color: "warning.main", marginRight: 1 }} />
            )}
            <bdi>{item.label}</bdi>
          </Button>
        </li>
      ))}
    </Box>
  );
}
