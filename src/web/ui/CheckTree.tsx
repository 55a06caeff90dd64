import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import InputBase from "@mui/material/InputBase";
import Typography from "@mui/material/Typography";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import {
  chosenItems,
  firstRows,
  isFixed,
  leavesOf,
  toggled,
  visibleSections,
  type CheckTreeGroup,
  type CheckTreeItem,
  type TreeRow,
} from "./checkTree.ts";
import { count } from "./counts.ts";
import { CheckTreeRow } from "./CheckTreeRow.tsx";
import { ChosenItems } from "./ChosenItems.tsx";
import { announce } from "./LiveRegion.tsx";
import { noManager } from "./noManager.ts";

export interface CheckTreeProps {
  /** What is chosen here: the name of the whole. */
  readonly label: string;
  /** What the search field is called: "Search permissions". */
  readonly searchLabel: string;
  /** What one of the things is called, and many: `permission`, `permissions`. */
  readonly nouns: readonly [one: string, many: string];
  readonly groups: readonly CheckTreeGroup[];
  /** Ids of the chosen items; for an item with parts, the ids of its parts. */
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (next: ReadonlySet<string>) => void;
  /** How many rows there are at most, where there may be thousands: the others are found by searching. */
  readonly most?: number;
  /** What stands in place of the rows when there is nothing to choose from at all. */
  readonly empty?: ReactNode;
  /** What is wrong with the choice. */
  readonly error?: string | undefined;
  /** Takes the function that moves the focus here, for a form that points at its first error. */
  readonly focusRef?: (focus: { readonly focus: () => void } | null) => void;
}

/** How many rows Page up and Page down pass. */
const pageRows = 8;

/** From this many things on, rows out of sight are not laid out. */
const lazyFrom = 200;

/**
 * Chooses any number of things out of groups, with a search. A tree with check boxes for screen readers: the rows are one stop of the tab key,
 * arrow keys walk them, Right and Left open and close what has parts, the space bar chooses, typing searches. What was chosen stands below
 * as chips that can be taken away.
 */
export function CheckTree({
  label,
  searchLabel,
  nouns: [one, many],
  groups,
  chosen,
  onChange,
  most = Infinity,
  empty,
  error,
  focusRef,
}: CheckTreeProps) {
  const id = useId();
  const [search, setSearchText] = useState("");
  const [expanded, setExpanded] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [active, setActive] = useState<string>();
  // While something is searched, the list keeps the height that it had: what stands below must not move under the pointer.
  const [held, setHeld] = useState<number>();
  const field = useRef<HTMLInputElement>(null);
  const tree = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const found = useMemo(() => visibleSections(groups, chosen, expanded, search), [groups, chosen, expanded, search]);
  const matching = found.reduce((sum, section) => sum + section.rows.length, 0);
  const sections = useMemo(() => firstRows(found, most), [found, most]);
  const rows = sections.flatMap((section) => section.rows);
  const chips = useMemo(() => chosenItems(groups, chosen), [groups, chosen]);
  const total = groups.reduce((sum, { items }) => sum + items.reduce((part, item) => part + 1 + (item.parts?.length ?? 0), 0), 0);
  const entry = rows.some(({ item }) => item.id === active) ? active : rows[0]?.item.id;

  useEffect(() => {
    focusRef?.({ focus: () => field.current?.focus() });
    return () => focusRef?.(null);
  }, [focusRef]);

  const setSearch = (next: string) => {
    if (search === "" && next !== "") setHeld(list.current?.offsetHeight);
    if (next === "") setHeld(undefined);
    setSearchText(next);
    // What is found first is seen first.
    tree.current?.scrollTo({ top: 0 });
  };
  const focusRow = (row: TreeRow | undefined) => {
    if (row === undefined) return;
    setActive(row.item.id);
    const element = tree.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.item.id)}"]`);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  };
  const expand = (item: CheckTreeItem, open: boolean) => setExpanded((last) => new Map(last).set(item.id, open));
  const press = (item: CheckTreeItem) => {
    if (isFixed(item, chosen)) {
      announce(item.always ?? item.refusal ?? "This cannot be changed.");
      return;
    }
    onChange(toggled(item, chosen));
  };

  const onTreeKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = rows.findIndex(({ item }) => item.id === entry);
    const row = rows[index];
    if (row === undefined) return;
    const last = rows.length - 1;
    const handled = (action: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    switch (event.key) {
      case "ArrowDown":
        return handled(() => focusRow(rows[Math.min(index + 1, last)]));
      case "ArrowUp":
        return handled(() => (index === 0 ? field.current?.focus() : focusRow(rows[index - 1])));
      case "Home":
        return handled(() => focusRow(rows[0]));
      case "End":
        return handled(() => focusRow(rows[last]));
      case "PageDown":
        return handled(() => focusRow(rows[Math.min(index + pageRows, last)]));
      case "PageUp":
        return handled(() => focusRow(rows[Math.max(index - pageRows, 0)]));
      case "ArrowRight":
        return handled(() => {
          if (row.expanded === false) expand(row.item, true);
          else if (row.expanded === true) focusRow(rows[index + 1]);
        });
      case "ArrowLeft":
        return handled(() => {
          if (row.expanded === true) expand(row.item, false);
          else if (row.level === 2) focusRow(rows.slice(0, index).findLast(({ level }) => level === 1));
        });
      case " ":
      case "Enter":
        return handled(() => press(row.item));
      case "Escape":
        if (search !== "") handled(() => setSearch(""));
        return;
      case "Backspace":
        return handled(() => {
          setSearch(search.slice(0, -1));
          field.current?.focus();
        });
      default:
        // Typing searches, wherever in the tree one is.
        if (event.key.length === 1) {
          handled(() => {
            setSearch(search + event.key);
            field.current?.focus();
          });
        }
    }
  };

  const onSearchKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      // Enter would send the form that this stands in.
      event.preventDefault();
      focusRow(rows[0]);
    } else if (event.key === "Escape" && search !== "") {
      event.stopPropagation();
      setSearch("");
    }
  };

  if (total === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <Box>
      <Box
        sx={{
          border: 1,
          borderColor: error === undefined ? "text.disabled" : "error.main",
          borderRadius: 1,
          backgroundColor: "background.paper",
          overflow: "hidden",
        }}
      >
        <InputBase
          inputRef={field}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={onSearchKey}
          placeholder={searchLabel}
          fullWidth
          type="search"
          inputProps={{
            "aria-label": searchLabel,
            "aria-controls": `${id}-tree`,
            "aria-describedby": `${id}-status ${id}-help`,
            ...noManager,
            spellCheck: false,
          }}
          sx={{
            minHeight: 38,
            paddingInline: 3,
            borderBottom: 1,
            borderColor: "frame.line",
            "&.Mui-focused": { outline: "2px solid", outlineColor: "frame.focus", outlineOffset: "-2px" },
            "& input:focus-visible": { outline: "none" },
          }}
        />
        <Box ref={list} style={{ minHeight: held }}>
          <Box
            ref={tree}
            id={`${id}-tree`}
            role="tree"
            aria-label={label}
            aria-multiselectable
            aria-invalid={error !== undefined}
            aria-describedby={error === undefined ? undefined : `${id}-error`}
            onKeyDown={onTreeKey}
            sx={{ maxHeight: "min(372px, 55vh)", overflowY: "auto", position: "relative" }}
          >
            {sections.map((section) => (
              <div key={section.title} role="group" aria-label={section.title}>
                <Typography
                  role="presentation"
                  variant="caption"
                  component="div"
                  sx={{
                    position: "sticky",
                    top: 0,
                    zIndex: 1,
                    paddingInline: 3,
                    paddingBlock: 1,
                    fontWeight: 600,
                    color: "text.secondary",
                    backgroundColor: "frame.well",
                  }}
                >
                  {section.title}
                </Typography>
                {section.rows.map((row) => (
                  <CheckTreeRow
                    key={row.item.id}
                    row={row}
                    tabIndex={row.item.id === entry ? 0 : -1}
                    fixed={isFixed(row.item, chosen)}
                    lazy={total > lazyFrom}
                    onPress={() => {
                      setActive(row.item.id);
                      press(row.item);
                    }}
                    onFocus={() => setActive(row.item.id)}
                    onExpand={() => expand(row.item, row.expanded !== true)}
                  />
                ))}
              </div>
            ))}
          </Box>
          {rows.length === 0 && (
            <Typography sx={{ padding: 4, color: "text.secondary", overflowWrap: "anywhere" }}>
              Nothing matches “{search}”.{" "}
              <Button size="small" onClick={() => setSearch("")}>
                Clear the search
              </Button>
            </Typography>
          )}
        </Box>
        <Box sx={{ display: "flex", gap: 3, paddingInline: 3, paddingBlock: 1, borderTop: 1, borderColor: "frame.line" }}>
          <Typography variant="caption" role="status" id={`${id}-status`} sx={{ color: "text.secondary" }}>
            {search === "" ? `${count(total)} ${total === 1 ? one : many}` : `${count(matching)} found`}
            {matching > rows.length && `, the first ${count(rows.length)} here: search for others`}
          </Typography>
          <Typography
            variant="caption"
            id={`${id}-help`}
            sx={{ color: "text.secondary", marginLeft: "auto", display: { xs: "none", sm: "block" } }}
          >
            Arrow keys walk, space chooses, typing searches
          </Typography>
        </Box>
      </Box>
      {error !== undefined && (
        <Typography variant="caption" component="p" id={`${id}-error`} role="alert" sx={{ color: "error.main", marginTop: 1 }}>
          {error}
        </Typography>
      )}
      <ChosenItems
        label={`Chosen ${many}`}
        items={chips}
        onTakeAway={(item) => {
          const next = new Set(chosen);
          for (const leaf of leavesOf(item)) next.delete(leaf);
          onChange(next);
        }}
        onEmptied={() => field.current?.focus()}
      />
    </Box>
  );
}
