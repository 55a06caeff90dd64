import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useId, useMemo } from "react";

import { countExpiries, countsAfter, expiryBuckets, type ExpiryBucket, type ExpiryCounts } from "#domain/policy/lifetimes.ts";
import { count, countOf } from "#web/ui/counts.ts";

import type { Impact } from "#web/policies/impact/impact.ts";

const bucketWords = {
  expired: "Already expired",
  week: "Within 7 days",
  month: "8 to 30 days",
  quarter: "31 to 90 days",
  year: "91 to 365 days",
  "two-years": "1 to 2 years",
  later: "Later",
  never: "Never",
} as const satisfies Record<ExpiryBucket, string>;

/** When the tokens expire, before the draft and after it: a table whose figures are drawn as bars to one scale. */
export function ExpiryPicture({ impact }: { readonly impact: Impact }) {
  const { tokens, now, plan } = impact;
  const id = useId();
  const before = useMemo(() => countExpiries(tokens, now), [tokens, now]);
  const after = useMemo(() => countsAfter(before, plan.changes, now), [before, plan, now]);
  const most = Math.max(1, ...expiryBuckets.flatMap((bucket) => [before[bucket], after[bucket]]));
  const cell = { padding: 0, paddingBlock: 0.5, textAlign: "start", fontWeight: 400, verticalAlign: "middle" } as const;
  return (
    <section aria-labelledby={id}>
      <Typography variant="h3" id={id}>
        Expiries before and after this draft
      </Typography>
      <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
        {sentence(before, after)}
      </Typography>
      <Box
        component="table"
        sx={{ width: "100%", borderCollapse: "collapse", marginTop: 2, tableLayout: "fixed" }}
        aria-labelledby={id}
      >
        <thead>
          <tr>
            <Box component="th" scope="col" sx={{ ...cell, width: "8.5em", fontWeight: 600 }}>
              Expires
            </Box>
            <Box component="th" scope="col" sx={{ ...cell, fontWeight: 600 }}>
              Before
            </Box>
            <Box component="th" scope="col" sx={{ ...cell, fontWeight: 600 }}>
              After
            </Box>
          </tr>
        </thead>
        <tbody>
          {expiryBuckets.map((bucket) => (
            <Box component="tr" key={bucket} sx={{ borderTop: 1, borderColor: "divider" }}>
              <Box component="th" scope="row" sx={cell}>
                {bucketWords[bucket]}
              </Box>
              <Box component="td" sx={cell}>
                <Bar value={before[bucket]} most={most} />
              </Box>
              <Box component="td" sx={cell}>
                <Bar value={after[bucket]} most={most} before={before[bucket]} />
              </Box>
            </Box>
          ))}
        </tbody>
      </Box>
    </section>
  );
}

/** A count as a bar with the figure at its end, and with how much it differs from `before`. Where it is narrow the bar stands below. */
function Bar({ value, most, before }: { readonly value: number; readonly most: number; readonly before?: number }) {
  const change = before === undefined ? 0 : value - before;
  return (
    <Box
      sx={{
        // Room to the right of a full bar, for its figure.
        "--figure": "7.5em",
        display: "flex",
        alignItems: "center",
        gap: 1.5,
        minHeight: 20,
        "@container (max-width: 520px)": {
          "--figure": "0.5em",
          flexDirection: "column-reverse",
          alignItems: "flex-start",
          gap: 0,
        },
      }}
    >
      <Box
        aria-hidden
        sx={{
          flexShrink: 0,
          width: `calc((100% - var(--figure)) * ${value / most})`,
          minWidth: value > 0 ? 2 : 0,
          height: 12,
          borderRadius: 0.5,
          backgroundColor: before === undefined ? "text.disabled" : "text.primary",
          "@container (max-width: 520px)": { height: 6, marginBottom: 0.5 },
        }}
      />
      <Box component="span" sx={{ whiteSpace: "nowrap" }}>
        {count(value)}
        {change !== 0 && (
          <Box component="span" sx={{ color: "text.secondary" }}>
            {" "}
            ({change > 0 ? "+" : "−"}
            {count(Math.abs(change))})
          </Box>
        )}
      </Box>
    </Box>
  );
}

function sentence(before: ExpiryCounts, after: ExpiryCounts): string {
  const sum = (counts: ExpiryCounts) => expiryBuckets.reduce((total, bucket) => total + counts[bucket], 0);
  const soon = ({ week, month }: ExpiryCounts) => week + month;
  if (expiryBuckets.every((bucket) => before[bucket] === after[bucket])) {
    return `The draft moves no expiry. Of ${countOf(sum(before), "token")}, ${count(before.never)} never expire and ${count(soon(before))} expire within 30 days.`;
  }
  return `Of ${countOf(sum(before), "token")}, ${count(before.never)} never expire; after the draft ${count(after.never)} of ${count(sum(after))}. Within 30 days ${count(soon(before))} expire before it, ${count(soon(after))} after it.`;
}
