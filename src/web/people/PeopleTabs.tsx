import Box from "@mui/material/Box";
import { Link } from "react-router";

import { paths } from "#web/paths.ts";
import { unmarked } from "#web/theme.ts";

const tabs = [
  { label: "Users", to: paths.people },
  { label: "Groups", to: paths.groups },
  { label: "Roles", to: paths.roles },
] as const;

/** The lists of people, each a page of its own. */
export function PeopleTabs({ at }: { readonly at: (typeof tabs)[number]["label"] }) {
  return (
    <Box
      component="nav"
      aria-label="People"
      sx={{ display: "flex", gap: 5, marginBottom: 4, borderBottom: 1, borderColor: "divider" }}
    >
      {tabs.map(({ label, to }) => (
        <Box
          key={label}
          component={Link}
          to={to}
          aria-current={label === at ? "page" : undefined}
          sx={{
            paddingBlock: 2,
            marginBottom: "-1px",
            color: "text.secondary",
            textDecoration: "none",
            borderBottom: 2,
            borderColor: unmarked,
            "&:hover": { color: "text.primary" },
            "&[aria-current]": { color: "text.primary", fontWeight: 600, borderColor: "primary.main" },
          }}
        >
          {label}
        </Box>
      ))}
    </Box>
  );
}
