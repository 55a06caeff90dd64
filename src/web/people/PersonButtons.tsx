import EditIcon from "@mui/icons-material/EditOutlined";
import LinkIcon from "@mui/icons-material/LinkOutlined";
import RemoveIcon from "@mui/icons-material/PersonRemoveOutlined";
import Button from "@mui/material/Button";

import { offers } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { ButtonsNote } from "#web/ui/ButtonsNote.tsx";

import type { UserDetail } from "./queries.ts";

/** What a user's page asks about before it does it. */
export type UserAction = "change" | "link" | "own" | "remove";

export interface PersonButtonsProps {
  readonly user: UserDetail;
  readonly byRoot: boolean;
  readonly onAct: (action: UserAction) => void;
}

/** What can be done with a user, and why something cannot. */
export function PersonButtons({ user, byRoot, onAct }: PersonButtonsProps) {
  const session = useSession();
  const refusal = removalRefusal(user, session.user?.id, byRoot);
  return (
    <>
      <Button variant="outlined" startIcon={<EditIcon />} onClick={() => onAct("change")}>
        Change…
      </Button>
      {offers(session, "sessions") && (
        <Button variant="outlined" startIcon={<LinkIcon />} onClick={() => onAct("link")}>
          Sign-in link…
        </Button>
      )}
      {byRoot && (
        <Button variant="outlined" onClick={() => onAct("own")}>
          {user.isOrgRoot ? "Take ownership…" : "Make owner…"}
        </Button>
      )}
      <Button
        variant="outlined"
        color="error"
        startIcon={<RemoveIcon />}
        disabled={refusal !== undefined}
        onClick={() => onAct("remove")}
      >
        Remove…
      </Button>
      {refusal !== undefined && <ButtonsNote>{refusal}</ButtonsNote>}
    </>
  );
}

/** Why a user certainly cannot be removed by whoever reads this; the server judges the same way. */
function removalRefusal({ id, isRoot, isOrgRoot }: UserDetail, own: string | undefined, byRoot: boolean): string | undefined {
  if (id === own) return "You cannot remove yourself: another administrator can.";
  if (!byRoot && (isRoot || isOrgRoot)) return "Root and owners of the organization are removed by root alone.";
  return undefined;
}
