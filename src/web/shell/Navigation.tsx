import PoliciesIcon from "@mui/icons-material/GppGoodOutlined";
import ConfigurationsIcon from "@mui/icons-material/SettingsApplicationsOutlined";
import AllIcon from "@mui/icons-material/InventoryOutlined";
import FiltersIcon from "@mui/icons-material/ShieldOutlined";
import FleetIcon from "@mui/icons-material/DevicesOutlined";
import IngestIcon from "@mui/icons-material/MoveToInboxOutlined";
import LeaksIcon from "@mui/icons-material/FindInPageOutlined";
import OrganizationIcon from "@mui/icons-material/CorporateFareOutlined";
import OverviewIcon from "@mui/icons-material/SpaceDashboardOutlined";
import PersonalIcon from "@mui/icons-material/PersonOutlined";
import RecoveryIcon from "@mui/icons-material/RestoreOutlined";
import SystemIcon from "@mui/icons-material/DnsOutlined";
import ViewIcon from "@mui/icons-material/TableViewOutlined";
import Box from "@mui/material/Box";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import ListSubheader from "@mui/material/ListSubheader";
import type { ComponentType } from "react";
import { Link, useLocation } from "react-router";

import { ShortcutsButton } from "#web/shortcuts/Shortcuts.tsx";
import { unmarked } from "#web/theme.ts";
import { useMenu } from "./useMenu.ts";
import { leadsHere, type MenuIcon, type MenuItem } from "./menu.ts";

const icons = {
  overview: OverviewIcon,
  all: AllIcon,
  leaks: LeaksIcon,
  personal: PersonalIcon,
  view: ViewIcon,
  organization: OrganizationIcon,
  system: SystemIcon,
  ingest: IngestIcon,
  fleet: FleetIcon,
  policies: PoliciesIcon,
  filters: FiltersIcon,
  configurations: ConfigurationsIcon,
  recovery: RecoveryIcon,
} as const satisfies Record<MenuIcon, ComponentType>;

/** The way to every page. `onLeave` is called when a link is followed, for a drawer to close. */
export function Navigation({ onLeave }: { readonly onLeave?: () => void }) {
  const common = { ...(onLeave && { onLeave }) };
  return (
    <>
      <List disablePadding>
        {useMenu().map(({ heading, items }) => {
          const links = items.map((item) => <Item key={item.to} {...common} {...item} />);
          if (heading === undefined) return links;
          const id = `${heading.toLowerCase()}-pages`;
          return (
            <li key={heading}>
              <ListSubheader component="h2" id={id} disableSticky sx={subheader}>
                {heading}
              </ListSubheader>
              <List disablePadding aria-labelledby={id}>
                {links}
              </List>
            </li>
          );
        })}
      </List>
      <Box sx={{ marginTop: 4, paddingInline: 3 }}>
        <ShortcutsButton {...(onLeave && { onOpen: onLeave })} />
      </Box>
    </>
  );
}

const subheader = {
  typography: "caption",
  color: "text.secondary",
  backgroundColor: "transparent",
  paddingTop: 4,
  paddingBottom: 1,
};

function Item({ to, label, icon, onLeave }: MenuItem & { readonly onLeave?: () => void }) {
  const { pathname } = useLocation();
  const Icon = icons[icon];
  const here = leadsHere(to, pathname);
  return (
    <li>
      <ListItemButton
        component={Link}
        to={to}
        onClick={onLeave}
        selected={here}
        aria-current={pathname === to ? "page" : here ? true : undefined}
        sx={{
          minHeight: 36,
          paddingBlock: 1,
          borderInlineStart: `3px solid ${unmarked}`,
          "&.Mui-selected": { borderColor: "text.primary", fontWeight: 600 },
        }}
      >
        <ListItemIcon sx={{ minWidth: 32, color: here ? "text.primary" : "text.secondary" }}>
          <Icon fontSize="small" />
        </ListItemIcon>
        <ListItemText primary={label} slotProps={{ primary: { sx: { fontWeight: "inherit" } } }} />
      </ListItemButton>
    </li>
  );
}
