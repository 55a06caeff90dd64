import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link as RouterLink } from "react-router";

import { severities, type Severity } from "#domain/findings/rule.ts";
import { failureOf } from "#web/api/client.ts";
import { SeveritySign, severityWords } from "#web/inventory/findings/FindingSigns.tsx";
import { judgingQuery, useFindings } from "#web/inventory/findings/useFindings.ts";
import { facetSpecials, inventoryLink } from "#web/inventory/link.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";
import { countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { countFindings, type FindingCounts } from "./standing.ts";

/** What to do first: what was found about the tokens, the worst first, each with the tokens that it was found on. */
export function FindingsPanel({ inventory }: { readonly inventory: Inventory }) {
  const reading = useFindings(inventory);
  const counts = useMemo(() => reading && countFindings(reading), [reading]);
  const { error, refetch } = useQuery({ ...judgingQuery, enabled: false });
  return (
    <Panel title="What to do first">
      {counts !== undefined ? (
        <Counts counts={counts} />
      ) : error !== null ? (
        <ErrorState title="The tokens could not be judged" failure={failureOf(error)} onRetry={() => void refetch()} />
      ) : (
        <LoadingShape label="Judging the tokens" shape="table" rows={12} />
      )}
    </Panel>
  );
}

function Counts({ counts: { rules, tokens, unjudged } }: { readonly counts: FindingCounts }) {
  return (
    <>
      {rules.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>
          {unjudged > 0
            ? "Nothing was found by the rules that could be judged."
            : "Nothing was found on any token that was read."}
        </Typography>
      ) : (
        <>
          <Typography sx={{ color: "text.secondary" }}>
            Something was found on {countOf(tokens, "token")}. Begin at the top: one token may stand in several lines.
          </Typography>
          {severities.map((severity) => (
            <OfSeverity key={severity} severity={severity} rules={rules.filter((rule) => rule.severity === severity)} />
          ))}
        </>
      )}
      {unjudged > 0 && (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          Of{" "}
          <Link component={RouterLink} to={inventoryLink({ finding: [facetSpecials.unjudged] })}>
            {countOf(unjudged, "token")}
          </Link>{" "}
          not every rule could be judged: what it takes was not read, or is not told here. Their pages say which.
        </Typography>
      )}
    </>
  );
}

function OfSeverity({ severity, rules }: { readonly severity: Severity; readonly rules: FindingCounts["rules"] }) {
  if (rules.length === 0) return null;
  return (
    <section aria-label={`${severityWords[severity]} severity`}>
      <Box sx={{ marginBottom: 1 }}>
        <SeveritySign severity={severity} />
      </Box>
      <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
        {rules.map(({ rule, title, tokens }) => (
          <Box
            component="li"
            key={rule}
            sx={{ display: "flex", gap: 3, paddingBlock: 1, borderTop: 1, borderColor: "divider", alignItems: "baseline" }}
          >
            <Box component="span" sx={{ flex: 1, minWidth: 0 }}>
              {title}
            </Box>
            <Link component={RouterLink} to={inventoryLink({ finding: [rule] })} sx={{ whiteSpace: "nowrap" }}>
              {countOf(tokens, "token")}
            </Link>
          </Box>
        ))}
      </Box>
    </section>
  );
}
