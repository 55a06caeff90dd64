import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { useLocation } from "react-router";

import { handOnArrival, takeArrival } from "./arrival.ts";
import { Words } from "./Name.tsx";

export interface PageHeaderProps {
  /** The page's one heading; also the document's title. */
  readonly title: string;
  /** One sentence on what the page is for. */
  readonly children?: ReactNode;
  /** Buttons at the end of the line. */
  readonly actions?: ReactNode;
}

/**
 * The head of a page. Sets the document's title, and takes the focus after a navigation, so that keyboard and screen reader start where
 * the new page does.
 */
export function PageHeader({ title, children, actions }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · Tokenhouse`;
    if (takeArrival(pathname)) heading.current?.focus({ preventScroll: true });
  }, [title, pathname]);
  useLayoutEffect(() => {
    const element = heading.current;
    return () => {
      if (document.activeElement === element) handOnArrival(pathname);
    };
  }, [pathname]);
  return (
    <Box component="header" sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 4, marginBottom: 5 }}>
      {/* Many buttons get a line of their own before the words beside them are squeezed. */}
      <Box sx={{ flex: "1 1 520px", minWidth: 0 }}>
        <Typography variant="h1" ref={heading} tabIndex={-1}>
          <Words>{title}</Words>
        </Typography>
        {children !== undefined && (
          <Typography component="div" sx={{ color: "text.secondary", maxWidth: "80ch", marginTop: 1 }}>
            {children}
          </Typography>
        )}
      </Box>
      {actions !== undefined && <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>{actions}</Box>}
    </Box>
  );
}
