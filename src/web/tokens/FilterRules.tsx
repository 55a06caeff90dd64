import AcceptedIcon from "@mui/icons-material/CheckCircleOutlined";
import RefusedIcon from "@mui/icons-material/BlockOutlined";
import UnknownIcon from "@mui/icons-material/HelpOutlineOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { ScrollBox } from "#web/ui/ScrollBox.tsx";

import { filterVerdict, verdictWords } from "./filterWords.ts";

export interface FilterRulesProps {
  /** The filter's text. */
  readonly text: string;
  /** The address that the server sees the user come from. */
  readonly address: string;
  readonly gateway: boolean;
}

/** The rules of an IP filter as written, and whether the user's present address would be accepted. */
export function FilterRules({ text, address, gateway }: FilterRulesProps) {
  const verdict = filterVerdict(text, address);
  const Icon = verdict === undefined ? UnknownIcon : verdict.accepts ? AcceptedIcon : RefusedIcon;
  return (
    <Box sx={{ marginTop: 1 }}>
      <ScrollBox verbatim label="Rules of the IP filter" maxHeight={132}>
        {text}
      </ScrollBox>
      <Typography
        variant="caption"
        component="p"
        sx={{
          display: "flex",
          gap: 1,
          alignItems: "flex-start",
          marginTop: 1,
          color: verdict?.accepts === false ? "warning.main" : "text.secondary",
        }}
      >
        <Icon aria-hidden sx={{ fontSize: "1.25em", flexShrink: 0, marginTop: "1px" }} />
        <span>{verdictWords(verdict, address, gateway)}</span>
      </Typography>
    </Box>
  );
}
