import AccountIcon from "@mui/icons-material/AccountCircleOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Divider from "@mui/material/Divider";
import ListSubheader from "@mui/material/ListSubheader";
import ListItemIcon from "@mui/material/ListItemIcon";
import LightIcon from "@mui/icons-material/LightModeOutlined";
import DarkIcon from "@mui/icons-material/DarkModeOutlined";
import SystemIcon from "@mui/icons-material/SettingsBrightnessOutlined";
import SignOutIcon from "@mui/icons-material/LogoutOutlined";
import Typography from "@mui/material/Typography";
import { useColorScheme } from "@mui/material/styles";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";

import { kindTraits } from "#domain/kinds.ts";

import { failureOf } from "../api/failure.ts";
import { sessionQuery, signOut, type Session } from "../api/session.ts";
import { announce } from "../ui/LiveRegion.tsx";

const schemes = [
  { mode: "system", label: "As the system", icon: SystemIcon },
  { mode: "light", label: "Light", icon: LightIcon },
  { mode: "dark", label: "Dark", icon: DarkIcon },
] as const;

/** Who is signed in, as what and from where; the way out; and the choice of light or dark. */
export function WhoAmI() {
  const client = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const { mode, setMode } = useColorScheme();
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const leave = useMutation({
    mutationFn: () => signOut(client),
    onError: (error) => announce(failureOf(error).message),
  });
  if (session === undefined) return null;
  return (
    <>
      <Button
        color="inherit"
        startIcon={<AccountIcon />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor === null ? undefined : id}
        aria-label={`Signed in as ${nameOf(session)}`}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ minWidth: 0, flexShrink: 1, overflow: "hidden" }}
      >
        <Box
          component="span"
          sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", maxWidth: { xs: 96, sm: 220 } }}
        >
          {nameOf(session)}
        </Box>
      </Button>
      <Menu
        id={id}
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { "aria-label": "Your session" } }}
      >
        <Box component="li" role="none" sx={{ paddingInline: 4, paddingBlock: 2, maxWidth: 320 }}>
          <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{nameOf(session)}</Typography>
          <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
            {credentialOf(session)}
            <br />
            {`Seen at the address ${session.clientAddress}`}
            {leave.isError && (
              <>
                <br />
                <strong>{failureOf(leave.error).message}</strong>
              </>
            )}
          </Typography>
        </Box>
        <Divider component="li" role="none" />
        <ListSubheader role="none" disableSticky sx={{ typography: "caption", backgroundColor: "transparent" }}>
          Appearance
        </ListSubheader>
        {schemes.map(({ mode: scheme, label, icon: Icon }) => (
          <MenuItem
            key={scheme}
            role="menuitemradio"
            aria-checked={mode === scheme}
            selected={mode === scheme}
            onClick={() => setMode(scheme)}
          >
            <ListItemIcon>
              <Icon fontSize="small" />
            </ListItemIcon>
            {label}
          </MenuItem>
        ))}
        <Divider component="li" role="none" />
        <MenuItem onClick={() => leave.mutate()} disabled={leave.isPending}>
          <ListItemIcon>
            <SignOutIcon fontSize="small" />
          </ListItemIcon>
          Sign out
        </MenuItem>
      </Menu>
    </>
  );
}

function nameOf({ user, tokenName }: Session): string {
  if (user !== undefined) return user.fullName ?? user.username;
  return tokenName ?? "Nobody";
}

/** What the session acts with, in words. */
function credentialOf({ user, tokenId, tokenKind, tokenName }: Session): string {
  const rights = user?.isRoot === true ? ", with root’s rights" : user?.isOrgRoot === true ? ", owner of the organization" : "";
  if (tokenKind !== undefined) return `By a ${kindTraits[tokenKind].noun} token, id ${tokenId ?? "unknown"}${rights}`;
  if (user !== undefined) return `${user.username}, by a sign-in link${rights}`;
  return tokenName === undefined ? "" : "By the credential of the data folder, with root’s rights";
}
