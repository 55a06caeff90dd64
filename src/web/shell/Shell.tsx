import MenuIcon from "@mui/icons-material/MenuOutlined";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";

import { organizationQuery } from "#web/api/queries.ts";
import { FindButton } from "#web/find/FindButton.tsx";
import { paths } from "#web/paths.ts";
import { Shortcuts } from "#web/shortcuts/Shortcuts.tsx";
import { Mark } from "#web/ui/Mark.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { Name } from "#web/ui/Name.tsx";
import { BackendSign } from "./BackendSign.tsx";
import { Navigation } from "./Navigation.tsx";
import { NoticeBar } from "./NoticeBar.tsx";
import { UnreachableBanner } from "./UnreachableBanner.tsx";
import { WhoAmI } from "./WhoAmI.tsx";

const SmallMenu = lazyDialog(async () => (await import("./SmallMenu.tsx")).SmallMenu);

/** The longest label of the menu stays in one line, and the list of a policy's effects has room. `index.html` has the same. */
const navigationWidth = 216;

/** The frame around every page: who and where one is, the way to the other pages, and the page itself. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const organization = useQuery(organizationQuery);
  const [open, setOpen] = useState(false);

  return (
    <Box sx={{ minHeight: "100dvh", display: "flex", flexDirection: "column" }}>
      <Link
        href="#page"
        onClick={(event) => {
          // The router must not take this for a link of its own.
          event.preventDefault();
          document.getElementById("page")?.focus();
        }}
        sx={{
          position: "absolute",
          insetInlineStart: 8,
          top: -60,
          zIndex: "tooltip",
          padding: 2,
          backgroundColor: "background.paper",
          "&:focus": { top: 8 },
        }}
      >
        Skip to the page
      </Link>
      <Box
        component="header"
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 3,
          minHeight: 52,
          paddingInline: { xs: 2, md: 4 },
          borderBottom: 1,
          borderColor: "divider",
          backgroundColor: "background.paper",
        }}
      >
        <IconButton aria-label="Open the menu" onClick={() => setOpen(true)} sx={{ display: { md: "none" } }}>
          <MenuIcon />
        </IconButton>
        <Box
          component={RouterLink}
          to={paths.overview}
          aria-label="Tokenhouse, overview"
          sx={{
            display: "flex",
            alignItems: "center",
            gap: 2,
            color: "inherit",
            textDecoration: "none",
            borderRadius: 1,
            flexShrink: 0,
          }}
        >
          <Mark />
          <Typography component="span" variant="subtitle1" sx={{ display: { xs: "none", sm: "inline" } }}>
            Tokenhouse
          </Typography>
        </Box>
        <Typography
          noWrap
          title={organization.data && nameInText(organization.data.name)}
          sx={{
            color: "text.secondary",
            borderInlineStart: { sm: 1 },
            borderColor: { sm: "divider" },
            paddingInlineStart: { sm: 3 },
            minWidth: 0,
          }}
        >
          {organization.data && <Name>{organization.data.name}</Name>}
        </Typography>
        <Box sx={{ flex: 1 }} />
        <FindButton />
        <Shortcuts />
        <Box sx={{ display: { xs: "none", sm: "block" }, minWidth: 0 }}>
          <BackendSign />
        </Box>
        <WhoAmI />
      </Box>
      <UnreachableBanner />
      <Box sx={{ display: "flex", flex: 1, minHeight: 0 }}>
        <Box
          component="nav"
          aria-label="Pages"
          sx={{
            display: { xs: "none", md: "block" },
            width: navigationWidth,
            flexShrink: 0,
            borderInlineEnd: 1,
            borderColor: "divider",
            paddingBlock: 4,
          }}
        >
          <Box sx={{ position: "sticky", top: 16 }}>
            <Navigation />
          </Box>
        </Box>
        {open && (
          <Suspense>
            <SmallMenu onClose={() => setOpen(false)} />
          </Suspense>
        )}
        <Box
          component="main"
          id="page"
          tabIndex={-1}
          sx={{ flex: 1, minWidth: 0, padding: { xs: 4, md: 6 }, "&:focus": { outline: "none" } }}
        >
          <NoticeBar />
          {children}
        </Box>
      </Box>
    </Box>
  );
}
