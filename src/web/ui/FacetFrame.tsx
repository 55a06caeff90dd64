import OpenIcon from "@mui/icons-material/ExpandMoreOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { memo, useId, useState, type ReactNode } from "react";

import { nameInText } from "#domain/name.ts";

import { count as countText, countOf } from "./counts.ts";
import { Name } from "./Name.tsx";

export interface FacetFrameProps {
  readonly title: string;
  /** How many values are chosen; with any it is open from the start. */
  readonly chosen: number;
  /** Whether it is open from the start in any case. */
  readonly opens: boolean;
  readonly children: ReactNode;
}

/** One thing that a list can be narrowed by, under a heading that opens it. */
export function FacetFrame({ title, chosen, opens, children }: FacetFrameProps) {
  const id = useId();
  const [open, setOpen] = useState(opens || chosen > 0);
  return (
    <Box
      component="section"
      aria-labelledby={`${id}-title`}
      sx={{ borderTop: 1, borderColor: "divider", "&:first-of-type": { borderTop: 0 } }}
    >
      <Heading id={id} title={title} chosen={chosen} open={open} onOpen={setOpen} />
      <Box id={`${id}-values`} hidden={!open} sx={{ paddingInline: 3, paddingBottom: 2 }}>
        {open && children}
      </Box>
    </Box>
  );
}

interface HeadingProps extends Pick<FacetFrameProps, "title" | "chosen"> {
  readonly id: string;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** Memoised: every key in a search counts the values anew, and changes no heading. */
const Heading = memo(function Heading({ id, title, chosen, open, onOpen }: HeadingProps) {
  return (
    <Box component="h2" sx={{ margin: 0, typography: "inherit" }}>
      <Button
        id={`${id}-title`}
        fullWidth
        color="inherit"
        aria-expanded={open}
        aria-controls={`${id}-values`}
        onClick={() => onOpen(!open)}
        endIcon={<OpenIcon sx={{ transform: open ? "rotate(180deg)" : "none" }} />}
        sx={{ justifyContent: "space-between", fontWeight: 600, paddingInline: 3, minHeight: 36 }}
      >
        {chosen === 0 ? title : `${title} (${chosen})`}
      </Button>
    </Box>
  );
});

export interface FacetValuesProps {
  readonly label: string;
  /** Whether they scroll by themselves. */
  readonly scrolls?: boolean;
  /** {@link FacetValue}s. */
  readonly children: ReactNode;
}

/** The values of a facet. */
export function FacetValues({ label, scrolls = false, children }: FacetValuesProps) {
  return (
    <Box component="ul" aria-label={label} sx={{ ...listStyle, ...(scrolls && { maxHeight: 360, overflowY: "auto" }) }}>
      {children}
    </Box>
  );
}

export interface FacetValueProps {
  readonly label: string;
  /** How many things it would leave. */
  readonly count: number;
  /** What one of them is called. */
  readonly noun: string;
  readonly chosen: boolean;
  readonly onToggle: () => void;
}

/** A value of a facet, to be chosen. */
export function FacetValue({ label, count, noun, chosen, onToggle }: FacetValueProps) {
  return (
    <li>
      <label data-none={count === 0 && !chosen ? "" : undefined}>
        <input
          type="checkbox"
          aria-label={[nameInText(label), countOf(count, noun)].join(", ")}
          checked={chosen}
          onChange={onToggle}
        />
        <span data-label="">
          <Name>{label}</Name>
        </span>
        <span data-count="">{countText(count)}</span>
      </label>
    </li>
  );
}

/** How several facets are framed. */
export const facetsStyle = {
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  backgroundColor: "background.paper",
} as const;

const listStyle = {
  listStyle: "none",
  margin: 0,
  padding: 0,
  "& label": {
    position: "relative",
    display: "flex",
    alignItems: "baseline",
    gap: 2,
    paddingBlock: "3px",
    cursor: "pointer",
    borderRadius: 1,
    "&:hover": { backgroundColor: "frame.well" },
  },
  "& input": {
    margin: 0,
    width: 16,
    height: 16,
    flexShrink: 0,
    alignSelf: "center",
    cursor: "pointer",
    accentColor: "currentColor",
  },
  "& [data-label]": { flex: 1, minWidth: 0, overflowWrap: "anywhere" },
  "& [data-count]": { color: "text.secondary", fontVariantNumeric: "tabular-nums" },
  "& [data-none]": { color: "text.secondary" },
} as const;
