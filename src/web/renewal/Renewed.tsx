import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";

import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { paths } from "#web/paths.ts";
import { localTime } from "#web/ui/times.ts";

export interface RenewedProps {
  readonly token: TokenDetail;
  /** Id of its successor; null where that is not known. */
  readonly next: string | null;
  readonly expired: boolean;
}

/** Says on a token's page that it has a successor, and what is left to be done. */
export function Renewed({ token: { kind, expireAt }, next, expired }: RenewedProps) {
  return (
    <Alert
      severity="success"
      action={
        next !== null && (
          <Button component={RouterLink} to={paths.token(kind, next)} color="inherit" size="small" sx={{ whiteSpace: "nowrap" }}>
            Open the new token
          </Button>
        )
      }
    >
      This token was renewed.{" "}
      {!expired &&
        `It goes on working ${expireAt === null ? "until it is deleted" : `until ${localTime(expireAt)}`}. Delete it once whatever uses it has the new secret.`}{" "}
      {!expired && (
        <Link component={RouterLink} to={paths.renewals} color="inherit">
          See what comes next
        </Link>
      )}
    </Alert>
  );
}
