import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import type { LeakKind } from "#domain/leak/match.ts";
import { mostKept } from "#domain/leak/scan.ts";
import { offers, type Session } from "#web/api/session.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { Panel } from "#web/ui/Panel.tsx";

import type { Finds } from "./useScan.ts";

export interface NotRecognisedProps {
  readonly finds: Finds;
  readonly session: Session;
}

/** What was found and is not told apart any further, and what is not looked for at all. */
export function NotRecognised({ finds: { finds, unkept }, session }: NotRecognisedProps) {
  const foreign = finds.filter(({ kind }) => kind === "foreign").length + (unkept.foreign ?? 0);
  return (
    <Panel title="Not recognised">
      <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
        {foreign > 0 && (
          <li>
            {countOf(foreign, "JSON Web Token")} of others: Tokenhouse signed {foreign === 1 ? "it" : "them"} not, and cannot say
            what {foreign === 1 ? "it opens" : "they open"}.
          </li>
        )}
        {Object.entries(unkept)
          .filter(([kind]) => kind !== "foreign")
          .map(([kind, number]) => (
            <li key={kind}>
              {countOf(number, "further place")} with {unkeptWords[kind as LeakKind]}: the first {count(mostKept)} are kept.
              Search a part of the text for the others.
            </li>
          ))}
        <li>
          Not found at all: a value that somebody chose for an ingest token
          {offers(session, "valueLookup") ? " (below it can be asked about)" : ""}, and what is encrypted, packed within the text,
          or broken over lines. Other secrets, such as passwords and keys of other products, are not looked for.
        </li>
      </Box>
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        That a text has nothing here does not make it fit to be published.
      </Typography>
    </Panel>
  );
}

const unkeptWords: Readonly<Record<LeakKind, string>> = {
  token: "token strings",
  cut: "beginnings of token strings",
  administrator: "credentials of a local administrator",
  uuid: "UUIDs, which ingest tokens look like",
  letters: "32 letters and digits, which fleet tokens look like",
  jwt: "JWTs of fleet tokens",
  foreign: "JSON Web Tokens of others",
};
