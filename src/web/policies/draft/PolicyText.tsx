import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { policyFieldsOf, type KindPolicy } from "#domain/policy/policy.ts";

import { useOrganization } from "#web/state/organization.tsx";

import { fieldTitles, valueWords } from "./values.ts";

export interface PolicyTextProps {
  readonly kind: TokenKind;
  readonly policy: KindPolicy;
  /** Why it cannot be changed here, if there is more to say. */
  readonly reason?: string;
}

/** What is in force for one kind, to be read and not changed. */
export function PolicyText({ kind, policy, reason }: PolicyTextProps) {
  const { filterName } = useOrganization();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={`policy-${kind}`} sx={{ paddingInline: 4, paddingBlock: 3 }}>
      <Typography variant="h2" id={`policy-${kind}`} tabIndex={-1}>
        {kindTraits[kind].title} tokens
      </Typography>
      {reason !== undefined && <Typography sx={{ color: "text.secondary", marginTop: 1 }}>{reason}</Typography>}
      <Box
        component="dl"
        sx={{ display: "grid", gridTemplateColumns: "minmax(120px, auto) 1fr", columnGap: 4, rowGap: 1, margin: 0, marginTop: 2 }}
      >
        {policyFieldsOf(kind).map((field) => (
          <Box key={field} sx={{ display: "contents" }}>
            <Box component="dt" sx={{ color: "text.secondary" }}>
              {fieldTitles[field]}
            </Box>
            <Box component="dd" sx={{ margin: 0, overflowWrap: "anywhere" }}>
              {valueWords(field, policy[field], filterName)}
            </Box>
          </Box>
        ))}
      </Box>
    </Paper>
  );
}
