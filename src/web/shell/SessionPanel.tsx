import SignOutIcon from "@mui/icons-material/LogoutOutlined";
import Divider from "@mui/material/Divider";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormLabel from "@mui/material/FormLabel";
import Link from "@mui/material/Link";
import Popover from "@mui/material/Popover";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useColorScheme } from "@mui/material/styles";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { Link as RouterLink } from "react-router";

import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";

import { failureOf } from "#web/api/failure.ts";
import { signOut, type Session } from "#web/api/session.ts";
import { paths } from "#web/paths.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { Words } from "#web/ui/Name.tsx";

const schemes = [
  { mode: "system", label: "As the system" },
  { mode: "light", label: "Light" },
  { mode: "dark", label: "Dark" },
] as const;

export interface SessionPanelProps {
  readonly id: string;
  readonly session: Session;
  /** Who is signed in, in words. */
  readonly who: string;
  /** What it opens below. */
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

/** The session as what and from where; the way out; and the choice of light or dark. */
export function SessionPanel({ id, session, who, anchor, onClose }: SessionPanelProps) {
  return (
    <Popover
      id={id}
      anchorEl={anchor}
      open
      onClose={onClose}
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
      <Panel session={session} who={who} onClose={onClose} />
    </Popover>
  );
}

function Panel({ session, who, onClose }: Pick<SessionPanelProps, "session" | "who" | "onClose">) {
  const client = useQueryClient();
  const { mode, setMode } = useColorScheme();
  const id = useId();
  const leave = useMutation({ mutationFn: () => signOut(client) });
  return (
    <>
      <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
        <Words>{who}</Words>
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
      {session.user !== undefined && (
        <Link
          component={RouterLink}
          to={paths.person(session.user.id)}
          onClick={onClose}
          sx={{ display: "inline-block", marginTop: 2 }}
        >
          What you may do
        </Link>
      )}
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
      <BusyButton variant="outlined" startIcon={<SignOutIcon />} busy={leave.isPending} onClick={() => leave.mutate()} fullWidth>
        Sign out
      </BusyButton>
      {leave.isError && (
        <Typography role="alert" sx={{ marginTop: 2 }}>
          You are still signed in. {failureOf(leave.error).message}
        </Typography>
      )}
    </>
  );
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
