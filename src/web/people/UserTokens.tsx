import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";

import type { InventoryToken } from "#domain/inventory/item.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { TokenRowEnd, dotFor, lifeWords } from "#web/inventory/bulk/TokenRowEnd.tsx";
import { TokenRows } from "#web/inventory/bulk/TokenRows.tsx";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { inventoryLink, ownerValue } from "#web/inventory/link.ts";
import { reachWords } from "#web/inventory/reachWords.ts";
import type { InventoryKindSeen } from "#web/inventory/useInventory.ts";
import { count } from "#web/ui/counts.ts";
import { Panel } from "#web/ui/Panel.tsx";

export interface UserTokensProps {
  readonly tokens: readonly InventoryToken[];
  readonly kinds: readonly InventoryKindSeen[];
  readonly reading: boolean;
  readonly onRetry: () => void;
}

/** The tokens that are a user's: the personal one, and those that the user created. */
export function UserTokens({ tokens, kinds, reading, onRetry }: UserTokensProps) {
  const now = useServerNow();
  const failed = failedOf(kinds);
  const used = tokens.filter((token) => dotFor(token, now) === "used").length;
  const unknown = tokens.filter((token) => dotFor(token, now) === "unknown").length;
  const lacking = kinds
    .filter(({ state }) => state !== "failed" && state !== "waiting")
    .map(reachWords)
    .filter((words) => words !== undefined);
  const items = tokens.map((token) => ({ token }));
  const owners = [...new Set(tokens.map(({ owner }) => ownerValue(owner)))];
  return (
    <Panel title={`Tokens (${count(tokens.length)})`}>
      <FailedKinds kinds={failed} onRetry={onRetry} />
      {tokens.length > 0 && (
        <Typography>
          {count(used)} {used === 1 ? "is" : "are"} in use{unknown > 0 && `, and of ${count(unknown)} it is not known`}.{" "}
          <Link component={RouterLink} to={inventoryLink({ owner: owners })}>
            Open them in the list of all tokens
          </Link>
        </Typography>
      )}
      <TokenRows
        label="Tokens of this user"
        items={items}
        mostInSight={8}
        wordsOf={({ token }) => [tieWords(token), ...lifeWords(token, now)].join(" · ")}
        renderSign={({ token }) => <TokenRowEnd token={token} now={now} />}
        empty={reading ? "Tokens are still being read." : "No token that is listed to you is this user’s."}
      />
      {lacking.length > 0 && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0 }}>
          {lacking.join(" ")}
        </Typography>
      )}
    </Panel>
  );
}

/** Why a token is a user's. */
function tieWords({ kind, owner }: InventoryToken): string {
  if (kind === "personal") return "The user’s own: it may do all that the user may";
  return owner.id === null ? "Created by somebody of this name" : "Created by the user";
}
