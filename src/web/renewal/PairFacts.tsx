import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";

import type { InventoryToken } from "#domain/inventory/item.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime, relativeTime } from "#web/ui/times.ts";

import { useWords } from "./words.ts";

/** Both tokens of a pair, with what tells them apart. */
export function PairFacts({ pair: { old, next }, now }: { readonly pair: RenewalPair; readonly now: number }) {
  return (
    <Box sx={{ marginTop: 3 }}>
      <Facts>
        <Fact term="Old">
          <OneToken token={old} now={now} />
        </Fact>
        <Fact term="New">
          <OneToken token={next} now={now} />
        </Fact>
      </Facts>
    </Box>
  );
}

function OneToken({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { name, ingest, createdAt, expireAt } = token;
  return (
    <>
      <Link component={RouterLink} to={tokenLink(token)}>
        <Name>{name}</Name>
      </Link>
      {ingest !== undefined && (
        <>
          {" "}
          of <Name>{ingest.repository}</Name>
        </>
      )}
      {createdAt !== undefined && `, made ${localTime(createdAt)}`}
      {`, ${usedWords(token, now)}`}
      {expireAt != null && `, ${expireAt > now ? "ends" : "expired"} ${relativeTime(expireAt, now)}`}
    </>
  );
}

function usedWords({ lastUse }: InventoryToken, now: number): string {
  if (lastUse === undefined) return "last use not known";
  if (lastUse.at === null) return "never used";
  const when = useWords({ lastUse }, now);
  return lastUse.source === "recorded" ? `last used ${when}` : `used ${when}, maybe since`;
}
