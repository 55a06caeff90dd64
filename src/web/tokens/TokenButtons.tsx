import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import EditIcon from "@mui/icons-material/EditOutlined";
import LikeIcon from "@mui/icons-material/ContentCopyOutlined";
import RenewIcon from "@mui/icons-material/MoreTimeOutlined";
import RotateIcon from "@mui/icons-material/AutorenewOutlined";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link as RouterLink } from "react-router";

import { kindTraits } from "#domain/token/kinds.ts";
import { permissionUpdateViolation } from "#domain/token/policyCheck.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { paths } from "#web/paths.ts";
import { ButtonsNote } from "#web/ui/ButtonsNote.tsx";

import { likeToken } from "./formLink.ts";

/** What a token's page asks about before it does it. */
export type AskedAction = "renew" | "rotate" | "delete";

export interface TokenButtonsProps {
  readonly token: TokenDetail;
  readonly expired: boolean;
  /** Whether it is no longer there. */
  readonly gone: boolean;
  readonly onAct: (type: AskedAction) => void;
}

/** What can be done with a token. */
export function TokenButtons({ token, expired, gone, onAct }: TokenButtonsProps) {
  const { kind } = token;
  const { hasPermissions } = kindTraits[kind];
  const fixed = expired || gone;
  return (
    <>
      {hasPermissions && <EditPermissions token={token} fixed={fixed} />}
      {hasPermissions && (
        <Button component={RouterLink} to={paths.newToken(kind, likeToken(token))} variant="outlined" startIcon={<LikeIcon />}>
          Create another like it
        </Button>
      )}
      <Button variant="outlined" startIcon={<RenewIcon />} disabled={gone} onClick={() => onAct("renew")}>
        Renew
      </Button>
      <Button variant="outlined" startIcon={<RotateIcon />} disabled={fixed} onClick={() => onAct("rotate")}>
        Rotate
      </Button>
      <Button variant="outlined" color="error" startIcon={<DeleteIcon />} disabled={gone} onClick={() => onAct("delete")}>
        {kind === "personal" ? "Revoke" : "Delete"}
      </Button>
      <ButtonsNote>
        {hasPermissions
          ? "Renew: a token like it with a new expiry takes its place, and this one lives on until you delete it. Rotate: another secret at once, with the same expiry."
          : "Renew: a new expiry. Rotate: the same expiry. Both replace its secret at once."}
      </ButtonsNote>
    </>
  );
}

/** The way to the permissions, or why there is none. */
function EditPermissions({ token: { kind, id }, fixed }: { readonly token: TokenDetail; readonly fixed: boolean }) {
  const policies = useQuery(policiesQuery).data;
  const violation = policies && permissionUpdateViolation(kind, policies.policies[kind]);
  if (violation != null) {
    return (
      <Typography variant="caption" sx={{ color: "text.secondary", maxWidth: 260, alignSelf: "center" }}>
        {violation.message}{" "}
        <Link component={RouterLink} to={paths.policies}>
          Security policies
        </Link>
      </Typography>
    );
  }
  return fixed ? (
    <Button variant="outlined" startIcon={<EditIcon />} disabled>
      Change permissions
    </Button>
  ) : (
    <Button component={RouterLink} to={paths.tokenPermissions(kind, id)} variant="outlined" startIcon={<EditIcon />}>
      Change permissions
    </Button>
  );
}
