import AddIcon from "@mui/icons-material/AddOutlined";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Button from "@mui/material/Button";
import { Link as RouterLink } from "react-router";

import { paths } from "#web/paths.ts";
import { ButtonsNote } from "#web/ui/ButtonsNote.tsx";

import type { PlaceDetail } from "./queries.ts";
import { placeTypeOf } from "./type.ts";

/** What the page of a repository or view asks about before it does it. */
export type PlaceDialog = "describe" | "search" | "retention" | "connections" | "rename" | "delete";

export interface PlaceButtonsProps {
  readonly place: PlaceDetail;
  readonly mayDelete: boolean;
  /** Whether it is changed here at all. */
  readonly changes: boolean;
  readonly onAct: (action: "rename" | "delete") => void;
}

/** What comes next with a repository or view, and the way to delete it. */
export function PlaceButtons({ place, mayDelete, changes, onAct }: PlaceButtonsProps) {
  const type = placeTypeOf(place);
  const takesTokens = place.__typename === "Repository" && place.showsTokens && type === "repository";
  const refusal =
    type === "system"
      ? "LogScale’s own repositories are neither renamed nor deleted."
      : mayDelete
        ? undefined
        : `It is renamed and deleted by who holds DeleteRepositoryOrView on it, or ${type === "view" ? "DeleteAllViews" : "DeleteAllRepositories"} in the organization.`;
  return (
    <>
      {takesTokens && (
        <Button component={RouterLink} to={paths.newIngestToken(place.name)} variant="contained" startIcon={<AddIcon />}>
          Create ingest token
        </Button>
      )}
      {changes && (
        <>
          {refusal === undefined && (
            <Button variant="outlined" onClick={() => onAct("rename")}>
              Rename…
            </Button>
          )}
          <Button
            variant="outlined"
            color="error"
            startIcon={<DeleteIcon />}
            disabled={refusal !== undefined}
            onClick={() => onAct("delete")}
          >
            Delete…
          </Button>
          {refusal !== undefined && <ButtonsNote>{refusal}</ButtonsNote>}
        </>
      )}
    </>
  );
}
