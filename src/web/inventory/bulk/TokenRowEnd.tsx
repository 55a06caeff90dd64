import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";

import { useOfItem, type InventoryToken } from "#domain/inventory/item.ts";
import { nameInText } from "#domain/name.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { dotOf, dotWords, UseDot, type UseDotState } from "#web/ui/HarmSign.tsx";
import { localTime } from "#web/ui/times.ts";

/** Whether a token is in use, as its sign says it. */
export function dotFor(token: InventoryToken, now: number): UseDotState {
  return dotOf(useOfItem(token, now));
}

/** When a token was made and used, as far as that is known. */
export function lifeWords({ createdAt, lastUse }: InventoryToken, now: number): readonly string[] {
  const made = createdAt === undefined || createdAt > now ? [] : [`created ${localTime(createdAt)}`];
  const used =
    lastUse === undefined
      ? "last use not known"
      : lastUse.at === null
        ? "never used"
        : `last used ${localTime(lastUse.at)}${lastUse.from === null ? "" : ` from ${lastUse.from}`}`;
  return [...made, used];
}

/** The end of a token's row: whether it is in use, and the way to its page. */
export function TokenRowEnd({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const state = dotFor(token, now);
  return (
    <Typography variant="caption" component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
      <UseDot state={state} />
      {dotWords[state]}
      <Link
        component={RouterLink}
        to={tokenLink(token)}
        aria-label={`Open ${nameInText(token.name)}`}
        sx={{ marginInlineStart: 2 }}
      >
        Open
      </Link>
    </Typography>
  );
}
