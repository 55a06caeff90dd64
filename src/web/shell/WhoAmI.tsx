import AccountIcon from "@mui/icons-material/AccountCircleOutlined";
import SignOutIcon from "@mui/icons-material/LogoutOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Divider from "@mui/material/Divider";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormLabel from "@mui/material/FormLabel";
import Popover from "@mui/material/Popover";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useColorScheme } from "@mui/material/styles";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";

import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";

import { failureOf } from "../api/failure.ts";
import { sessionQuery, signOut, type Session } from "../api/session.ts";
import { Words } from "../ui/Name.tsx";

const schemes = [
  { mode: "system", label: "As the system" },
  { mode: "light", label: "Light" },
  { mode: "dark", label: "Dark" },
] as const;

/** Who is signed in, as what and from where; the way out; and the choice of light or dark. */
export function WhoAmI() {
  const { data: session } = useQuery(sessionQuery);
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (session === undefined) return null;
  const open = anchor !== null;
  return (
    <>
      <Button
        color="inherit"
        startIcon={<AccountIcon />}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`Signed in as ${nameOf(session)}`}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ minWidth: 0, flexShrink: 1, overflow: "hidden" }}
      >
        <Box
          component="span"
          sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", maxWidth: { xs: 96, sm: 220 } }}
        >
          <Words>{nameOf(session)}</Words>
        </Box>
      </Button>
      <Popover
        id={id}
        anchorEl={anchor}
        open={open}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{
          paper: {
            role: "dialog",
            "aria-label": "Your session",
            sx: { border: 1, borderColor: "divider", padding: 4, width: 320, maxWidth: "calc(100vw - 32px)" },
          },
        }}
      >
        <SessionPanel session={session} />
      </Popover>
    </>
  );
}

function SessionPanel({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const { mode, setMode } = useColorScheme();
  const id = useId();
  const leave = useMutation({ mutationFn: () => signOut(client) });
  return (
    <>
      <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
        <Words>{nameOf(session)}</Words>
      </Typography>
      <Typography variant="caption" component="p" sx={{ color: "text.secondary", overflowWrap: "anywhere", margin: 0 }}>
        <Words>{credentialOf(session)}</Words>
        <br />
        {session.backend === "gateway" ? (
          <>
            This gateway sees you at <code>{session.clientAddress}</code>; LogScale sees the gateway’s own address
          </>
        ) : (
          <>
            The server sees you at <code>{session.clientAddress}</code>
          </>
        )}
      </Typography>
      <Divider sx={{ marginBlock: 3 }} />
      <FormLabel id={id}>Appearance</FormLabel>
      <RadioGroup
        aria-labelledby={id}
        value={mode ?? "system"}
        onChange={(_, value) => setMode(schemes.find((scheme) => scheme.mode === value)?.mode ?? "system")}
      >
        {schemes.map((scheme) => (
          <FormControlLabel
            key={scheme.mode}
            value={scheme.mode}
            label={scheme.label}
            control={<Radio size="small" sx={{ padding: 1, marginInline: 1 }} />}
          />
        ))}
      </RadioGroup>
      <Divider sx={{ marginBlock: 3 }} />
      <Button variant="outlined" startIcon={<SignOutIcon />} loading={leave.isPending} onClick={() => leave.mutate()} fullWidth>
        Sign out
      </Button>
      {leave.isError && (
        <Typography role="alert" sx={{ marginTop: 2 }}>
          You are still signed in. {failureOf(leave.error).message}
        </Typography>
      )}
    </>
  );
}

function nameOf({ user, tokenName }: Session): string {
  if (user !== undefined) return nameInText(user.fullName ?? user.username);
  return tokenName === undefined ? "Nobody" : nameInText(tokenName);
}

/** What the session acts with, in words. */
function credentialOf({ user, tokenId, tokenKind, tokenName, backend }: Session): string {
  const rights = user?.isRoot === true ? ", with root’s rights" : user?.isOrgRoot === true ? ", owner of the organization" : "";
  if (tokenKind !== undefined)
    return `By the ${kindTraits[tokenKind].noun} token ${nameInText(tokenName ?? "")}, id ${tokenId ?? "unknown"}${rights}`;
  if (backend === "gateway" && tokenName !== undefined) {
    return `By a token whose kind LogScale does not tell${tokenId === undefined ? "" : `, id ${tokenId}`}`;
  }
  if (backend === "gateway" && user !== undefined) return `${nameInText(user.username)}, by a token${rights}`;
  if (user !== undefined) return `${nameInText(user.username)}, by a sign-in link${rights}`;
  return tokenName === undefined ? "" : "By the credential of the data folder, with root’s rights";
}
