import PoliciesIcon from "@mui/icons-material/GppGoodOutlined";
import ConfigurationsIcon from "@mui/icons-material/SettingsApplicationsOutlined";
import FiltersIcon from "@mui/icons-material/ShieldOutlined";
import FleetIcon from "@mui/icons-material/DevicesOutlined";
import IngestIcon from "@mui/icons-material/MoveToInboxOutlined";
import OrganizationIcon from "@mui/icons-material/CorporateFareOutlined";
import OverviewIcon from "@mui/icons-material/SpaceDashboardOutlined";
import PersonalIcon from "@mui/icons-material/PersonOutlined";
import RecoveryIcon from "@mui/icons-material/RestoreOutlined";
import SystemIcon from "@mui/icons-material/DnsOutlined";
import ViewIcon from "@mui/icons-material/TableViewOutlined";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import ListSubheader from "@mui/material/ListSubheader";
import type { ComponentType } from "react";
import { Link, useLocation } from "react-router";

import { inventoryKinds, inventoryTraits, type InventoryKind } from "#domain/inventory/item.ts";

import { paths } from "#web/paths.ts";
import { unmarked } from "#web/theme.ts";

const kindIcons = {
  personal: PersonalIcon,
  view: ViewIcon,
  organization: OrganizationIcon,
  system: SystemIcon,
  ingest: IngestIcon,
  fleet: FleetIcon,
} as const satisfies Record<InventoryKind, ComponentType>;

/** The way to every page. `onLeave` is called when a link is followed, for a drawer to close. */
export function Navigation({ onLeave }: { readonly onLeave?: () => void }) {
  const common = { ...(onLeave && { onLeave }) };
  return (
    <List disablePadding>
      <Item {...common} to={paths.overview} label="Overview" icon={OverviewIcon} />
      <li>
        <ListSubheader component="h2" id="tokens-pages" disableSticky sx={subheader}>
          Tokens
        </ListSubheader>
        <List disablePadding aria-labelledby="tokens-pages">
          {inventoryKinds.map((kind) => (
            <Item {...common} key={kind} to={paths.tokensOf(kind)} label={inventoryTraits[kind].title} icon={kindIcons[kind]} />
          ))}
        </List>
      </li>
      <li>
        <ListSubheader component="h2" id="rules-pages" disableSticky sx={subheader}>
          Rules
        </ListSubheader>
        <List disablePadding aria-labelledby="rules-pages">
          <Item {...common} to={paths.policies} label="Security policies" icon={PoliciesIcon} />
          <Item {...common} to={paths.recovery} label="Recovery" icon={RecoveryIcon} />
          <Item {...common} to={paths.ipFilters} label="IP filters" icon={FiltersIcon} />
          <Item {...common} to={paths.collectorConfigurations} label="Collectors" icon={ConfigurationsIcon} />
        </List>
      </li>
    </List>
  );
}

const subheader = {
  typography: "caption",
  color: "text.secondary",
  backgroundColor: "transparent",
  paddingTop: 4,
  paddingBottom: 1,
};

interface ItemProps {
  readonly to: string;
  readonly label: string;
  readonly icon: ComponentType<{ fontSize: "small" }>;
  readonly onLeave?: () => void;
}

function Item({ to, label, icon: Icon, onLeave }: ItemProps) {
  const { pathname } = useLocation();
  // A token's own page belongs to the list it is in.
  const here = pathname === to || (to !== paths.overview && pathname.startsWith(`${to}/`));
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
