import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

import { FormEnding } from "#web/form/FormEnding.tsx";
import { prepared } from "#web/form/ending.ts";
import { paths } from "#web/paths.ts";

import type { IpFilterValues } from "./requests.ts";
import { isUnused, type FilterUse } from "./use.ts";
import type { FilterEdit } from "./useFilterEdit.ts";
import type { Saving } from "./useSaving.ts";

export interface SaveActionsProps {
  readonly edit: FilterEdit;
  readonly saving: Saving;
  readonly use: FilterUse | undefined;
}

/** The end of the form of a filter. */
export function SaveActions({ edit, saving, use }: SaveActionsProps) {
  const navigate = useNavigate();
  const { base, changed, changes, form } = edit;
  const { sending, stage } = saving;
  return (
    <>
      {stage.type === "gone" && (
        <Alert
          severity="warning"
          action={
            <Button color="inherit" size="small" onClick={saving.makeNew}>
              Make it a new filter
            </Button>
          }
        >
          Somebody deleted this filter meanwhile, so there is nothing to save to. What you typed is kept.
        </Alert>
      )}
      <FormEnding
        form={{ sending, prepare: prepared(sending.calls, (show) => void form.handleSubmit((next) => show({ base, next }))()) }}
        submit={base === undefined ? "Create IP filter" : saveLabel(changes, use)}
        disabled={stage.type === "gone" || (base !== undefined && !changed)}
        unsaved={{
          when: changed,
          text:
            base === undefined
              ? "The IP filter is not created, and what you typed is lost."
              : "The IP filter stays as it is in force, and your edit is lost.",
          leave: "Leave",
        }}
      >
        {base === undefined ? (
          <Button onClick={() => void navigate(paths.ipFilters)}>Cancel</Button>
        ) : (
          changed && <Button onClick={() => saving.restart(base)}>Discard</Button>
        )}
      </FormEnding>
    </>
  );
}

/** What the button that saves says: what it comes to. */
function saveLabel(changes: Partial<IpFilterValues>, use: FilterUse | undefined): ReactNode {
  if (changes.ipFilter === undefined) return changes.name === undefined ? "Save" : "Rename";
  if (use !== undefined && isUnused(use)) return "Save rules that nothing uses";
  return "Review and save";
}
