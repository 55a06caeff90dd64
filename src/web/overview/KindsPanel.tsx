import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { inventoryTraits } from "#domain/inventory/item.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { inventoryLink } from "#web/inventory/link.ts";
import { reachWords } from "#web/inventory/reachWords.ts";
import type { Inventory, InventoryKindSeen } from "#web/inventory/useInventory.ts";
import { PolicyLine } from "#web/tokens/PolicyLine.tsx";
import { count } from "#web/ui/counts.ts";
import { Panel } from "#web/ui/Panel.tsx";

import { countKinds } from "./standing.ts";

/** How many tokens of each kind there are, what the policy says of them, and how much of the kind the caller does not see. */
export function KindsPanel({ inventory, now }: { readonly inventory: Inventory; readonly now: number }) {
  const { tokens, kinds } = inventory;
  const counts = useMemo(() => countKinds(tokens, now), [tokens, now]);
  return (
    <Panel title="Tokens and what holds for them">
      <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
        {kinds.map((seen) => (
          <Kind key={seen.kind} seen={seen} counts={counts[seen.kind]} />
        ))}
      </Box>
    </Panel>
  );
}

interface KindProps {
  readonly seen: InventoryKindSeen;
  readonly counts: { readonly active: number; readonly expired: number };
}

function Kind({ seen, counts: { active, expired } }: KindProps) {
  const { kind, state, failure } = seen;
  const { title, noun } = inventoryTraits[kind];
  const unseen = reachWords(seen);
  return (
    <Box component="li" sx={{ paddingBlock: 2, "& + &": { borderTop: 1, borderColor: "divider" } }}>
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 3 }}>
        <Typography variant="h3" sx={{ flex: 1 }}>
          {title}
        </Typography>
        {state === "waiting" ? (
          <Skeleton width={48} aria-label={`Reading the ${noun} tokens`} />
        ) : (
          state !== "hidden" &&
          state !== "failed" && (
            <span>
              <Link component={RouterLink} to={inventoryLink({ kind: [kind], ...(isTokenKind(kind) && { state: ["active"] }) })}>
                {count(active)} {state === "complete" ? "active" : "active seen"}
              </Link>
              {expired > 0 && (
                <>
                  {" · "}
                  <Link component={RouterLink} to={inventoryLink({ kind: [kind], state: ["expired"] })}>
                    {count(expired)} expired
                  </Link>
                </>
              )}
            </span>
          )
        )}
      </Box>
      <Typography sx={{ color: "text.secondary" }}>
        {isTokenKind(kind) ? <PolicyLine kind={kind} /> : "No security policy governs them."}
      </Typography>
      {failure !== undefined && (
        <Typography variant="caption" component="p" sx={{ color: "error.main", margin: 0 }}>
          {state === "failed" ? "They could not be read." : "They could not be read again: the counts are those of before."}
        </Typography>
      )}
      {unseen !== undefined && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0 }}>
          {unseen}
        </Typography>
      )}
    </Box>
  );
}
