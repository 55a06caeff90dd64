import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useId, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import type { ThingInForce } from "#domain/resources/check.ts";
import type { PlanInView } from "#domain/resources/inForce.ts";
import { resourceNouns } from "#domain/resources/operatorKinds.ts";
import { differenceWords, notesOn, planNotes } from "#domain/resources/words.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { HarmSign, harmSigns } from "#web/ui/HarmSign.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { localTime } from "#web/ui/times.ts";

import type { ResourceRow } from "./check.ts";
import { createLink, thingLink } from "./links.ts";
import { verdictTitle, VerdictSign } from "./VerdictSign.tsx";

export interface ResourceCardProps {
  readonly row: ResourceRow;
  readonly plan: PlanInView | undefined;
  /** Where the resource with an index is. */
  readonly placeOf: (index: number) => string;
  /** The server's present time, ms since epoch. */
  readonly now: number;
}

/** What came of one resource, with links to what it makes. */
export function ResourceCard({ row: { placed, checked }, plan, placeOf, now }: ResourceCardProps) {
  const id = useId();
  const { filterName } = useOrganization();
  const { resource, found, verdict } = checked;
  const { thing } = resource;
  const harm = checked.afterPlan?.effect?.disruption.harm;
  const named = plan?.filters ?? [];
  const notes = [
    ...notesOn(checked, { name: nameInText, placeOf }),
    ...(plan === undefined
      ? []
      : planNotes(checked, {
          next: plan.policies,
          now,
          formatInstant: localTime,
          filterName: (filter) => nameInText(named.find((one) => one.id === filter)?.name ?? filterName(filter)),
          harm: (harm) => harmSigns[harm].words,
        })),
    ...placed.remarks.map(({ line, column, message }) => `Line ${line}, column ${column}: ${message}`),
  ];
  const made = (wanted: ThingInForce, words: ReactNode) => (
    <Link component={RouterLink} to={thingLink(wanted)}>
      {words}
    </Link>
  );
  return (
    <Paper variant="outlined" component="article" aria-labelledby={id} sx={{ padding: 3, minWidth: 0 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-start", gap: 3 }}>
        <Box sx={{ flex: "1 1 300px", minWidth: 0, overflowWrap: "anywhere" }}>
          <Typography variant="subtitle1" component="h3" id={id}>
            {found.type === "exists" || found.type === "differs" ? (
              made(found.thing, <Name>{thing.name}</Name>)
            ) : (
              <Name>{thing.name}</Name>
            )}
          </Typography>
          <Typography sx={{ color: "text.secondary" }}>
            {resourceNouns[thing.type].replace(/^./u, (letter) => letter.toUpperCase())}
            {thing.type === "ingest" && (
              <>
                {" of "}
                <Name>{thing.repository}</Name>
              </>
            )}
            {" · "}
            <bdi>{placed.file}</bdi>, line {placed.line}
            {resource.cluster !== null && (
              <>
                {" · for "}
                <bdi>{nameInText(resource.cluster)}</bdi>
              </>
            )}
          </Typography>
        </Box>
        {verdict === "stopped" && harm !== undefined ? (
          <HarmSign harm={harm}>{verdictTitle(verdict)}</HarmSign>
        ) : (
          <VerdictSign verdict={verdict} />
        )}
        {found.type === "missing" && (
          <Button component={RouterLink} to={createLink(thing)} variant="outlined" size="small">
            Create it
          </Button>
        )}
      </Box>
      {found.type === "differs" && found.differences.length > 0 && (
        <Box sx={{ marginTop: 3 }}>
          <Facts>
            {found.differences.map((difference) => {
              const { label, from, to } = differenceWords(difference, { name: nameInText, instant: localTime });
              return (
                <Fact key={difference.field} term={label.replace(/^./u, (letter) => letter.toUpperCase())}>
                  <Words>{from}</Words>
                  {" → "}
                  <Words>{to}</Words>
                </Fact>
              );
            })}
          </Facts>
          <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 1 }}>
            From what is in force to what the file asks for.
            {found.differences.some((difference) => "added" in difference) && " Of lists, only what differs is named."}
          </Typography>
        </Box>
      )}
      {found.type === "ambiguous" && (
        <Box component="ul" sx={{ marginBlock: 2, paddingInlineStart: 5 }}>
          {found.among.map(({ thing: one, asWritten }) => (
            <li key={"id" in one ? one.id : one.name}>
              {made(one, "id" in one ? one.id : <Name>{one.name}</Name>)}
              {asWritten ? ", as written" : ", not as written"}
            </li>
          ))}
        </Box>
      )}
      {notes.map((note) => (
        <Typography key={note} sx={{ marginTop: 2, maxWidth: "90ch", overflowWrap: "anywhere" }}>
          <Words>{note}</Words>
        </Typography>
      ))}
    </Paper>
  );
}
