import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import type { TokenFinding, TokenFindings, Unjudged } from "#domain/findings/findings.ts";
import type { FindingAction } from "#domain/findings/rule.ts";
import { countOf } from "#web/ui/counts.ts";
import { Words } from "#web/ui/Name.tsx";

import { SeveritySign } from "./FindingSigns.tsx";

/** Where an action on a finding is at hand. */
export type FindingWay = { readonly label: string } & ({ readonly to: string } | { readonly onClick: () => void });

/** The actions that a token's page has; those that it lacks are not offered. */
export type FindingWays = Readonly<Partial<Record<FindingAction, FindingWay>>>;

export interface FindingListProps {
  readonly findings: TokenFindings;
  readonly ways: FindingWays;
  /** Put beside the ways of a finding that was found. */
  readonly renderBeside?: (finding: TokenFinding) => ReactNode;
  /** Put under a finding that was dismissed: by whom, why, and until when. */
  readonly renderDismissal?: (finding: TokenFinding) => ReactNode;
}

/** All that was found about a token: why, how it was judged, and what to do; folded, what was dismissed and what could not be judged. */
export function FindingList({ findings: { found, dismissed, unjudged }, ways, renderBeside, renderDismissal }: FindingListProps) {
  return (
    <>
      {found.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>
          {unjudged.length > 0 ? "Nothing was found by the rules that could be judged." : "Nothing was found."}
        </Typography>
      ) : (
        <Items>
          {found.map((finding) => (
            <Item key={finding.rule} finding={finding} ways={ways}>
              {renderBeside?.(finding)}
            </Item>
          ))}
        </Items>
      )}
      {dismissed.length > 0 && (
        <Folded title={`${countOf(dismissed.length, "finding")} dismissed`}>
          <Items>
            {dismissed.map((finding) => (
              <Item key={finding.rule} finding={finding} ways={{}}>
                {renderDismissal?.(finding)}
              </Item>
            ))}
          </Items>
        </Folded>
      )}
      {unjudged.length > 0 && (
        <Folded title={`${countOf(unjudged.length, "rule")} could not be judged`}>
          <Cannot unjudged={unjudged} />
        </Folded>
      )}
    </>
  );
}

function Items({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="ul" sx={{ margin: 0, padding: 0, listStyle: "none", display: "flex", flexDirection: "column", gap: 4 }}>
      {children}
    </Box>
  );
}

interface ItemProps {
  readonly finding: TokenFinding;
  readonly ways: FindingWays;
  readonly children: ReactNode;
}

function Item({ finding: { title, severity, reason, judged, todo, actions }, ways, children }: ItemProps) {
  const id = useId();
  const offered = actions.flatMap((action) => ways[action] ?? []);
  return (
    <Box component="li" aria-labelledby={id} sx={{ display: "flex", flexDirection: "column", gap: 1, minWidth: 0 }}>
      <Typography variant="h3" id={id} sx={{ display: "flex", flexWrap: "wrap", columnGap: 3, alignItems: "baseline" }}>
        <span>{title}</span>
        <Typography component="span" variant="caption">
          <SeveritySign severity={severity} />
        </Typography>
      </Typography>
      <Typography sx={{ overflowWrap: "anywhere" }}>
        <Words>{reason}</Words>
      </Typography>
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        How it was judged: {judged}
      </Typography>
      <Typography>What to do: {todo}</Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 4, rowGap: 1, "&:empty": { display: "none" } }}>
        {offered.map((way) =>
          "to" in way ? (
            <Link key={way.label} component={RouterLink} to={way.to}>
              {way.label}
            </Link>
          ) : (
            <Link key={way.label} component="button" type="button" onClick={way.onClick} sx={{ font: "inherit" }}>
              {way.label}
            </Link>
          ),
        )}
        {children}
      </Box>
    </Box>
  );
}

function Cannot({ unjudged }: { readonly unjudged: readonly Unjudged[] }) {
  return (
    <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5, "& li + li": { marginTop: 1 } }}>
      {unjudged.map(({ rule, title, cannot }) => (
        <li key={rule}>
          <strong>{title}</strong>: {cannot}
        </li>
      ))}
    </Box>
  );
}

function Folded({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Box component="details">
      <Box component="summary" sx={{ cursor: "pointer", marginBottom: 2 }}>
        {title}
      </Box>
      {children}
    </Box>
  );
}
