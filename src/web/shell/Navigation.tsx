import PoliciesIcon from "@mui/icons-material/GppGoodOutlined";
import ConfigurationsIcon from "@mui/icons-material/TuneOutlined";
import ActivityIcon from "@mui/icons-material/HistoryOutlined";
import AllIcon from "@mui/icons-material/InventoryOutlined";
import FiltersIcon from "@mui/icons-material/ShieldOutlined";
import FleetIcon from "@mui/icons-material/DevicesOutlined";
import IngestIcon from "@mui/icons-material/MoveToInboxOutlined";
import LeaksIcon from "@mui/icons-material/FindInPageOutlined";
import OrganizationIcon from "@mui/icons-material/CorporateFareOutlined";
import OverviewIcon from "@mui/icons-material/SpaceDashboardOutlined";
import PeopleIcon from "@mui/icons-material/AccountCircleOutlined";
import PersonalIcon from "@mui/icons-material/PersonOutlined";
import RenewalsIcon from "@mui/icons-material/EventRepeatOutlined";
import ResourcesIcon from "@mui/icons-material/CheckOutlined";
import RecoveryIcon from "@mui/icons-material/RestoreOutlined";
import SessionsIcon from "@mui/icons-material/DevicesOtherOutlined";
import SystemIcon from "@mui/icons-material/DnsOutlined";
import ViewIcon from "@mui/icons-material/TableViewOutlined";
import Box from "@mui/material/Box";
import type { ComponentType } from "react";
import { Link, useLocation } from "react-router";

import { ShortcutsButton } from "#web/shortcuts/Shortcuts.tsx";
import { unmarked } from "#web/theme.ts";
import { useMenu } from "./useMenu.ts";
import { leadsHere, type MenuIcon, type MenuItem } from "./menu.ts";

const icons = {
  overview: OverviewIcon,
  all: AllIcon,
  renewals: RenewalsIcon,
  leaks: LeaksIcon,
  resources: ResourcesIcon,
  personal: PersonalIcon,
  view: ViewIcon,
  organization: OrganizationIcon,
  system: SystemIcon,
  ingest: IngestIcon,
  fleet: FleetIcon,
  policies: PoliciesIcon,
  filters: FiltersIcon,
  configurations: ConfigurationsIcon,
  people: PeopleIcon,
  activity: ActivityIcon,
  sessions: SessionsIcon,
  recovery: RecoveryIcon,
} as const satisfies Record<MenuIcon, ComponentType>;

/** The way to every page. `onLeave` is called when a link is followed, for a drawer to close. */
export function Navigation({ onLeave }: { readonly onLeave?: () => void }) {
  const common = { ...(onLeave && { onLeave }) };
  return (
    <>
      <Box component="ul" sx={menuStyle}>
        {useMenu().map(({ heading, items }) => {
          const links = items.map((item) => <Item key={item.to} {...common} {...item} />);
          if (heading === undefined) return links;
          const id = `${heading.toLowerCase()}-pages`;
          return (
            <li key={heading}>
              <h2 id={id}>{heading}</h2>
              <ul aria-labelledby={id}>{links}</ul>
            </li>
          );
        })}
      </Box>
      <Box sx={{ marginTop: 4, paddingInline: 3 }}>
        <ShortcutsButton {...(onLeave && { onOpen: onLeave })} />
      </Box>
    </>
  );
}

// Plain elements, styled from here: MUI's own list costs a hundredth of a page's script, and a style for each item takes as long to make as a
// row of a table.
const menuStyle = {
  "&, & ul": { listStyle: "none", margin: 0, padding: 0 },
  "& h2": {
    typography: "caption",
    color: "text.secondary",
    fontWeight: 500,
    margin: 0,
    paddingInline: 4,
    paddingTop: 4,
    paddingBottom: 1,
  },
  "& a": {
    display: "flex",
    alignItems: "center",
    gap: 3,
    minHeight: 36,
    paddingInlineStart: 4,
    paddingInlineEnd: 1,
    color: "text.primary",
    textDecoration: "none",
    borderInlineStart: `3px solid ${unmarked}`,
  },
  "& svg": { color: "text.secondary" },
  "& a:hover": { backgroundColor: "action.hover" },
  "& a[aria-current]": {
    borderColor: "text.primary",
    backgroundColor: "action.selected",
    // Bold, the longest label would break in a wide font.
    fontWeight: 500,
  },
  "& a[aria-current] svg": { color: "text.primary" },
} as const;

function Item({ to, label, icon, onLeave }: MenuItem & { readonly onLeave?: () => void }) {
  const { pathname } = useLocation();
  const Icon = icons[icon];
  const here = leadsHere(to, pathname);
  return (
    <li>
      <Link to={to} onClick={onLeave} aria-current={pathname === to ? "page" : here ? true : undefined}>
        <Icon fontSize="small" />
        {label}
      </Link>
    </li>
  );
}
