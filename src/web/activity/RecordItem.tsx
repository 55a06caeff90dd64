import RefusedIcon from "@mui/icons-material/BlockOutlined";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Link as RouterLink } from "react-router";

import type { AuditRecord } from "#logscale/audit.ts";
import { Instant } from "#web/ui/Instant.tsx";
import { Words } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import { credentialWords, sentence } from "./words.ts";

export interface RecordItemProps {
  readonly record: AuditRecord;
  /** Where all of it stands. */
  readonly to: string;
  readonly now: number;
}

/** A record on the page of something else: in words, with when, from where and by what it was done. */
export function RecordItem({ record, to, now }: RecordItemProps) {
  const { actor, outcome, refusal } = record;
  const at = Date.parse(record.timestamp);
  return (
    <>
      {outcome === "refused" && (
        <RefusedIcon
          aria-hidden
          fontSize="small"
          sx={{ color: "warning.main", verticalAlign: "text-bottom", marginInlineEnd: 1 }}
        />
      )}
      <Link component={RouterLink} to={to} color="inherit">
        <Words>{sentence(record)}</Words>
      </Link>
      <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
        <Instant at={at} now={presentAfter(at, now)} />
        {actor.ip !== undefined && ` · from ${actor.ip}`} · by <Words>{credentialWords(actor)}</Words>
        {refusal !== undefined && ` · ${refusal.code}`}
      </Typography>
    </>
  );
}
