import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { inventoryTraits } from "#domain/inventory/item.ts";
import { inventoryLink, tokenLink } from "#web/inventory/link.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { newest } from "./standing.ts";

/** How many of the newest tokens are named. */
const most = 6;

/** The tokens that were made last. What was deleted leaves no trace in the lists, and the panel says so. */
export function LatelyPanel({ inventory: { tokens }, now }: { readonly inventory: Inventory; readonly now: number }) {
  const made = useMemo(() => newest(tokens, most), [tokens]);
  const untold = useMemo(() => tokens.some(({ createdAt }) => createdAt === undefined), [tokens]);
  return (
    <Panel title="Made lately">
      {made.length > 0 && (
        <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
          {made.map((token) => (
            <Box
              component="li"
              key={token.key}
              sx={{ display: "flex", gap: 3, paddingBlock: 1, "& + &": { borderTop: 1, borderColor: "divider" } }}
            >
              <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
                <Link component={RouterLink} to={tokenLink(token)}>
                  <Name>{token.name}</Name>
                </Link>{" "}
                <span className="quiet">{inventoryTraits[token.kind].noun}</span>
              </Box>
              {token.createdAt !== undefined && (
                <span>
                  <Instant at={token.createdAt} now={presentAfter(token.createdAt, now)} />
                </span>
              )}
            </Box>
          ))}
        </Box>
      )}
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        <Link component={RouterLink} to={inventoryLink({ sort: "-createdAt" })}>
          All tokens, the newest first
        </Link>
        . Deleted tokens are in no list, so what was deleted is not seen here.
        {untold && " Of some tokens this LogScale does not tell when they were made."}
      </Typography>
    </Panel>
  );
}
