import CheckedIcon from "@mui/icons-material/CheckBoxOutlined";
import UncheckedIcon from "@mui/icons-material/CheckBoxOutlineBlankOutlined";
import ClosedIcon from "@mui/icons-material/ChevronRightOutlined";
import OpenIcon from "@mui/icons-material/ExpandMoreOutlined";
import MixedIcon from "@mui/icons-material/IndeterminateCheckBoxOutlined";
import NoteIcon from "@mui/icons-material/WarningAmberOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { monospace } from "#web/theme.ts";
import type { TreeRow } from "./checkTree.ts";
import { visuallyHidden } from "./LiveRegion.tsx";

export interface CheckTreeRowProps {
  readonly row: TreeRow;
  /** 0 for the one row at which the tab key enters. */
  readonly tabIndex: 0 | -1;
  /** Whether pressing it changes nothing. */
  readonly fixed: boolean;
  /** Whether it is not laid out while it is out of sight. */
  readonly lazy: boolean;
  readonly onPress: () => void;
  readonly onFocus: () => void;
  readonly onExpand: () => void;
}

/** One row of the tree, named by all that it says. It answers the pointer; the tree handles the keys of all its rows. */
export function CheckTreeRow({
  row: { item, level, expanded, state, position, siblings },
  tabIndex,
  fixed,
  lazy,
  onPress,
  onFocus,
  onExpand,
}: CheckTreeRowProps) {
  const Icon = state === "mixed" ? MixedIcon : state ? CheckedIcon : UncheckedIcon;
  const reason = item.always ?? (state === true ? undefined : item.refusal);
  const Expander = expanded === true ? OpenIcon : ClosedIcon;
  return (
    // The tree handles the keys of all its rows.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <Box
      role="treeitem"
      data-row={item.id}
      aria-checked={state}
      aria-disabled={fixed}
      aria-expanded={expanded}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      tabIndex={tabIndex}
      onClick={onPress}
      onFocus={onFocus}
      sx={{
        display: "flex",
        gap: 2,
        paddingBlock: 1.5,
        paddingInlineEnd: 3,
        paddingInlineStart: level === 1 ? 3 : 9,
        cursor: fixed ? "default" : "pointer",
        borderBottom: 1,
        borderColor: "frame.line",
        ...(lazy && { contentVisibility: "auto", containIntrinsicSize: "auto 52px" }),
        "&:hover": { backgroundColor: fixed ? undefined : "action.hover" },
        "&:focus-visible": { outline: "2px solid", outlineColor: "frame.focus", outlineOffset: "-2px" },
      }}
    >
      <Icon
        aria-hidden
        fontSize="small"
        sx={{ flexShrink: 0, marginTop: 0.25, color: fixed ? "text.disabled" : state ? "secondary.main" : "text.secondary" }}
      />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2, alignItems: "baseline" }}>
          <Box component="span" sx={{ fontWeight: 500, color: fixed ? "text.secondary" : "text.primary" }}>
            <bdi>{item.label}</bdi>
          </Box>{" "}
          {item.code !== undefined && (
            <Box
              component="span"
              sx={{ fontFamily: monospace, fontSize: "0.75rem", color: "text.secondary", overflowWrap: "anywhere" }}
            >
              {item.code}
            </Box>
          )}
        </Box>
        <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
          {item.description}
          {item.note !== undefined && (
            <Box component="span" sx={{ display: "flex", gap: 1, alignItems: "center", color: "warning.main" }}>
              <NoteIcon aria-hidden sx={{ fontSize: "1.1em" }} />
              {item.note}
            </Box>
          )}
          {reason !== undefined && (
            <Box component="span" sx={{ display: "block", fontStyle: "italic" }}>
              {reason}
            </Box>
          )}
          {item.parts !== undefined && (
            <Box component="span" sx={visuallyHidden}>
              {` Has ${item.parts.length} parts.`}
            </Box>
          )}
        </Typography>
      </Box>
      {expanded !== undefined && (
        // The arrow keys do the same; a button within a row would be a second stop.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
        <Box
          component="span"
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onExpand();
          }}
          sx={{ alignSelf: "center", display: "inline-flex", padding: 1, color: "text.secondary", cursor: "pointer" }}
        >
          <Expander fontSize="small" />
        </Box>
      )}
    </Box>
  );
}
