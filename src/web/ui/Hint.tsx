import Paper from "@mui/material/Paper";
import { styled } from "@mui/material/styles";
import { createContext, use, useEffect, useId, useLayoutEffect, useRef, useState, type ElementType, type ReactNode } from "react";
import { createPortal } from "react-dom";

import { appTheme } from "#web/theme.ts";

/**
 * The `tabIndex` of what can take the focus within a table cell; undefined outside of tables, where such things are in the page's tab
 * order. A table is one stop of the tab key, and the arrow keys walk its cells.
 */
export const CellTabIndex = createContext<0 | -1 | undefined>(undefined);

export interface HintProps {
  /** What stands there. */
  readonly children: ReactNode;
  /** What hovering and focusing add; nothing is added when it is empty. */
  readonly hint: ReactNode;
  /** The element or component to render; `span` unless told. A `button` also gets `onClick`, a link `to`. */
  readonly component?: ElementType;
  readonly onClick?: () => void;
  /** Where it leads; only with a `component` that is a link. */
  readonly to?: string;
  /** Whether the text may be cut with an ellipsis; the hint then has to say it in full. */
  readonly cut?: boolean;
}

/**
 * A text that says more on hover and on focus. Unlike MUI's tooltip it costs nothing until it is wanted, so a table can be full of them. The
 * pointer may move onto the hint, and Escape closes it.
 */
export function Hint({ children, hint, component = "span", onClick, to, cut = false }: HintProps) {
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tip = useRef<HTMLDivElement>(null);
  const cellTabIndex = use(CellTabIndex);
  const wanted = hint !== null && hint !== undefined && hint !== "";
  const open = anchor !== null && wanted;

  const show = (element: HTMLElement) => {
    clearTimeout(closing.current);
    setAnchor(element);
  };
  const hideSoon = () => {
    clearTimeout(closing.current);
    closing.current = setTimeout(() => setAnchor(null), 120);
  };
  useEffect(() => () => clearTimeout(closing.current), []);
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      // The first Escape closes the hint, and not the dialog around it.
      event.stopPropagation();
      setAnchor(null);
    };
    const follow = () => {
      if (tip.current !== null && anchor !== null) place(tip.current, anchor);
    };
    document.addEventListener("keydown", onKey, { capture: true });
    document.addEventListener("scroll", follow, { capture: true, passive: true });
    return () => {
      document.removeEventListener("keydown", onKey, { capture: true });
      document.removeEventListener("scroll", follow, { capture: true });
    };
  }, [open, anchor]);
  useLayoutEffect(() => {
    // After every drawing, for the hint's own text may have changed its size.
    if (tip.current !== null && anchor !== null) place(tip.current, anchor);
  });

  return (
    <>
      <Anchor
        as={component}
        {...(component === "button" && { type: "button" })}
        {...(to !== undefined && { to })}
        data-cut={cut ? "" : undefined}
        tabIndex={wanted ? (cellTabIndex ?? 0) : undefined}
        aria-describedby={open ? id : undefined}
        onClick={onClick}
        onPointerEnter={(event) => show(event.currentTarget)}
        onPointerLeave={hideSoon}
        onFocus={(event) => show(event.currentTarget)}
        onBlur={hideSoon}
      >
        {children}
      </Anchor>
      {open &&
        createPortal(
          <Paper
            id={id}
            role="tooltip"
            ref={tip}
            elevation={4}
            onPointerEnter={() => clearTimeout(closing.current)}
            onPointerLeave={hideSoon}
            sx={{
              position: "fixed",
              zIndex: "tooltip",
              width: "max-content",
              border: 1,
              borderColor: "divider",
              paddingBlock: 1,
              paddingInline: 2,
              maxWidth: "min(420px, calc(100vw - 16px))",
              maxHeight: "45vh",
              overflow: "auto",
              typography: "caption",
              overflowWrap: "anywhere",
              whiteSpace: "normal",
            }}
          >
            {hint}
          </Paper>,
          // Within the landmark or dialog that it belongs to.
          anchor.closest("[role='dialog'], main, header, nav") ?? document.body,
        )}
    </>
  );
}

// Worked out once and not by each that is drawn, for tables are full of these.
const Anchor = styled("span")({
  borderRadius: 2,
  "a&": { color: "inherit", textUnderlineOffset: "0.2em" },
  "button&": {
    appearance: "none",
    border: 0,
    padding: 0,
    background: "none",
    font: "inherit",
    color: "inherit",
    textAlign: "inherit",
    cursor: "pointer",
  },
  "&[data-cut]": {
    display: "inline-block",
    maxWidth: "100%",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    verticalAlign: "bottom",
  },
  "&:focus-visible": { outline: `2px solid ${appTheme().vars.palette.frame.focus}`, outlineOffset: 1 },
});

/** Puts a hint under its anchor, or above where there is no room, and never beyond the window. */
function place(tip: HTMLElement, anchor: HTMLElement): void {
  const room = 8;
  const { left, top, bottom } = anchor.getBoundingClientRect();
  const below = bottom + 4 + tip.offsetHeight + room <= window.innerHeight;
  tip.style.left = `${Math.max(room, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - room))}px`;
  tip.style.top = `${Math.max(room, below ? bottom + 4 : top - tip.offsetHeight - 4)}px`;
}
