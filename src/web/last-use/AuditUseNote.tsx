import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";

import { day } from "#domain/duration.ts";

import type { UseKnowledge } from "./auditUse.ts";

export interface AuditUseNoteProps {
  readonly knowledge: UseKnowledge;
  /** Says it in fewer words, for where room is scarce. */
  readonly brief?: boolean;
}

/** Says where last use is taken from in front of a LogScale, and how far that reaches; nothing where the server records it itself. */
export function AuditUseNote({ knowledge, brief = false }: AuditUseNoteProps) {
  const words = auditUseWords(knowledge, brief);
  if (words === undefined) return null;
  return (
    <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginBlock: brief ? 0 : 2, maxWidth: "130ch" }}>
      {words}
      {knowledge.type === "failed" && knowledge.failure.kind !== "refused" && (
        <>
          {" "}
          <Button size="small" onClick={knowledge.retry} sx={{ minHeight: 24, paddingBlock: 0 }}>
            Search again
          </Button>
        </>
      )}
    </Typography>
  );
}

/** The note on last use; undefined where there is nothing to say. */
export function auditUseWords(knowledge: UseKnowledge, brief = false): string | undefined {
  switch (knowledge.type) {
    case "recorded":
    case "unknown":
      return undefined;
    case "searching":
      return "Last use: searching LogScale’s audit log.";
    case "failed":
      return `Last use is not known. ${knowledge.failure.message}`;
    case "audited": {
      const { period, whole } = knowledge.audit;
      const days = period / day;
      const words = brief
        ? `Last use is from humio-audit, of the last ${days} days; where it is unknown, a token may be in use.`
        : `Last use is what LogScale’s repository humio-audit, as far as you may search it, has of the last ${days} days. Not every request is audited: a token that is not in it may be in use all the same.`;
      return whole ? words : `${words} LogScale warned that the result may not be whole.`;
    }
    default:
      return knowledge satisfies never;
  }
}
