import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";

import { perKind } from "#domain/token/kinds.ts";
import { deletionsByMaximum, shortestGentleMaximum } from "#domain/policy/lifetimes.ts";

import type { PutInto } from "#web/policies/draft/useDraft.ts";
import type { SeenToken } from "#web/policies/impact/effects.ts";
import type { Impact } from "#web/policies/impact/impact.ts";
import type { KindSeen } from "#web/api/kindSeen.ts";
import { ExpiryPicture } from "./ExpiryPicture.tsx";
import { MaximumPicture } from "./MaximumPicture.tsx";

export interface PicturesProps {
  readonly impact: Impact;
  readonly kinds: readonly KindSeen[];
  readonly putInto: PutInto;
}

/** The impact as pictures: when tokens expire before and after, and how many of each kind any maximum would delete. */
export function Pictures({ impact, kinds, putInto }: PicturesProps) {
  const { tokens, now, draft } = impact;
  // Sorted once for each load of the tokens and each minute; a keystroke only looks things up.
  const curves = useMemo(() => {
    const byKind = perKind((): SeenToken[] => []);
    for (const token of tokens) byKind[token.kind].push(token);
    return perKind((kind) => ({
      curve: deletionsByMaximum(byKind[kind], now),
      gentle: shortestGentleMaximum(byKind[kind], now),
    }));
  }, [tokens, now]);
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 6, containerType: "inline-size" }}>
      <ExpiryPicture impact={impact} />
      <section aria-label="Tokens deleted against the maximum lifetime">
        <Typography variant="h3">Tokens deleted against the maximum lifetime</Typography>
        <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
          How many tokens of a kind any maximum would delete if it were applied now, and from which maximum up nothing that is or
          may be in use stops within 7 days.
        </Typography>
        <Box
          sx={{
            display: "grid",
            gridTemplateColumns: "minmax(0, 1fr)",
            "@container (min-width: 620px)": { gridTemplateColumns: "repeat(2, minmax(0, 1fr))" },
            gap: 5,
            marginTop: 3,
          }}
        >
          {kinds.map(({ kind, state }) => (
            <MaximumPicture key={kind} kind={kind} state={state} {...curves[kind]} policy={draft[kind]} put={putInto(kind)} />
          ))}
        </Box>
      </section>
    </Box>
  );
}
