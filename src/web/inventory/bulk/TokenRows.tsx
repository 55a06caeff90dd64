import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import type { ReactNode } from "react";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { Name, Words } from "#web/ui/Name.tsx";
import { useRowWindow } from "#web/ui/useRowWindow.ts";

import { kindWords } from "./words.ts";

/** Height of a row, px; of one whose name stands on a line of its own the second. */
const rowHeights = { wide: 46, narrow: 66 } as const;

/** The most rows that are seen at once, unless told. */
const usuallyInSight = 5;

export interface TokenRowsProps<Item extends { readonly token: InventoryToken }> {
  /** What is listed: the name of the list. */
  readonly label: string;
  readonly items: readonly Item[];
  /** What is said of the token, on the second line, as plain words. */
  readonly wordsOf: (item: Item) => string;
  /** What stands before both lines, such as a box to tick. */
  readonly renderMark?: (item: Item) => ReactNode;
  /** What stands at the end of the first line. */
  readonly renderSign?: (item: Item) => ReactNode;
  /** What stands in place of the rows where there are none. */
  readonly empty: string;
  readonly mostInSight?: number;
}

/** A list of tokens of any length, each with what is said of it. Only those in sight are in the document. */
export function TokenRows<Item extends { readonly token: InventoryToken }>(props: TokenRowsProps<Item>) {
  const { label, items, wordsOf, renderMark, renderSign, empty, mostInSight = usuallyInSight } = props;
  const isNarrow = useMediaQuery("(max-width: 599px)", { noSsr: true });
  const rowHeight = rowHeights[isNarrow ? "narrow" : "wide"];
  const { scroller, rows } = useRowWindow(items.length, rowHeight);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a stop of the tab key, the keyboard could not scroll it
    <Box
      ref={scroller}
      tabIndex={0}
      role="group"
      aria-label={label}
      sx={{
        height: rowHeight * Math.max(2, Math.min(mostInSight, items.length)) + 2,
        flexShrink: 0,
        overflow: "auto",
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
      }}
    >
      {items.length === 0 ? (
        <Typography sx={{ padding: 3, color: "text.secondary" }}>{empty}</Typography>
      ) : (
        <Box role="list" sx={{ position: "relative" }} style={{ height: items.length * rowHeight }}>
          {rows.map((index) => {
            const item = items[index];
            if (item === undefined) return null;
            const words = wordsOf(item);
            return (
              <Box
                key={item.token.key}
                role="listitem"
                aria-setsize={items.length}
                aria-posinset={index + 1}
                sx={renderMark === undefined ? rowStyle : markedStyle}
                style={{ top: index * rowHeight, height: rowHeight }}
              >
                {renderMark !== undefined && <Box sx={markStyle}>{renderMark(item)}</Box>}
                <Box sx={{ display: "flex", flexWrap: isNarrow ? "wrap" : "nowrap", columnGap: 2, alignItems: "baseline" }}>
                  <Box component="span" sx={{ ...cutStyle, fontWeight: 600, ...(isNarrow && { flexBasis: "100%" }) }}>
                    <Name>{item.token.name}</Name>
                  </Box>
                  {/* In a narrow window these two have a line of their own, which never breaks. */}
                  <Box
                    sx={
                      isNarrow
                        ? { display: "flex", columnGap: 2, alignItems: "baseline", flexBasis: "100%", minWidth: 0 }
                        : { display: "contents" }
                    }
                  >
                    <Typography variant="caption" component="span" sx={{ ...cutStyle, color: "text.secondary", flexShrink: 1.5 }}>
                      <Words>{kindWords(item.token)}</Words>
                    </Typography>
                    <Box component="span" sx={{ marginInlineStart: "auto", flexShrink: 0 }}>
                      {renderSign?.(item)}
                    </Box>
                  </Box>
                </Box>
                <Box sx={{ ...cutStyle, fontSize: "0.75rem" }} title={words}>
                  <Words>{words}</Words>
                </Box>
              </Box>
            );
          })}
        </Box>
      )}
    </Box>
  );
}

const cutStyle = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", minWidth: 0 } as const;

const rowStyle = {
  position: "absolute",
  insetInline: 0,
  paddingInline: 3,
  display: "flex",
  flexDirection: "column",
  justifyContent: "center",
  borderBottom: 1,
  borderColor: "frame.line",
  boxSizing: "border-box",
} as const;

const markedStyle = { ...rowStyle, paddingInlineStart: 10 } as const;

const markStyle = { position: "absolute", insetInlineStart: 0, insetBlock: 0, display: "flex", alignItems: "center" } as const;
