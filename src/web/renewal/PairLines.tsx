import PairIcon from "@mui/icons-material/EventRepeatOutlined";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import { Link as RouterLink } from "react-router";

import type { InventoryToken } from "#domain/inventory/item.ts";
import type { RenewalPair } from "#domain/renewal/pairs.ts";
import { stepOf } from "#domain/renewal/step.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { paths } from "#web/paths.ts";
import { Name, Words } from "#web/ui/Name.tsx";
import { presentAfter, relativeTime } from "#web/ui/times.ts";

import { stepTitles, stepWords } from "./words.ts";

interface PairLinesProps {
  readonly token: InventoryToken;
  readonly pairs: readonly RenewalPair[];
  readonly quietFor: number;
}

/** A line for each pair, with what comes next of it. */
export function PairLines({ token, pairs, quietFor }: PairLinesProps) {
  const now = useServerNow();
  return pairs.map((pair) => {
    const { old, next, source } = pair;
    const isOld = old.key === token.key;
    const other = isOld ? next : old;
    const step = stepOf(pair, { now, quietFor });
    const said = source === "guess" ? (isOld ? "May be replaced by" : "May replace") : isOld ? "Replaced by" : "Replaces";
    return (
      <Alert
        key={other.key}
        severity="info"
        icon={<PairIcon fontSize="inherit" />}
        action={
          <Button component={RouterLink} to={`${paths.renewals}?${pairSearch(old)}`} color="inherit" size="small">
            Renewals
          </Button>
        }
      >
        {said}{" "}
        <Link component={RouterLink} to={tokenLink(other)}>
          <Name>{other.name}</Name>
        </Link>
        {other.createdAt !== undefined && <>, made {relativeTime(other.createdAt, presentAfter(other.createdAt, now))}</>}
        {source === "guess" && ", a guess"}. Next step: {stepTitles[step.step].toLowerCase()}.{" "}
        <Words>{stepWords(pair, step, { now, quietFor })}</Words>
      </Alert>
    );
  });
}

/** The list searched for a token: by its id where it has one, which no other token has. */
function pairSearch({ id, name }: InventoryToken): string {
  return new URLSearchParams({ q: id ?? name }).toString();
}
