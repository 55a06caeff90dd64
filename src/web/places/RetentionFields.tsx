import Box from "@mui/material/Box";
import type { UseFormRegisterReturn } from "react-hook-form";

import { retentionParts, type RetentionPart } from "#domain/places/retention.ts";

import { Line } from "./Line.tsx";

const labels = {
  time: "Days that events are kept",
  ingestSize: "GB as ingested",
  storageSize: "GB as stored",
} as const satisfies Record<RetentionPart, string>;

export interface RetentionFieldsProps {
  readonly field: (part: RetentionPart) => UseFormRegisterReturn;
  readonly problem: (part: RetentionPart) => string | undefined;
  /** Whether the first of them is the first thing to do. */
  readonly first?: boolean;
}

/** The limits of a retention. */
export function RetentionFields({ field, problem, first = false }: RetentionFieldsProps) {
  return (
    <Box sx={{ display: "grid", gap: 4, gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(3, minmax(0, 1fr))" } }}>
      {retentionParts.map((part) => (
        <Line
          key={part}
          label={labels[part]}
          field={field(part)}
          problem={problem(part)}
          helper="Empty for no limit."
          numeric
          first={first && part === "time"}
        />
      ))}
    </Box>
  );
}
