import DoneIcon from "@mui/icons-material/CheckCircleOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";

export interface StepProps {
  readonly number: number;
  /** Where a link leads that means this step. */
  readonly anchor?: string;
  readonly title: string;
  /** The level of its heading. */
  readonly level?: "h2" | "h3";
  /** Whether it is done, as far as that can be known. */
  readonly done?: boolean;
  /** Whether it comes next. */
  readonly current?: boolean;
  readonly children: ReactNode;
}

/** A step of a way: its number or a tick, what it is, and what there is to do. */
export function Step({ number, anchor, title, level = "h2", done = false, current = false, children }: StepProps) {
  const made = useId();
  const id = anchor ?? made;
  return (
    <Box
      component="li"
      aria-labelledby={id}
      {...(current && { "aria-current": "step" })}
      sx={{
        display: "grid",
        gridTemplateColumns: "auto minmax(0, 1fr)",
        columnGap: 3,
        paddingBlock: 4,
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      <Box sx={{ width: 28, display: "flex", justifyContent: "center" }}>
        {done ? (
          <DoneIcon color="success" titleAccess="Done" />
        ) : (
          <Typography aria-hidden sx={{ fontWeight: 600, color: current ? "text.primary" : "text.secondary" }}>
            {number}
          </Typography>
        )}
      </Box>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 3, minWidth: 0 }}>
        <Typography variant={level} id={id} tabIndex={-1}>
          {title}
          {current && (
            <Box component="span" sx={{ fontWeight: 400, color: "text.secondary" }}>
              {" "}
              · next
            </Box>
          )}
        </Typography>
        {children}
      </Box>
    </Box>
  );
}
