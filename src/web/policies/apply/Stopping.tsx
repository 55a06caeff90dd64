import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { disruptionOf, type Harm } from "#domain/policy/disruption.ts";
import { compareLongs } from "#domain/long.ts";
import type { TokenChange } from "#domain/policy/plan.ts";
import { kindTraits } from "#domain/token/kinds.ts";
import { useOf } from "#domain/token/lastUse.ts";
import { paths } from "#web/paths.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import { Owner } from "#web/policies/impact/Owner.tsx";
import { harmVerb } from "#web/policies/impact/harmWords.ts";
import { useFilterJudge } from "#web/policies/impact/useFilterJudge.ts";
import { count } from "#web/ui/counts.ts";
import { HarmSign, toldHarms, UseCounts, UseDot, dotOf, dotWords } from "#web/ui/HarmSign.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime } from "#web/ui/times.ts";

import type { Report } from "./proposal.ts";

/** Lists are cut here: past this many the rest is in the files. */
const mostListed = 100;

/** What a change that was made has stopped, and what it will stop, with the times: what is found carried out, and nothing else. */
export function Stopping({ report }: { readonly report: Report }) {
  const { outcome, proposal, reading } = report;
  const judge = useFilterJudge();
  const { of, totals } = useMemo(() => {
    const { ofChanges, totals } = disruptionOf(outcome.confirmed, proposal.reading.now, judge);
    const of = new Map<Harm, TokenChange<SeenToken>[]>();
    for (const [place, change] of outcome.confirmed.entries()) {
      const harm = ofChanges[place]?.harm;
      if (harm === undefined) continue;
      const changes = of.get(harm);
      if (changes === undefined) of.set(harm, [change]);
      else changes.push(change);
    }
    for (const harm of ["within-a-day", "within-a-week"] as const) of.get(harm)?.sort((a, b) => compareLongs(endOf(a), endOf(b)));
    return { of, totals };
  }, [outcome, proposal, judge]);
  if (of.size === 0) return <Typography>Nothing that was seen stops within 7 days or is locked out.</Typography>;
  return (
    <Box component="section" aria-label="What has stopped and what will">
      {toldHarms.map((harm) => {
        const changes = of.get(harm);
        return (
          changes && (
            <Box component="details" key={harm}>
              <Box component="summary" sx={{ cursor: "pointer" }}>
                <HarmSign harm={harm}>
                  {count(changes.length)} {harm === "at-once" ? "stopped" : harmVerb(harm, changes.length)}
                </HarmSign>{" "}
                <UseCounts of={totals.byHarm[harm]} /> · {whenWords(harm, changes, reading.now)}
              </Box>
              <Box
                component="ul"
                // It scrolls, which the keyboard must be able to do as well.
                tabIndex={0}
                aria-label={`Tokens: ${harmVerb(harm, 2)}`}
                sx={{ margin: 0, paddingLeft: 5, maxHeight: 240, overflow: "auto", overflowWrap: "anywhere" }}
              >
                {changes.slice(0, mostListed).map((change) => (
                  <li key={change.token.id}>
                    <Row change={change} harm={harm} now={proposal.reading.now} />
                  </li>
                ))}
                {changes.length > mostListed && <li>and {count(changes.length - mostListed)} more, in the files</li>}
              </Box>
            </Box>
          )
        );
      })}
    </Box>
  );
}

function Row({
  change: { token, ...change },
  harm,
  now,
}: {
  readonly change: TokenChange<SeenToken>;
  readonly harm: Harm;
  readonly now: number;
}) {
  const use = dotOf(useOf(token, now));
  const end = change.type === "restrict" && change.expireAt !== undefined ? change.expireAt.to : undefined;
  return (
    <>
      {harm === "at-once" ? (
        <Name>{token.name}</Name>
      ) : (
        <Link component={RouterLink} to={paths.token(token.kind, token.id)}>
          <Name>{token.name}</Name>
        </Link>
      )}{" "}
      ({kindTraits[token.kind].noun}, <Owner of={token} />) {end !== undefined && <>ends on {localTime(end)} </>}
      <UseDot state={use} /> {dotWords[use]}
    </>
  );
}

function endOf(change: TokenChange): number | bigint {
  return (change.type === "restrict" ? change.expireAt?.to : undefined) ?? 0;
}

/** When the tokens of a class stop, the first of them where they stop one after the other. `now`: when it was read. */
function whenWords(harm: Harm, changes: readonly TokenChange[], now: number): string {
  switch (harm) {
    case "at-once":
      return `deleted by ${localTime(now)}`;
    case "locked-out":
    case "may-be-locked-out":
      return `since ${localTime(now)}`;
    case "within-a-day":
    case "within-a-week": {
      const [first] = changes;
      return first === undefined ? "" : `${changes.length > 1 ? "the first " : ""}on ${localTime(endOf(first))}`;
    }
  }
}
