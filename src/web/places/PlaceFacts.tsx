import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import { retentionOf, retentionParts, type RetentionPart } from "#domain/places/retention.ts";
import { offers } from "#web/api/session.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Hint } from "#web/ui/Hint.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import type { PlaceDialog } from "./PlaceButtons.tsx";
import type { PlaceDetail, RepositoryDetail } from "./queries.ts";
import { limitWords, partWords, shortSize } from "./words.ts";

export interface PlaceFactsProps {
  readonly place: PlaceDetail;
  /** Whether it is changed here at all. */
  readonly changes: boolean;
  readonly onAct: (action: PlaceDialog) => void;
}

/** What is set of a repository or view, and what changes it. */
export function PlaceFacts({ place, changes, onAct }: PlaceFactsProps) {
  const description = place.description == null || place.description.trim() === "" ? null : place.description;
  return (
    <>
      <Panel title={`About the ${place.__typename === "View" ? "view" : "repository"}`}>
        <Facts>
          <Fact term="Description">
            {description === null ? (
              <span className="quiet">none</span>
            ) : (
              <Box component="span" sx={{ whiteSpace: "pre-wrap" }}>
                <Name>{description}</Name>
              </Box>
            )}
          </Fact>
          <Fact term="Automatic search">{place.automaticSearch ? "On" : "Off"}</Fact>
        </Facts>
        {changes && (
          <Changes
            lacks={[
              ...(place.mayDescribe ? [] : ["The description is changed by who holds ChangeViewOrRepositoryDescription here."]),
              ...(place.mayChangeSearch ? [] : ["Automatic search is changed by who holds ChangeDefaultSearchSettings here."]),
            ]}
          >
            {place.mayDescribe && (
              <Button variant="outlined" size="small" onClick={() => onAct("describe")}>
                Change description…
              </Button>
            )}
            {place.mayChangeSearch && (
              <Button variant="outlined" size="small" onClick={() => onAct("search")}>
                Turn automatic search {place.automaticSearch ? "off" : "on"}…
              </Button>
            )}
          </Changes>
        )}
      </Panel>
      {place.__typename === "Repository" && (
        <RetentionPanel repository={place} changes={changes} onChange={() => onAct("retention")} />
      )}
    </>
  );
}

interface RetentionPanelProps {
  readonly repository: RepositoryDetail;
  readonly changes: boolean;
  readonly onChange: () => void;
}

function RetentionPanel({ repository, changes, onChange }: RetentionPanelProps) {
  const { session } = useOrganization();
  const retention = retentionOf(repository);
  return (
    <Panel title="Retention">
      <Facts>
        {retentionParts.map((part) => {
          const value = retention[part];
          return (
            <Fact key={part} term={partWords[part]}>
              {value === null ? <span className="quiet">no limit</span> : <Limit part={part} value={value} />}
            </Fact>
          );
        })}
      </Facts>
      <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0 }}>
        {offers(session, "ingestUse")
          ? "This server counts what arrives and keeps the last 100 events, whatever the retention. A LogScale deletes what is beyond it."
          : "LogScale deletes events beyond any of these limits, the oldest first."}
      </Typography>
      {changes && (
        <Changes lacks={repository.mayChangeRetention ? [] : ["It is changed by who holds ChangeRetention here."]}>
          {repository.mayChangeRetention && (
            <Button variant="outlined" size="small" onClick={onChange}>
              Change retention…
            </Button>
          )}
        </Changes>
      )}
    </Panel>
  );
}

interface ChangesProps {
  /** Who may do what the reader may not, in sentences. */
  readonly lacks: readonly string[];
  readonly children: ReactNode;
}

/** What changes something, and why something does not. */
export function Changes({ lacks, children }: ChangesProps) {
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, "&:empty": { display: "none" } }}>{children}</Box>
      {lacks.length > 0 && (
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", margin: 0, overflowWrap: "anywhere" }}>
          {lacks.join(" ")}
        </Typography>
      )}
    </>
  );
}

/** A limit as it reads best; of a size that was rounded, hovering and focusing tell every byte. */
function Limit({ part, value }: { readonly part: RetentionPart; readonly value: number }) {
  if (part === "time") return `at most ${limitWords(part, value)}`;
  const { short, exact } = shortSize(value);
  return <Hint hint={exact}>at most {short}</Hint>;
}
