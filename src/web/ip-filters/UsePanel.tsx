import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";

import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { paths } from "#web/paths.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Panel } from "#web/ui/Panel.tsx";
import { listWords } from "#web/ui/listWords.ts";

import { isUnused, isWaiting, unseenInWords, type FilterUse } from "./use.ts";

/** Who uses a filter, and how much of that is known. */
export function UsePanel({ use }: { readonly use: FilterUse }) {
  const progress = useOverallLoadProgress();
  const { policies = [], dashboards } = use;
  return (
    <Panel title="Where it is used">
      {isUnused(use) ? (
        <Typography>Nowhere: no token has it, and nothing enforces it.</Typography>
      ) : (
        <Facts>
          {tokenKinds.map((kind) => {
            const { state, tokens } = use.kinds[kind];
            return (
              <Fact key={kind} term={kindTraits[kind].title}>
                <span data-kind={kind}>
                  {state === "complete"
                    ? countOf(tokens.length, "token")
                    : state === "waiting"
                      ? "being read"
                      : tokens.length > 0
                        ? `${countOf(tokens.length, "token")} or more`
                        : "not known"}
                </span>
              </Fact>
            );
          })}
        </Facts>
      )}
      {policies.length > 0 && (
        <Typography>
          Enforced by the{" "}
          <Link component={RouterLink} to={paths.policies}>
            security {policies.length === 1 ? "policy" : "policies"}
          </Link>{" "}
          for {listWords(policies.map((kind) => kindTraits[kind].noun))} tokens: all of them have it.
        </Typography>
      )}
      {dashboards === true && <Typography>It also guards the read-only dashboards.</Typography>}
      {isWaiting(use) ? (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
          Reading the tokens{progress !== undefined && `: ${count(progress.loaded)} of ${count(progress.total)}`}
        </Typography>
      ) : (
        unseenInWords(use).map((note) => (
          <Typography key={note} variant="caption" component="p" sx={{ color: "warning.main" }}>
            {note}
          </Typography>
        ))
      )}
    </Panel>
  );
}
