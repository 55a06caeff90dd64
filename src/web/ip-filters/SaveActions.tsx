import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

import { parseIpFilter, type IpFilter } from "#domain/filter/ipFilter.ts";
import { CreateIpFilterDocument, UpdateIpFilterDocument } from "#logscale/generated/ipFilters.ts";
import { ApiCallButton, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { LostAnswer } from "#web/form/LostAnswer.tsx";
import { paths } from "#web/paths.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";

import { readFilters, type IpFilterValues } from "./requests.ts";
import { isUnused, type FilterUse } from "./use.ts";
import type { FilterEdit, FormValues } from "./useFilterEdit.ts";
import type { Saving } from "./useSaving.ts";

export interface SaveActionsProps {
  readonly edit: FilterEdit;
  readonly saving: Saving;
  readonly use: FilterUse | undefined;
}

/** The buttons below the form of a filter, and above them why it was not saved. */
export function SaveActions({ edit, saving, use }: SaveActionsProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { base, changed, changes, form } = edit;
  const { stage } = saving;
  return (
    <>
      {stage.type === "editing" && stage.failure !== undefined && (
        <ErrorState title="The IP filter was not saved" failure={stage.failure} />
      )}
      {stage.type === "lost" && (
        <LostAnswer
          title={`It is not known whether the IP filter was ${base === undefined ? "created" : "saved"}`}
          failure={stage.failure}
          action="Read again"
          onLook={async () => {
            saving.settled(stage.settle(await readFilters(client)));
            return undefined;
          }}
          onSettled={saving.backToForm}
        />
      )}
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
      <Box sx={{ display: "flex", gap: 2, flexWrap: "wrap" }}>
        <Button
          type="submit"
          variant="contained"
          loading={form.formState.isSubmitting}
          disabled={stage.type === "lost" || stage.type === "gone" || (base !== undefined && !changed)}
        >
          {base === undefined ? "Create IP filter" : saveLabel(changes, use)}
        </Button>
        {base === undefined ? (
          <Button onClick={() => void navigate(paths.ipFilters)}>Cancel</Button>
        ) : (
          changed && <Button onClick={() => saving.restart(base)}>Discard</Button>
        )}
        <ApiCallButton prepare={(show) => void form.handleSubmit((next) => show(apiCallOf(base, next)))()} />
      </Box>
    </>
  );
}

/** What the button that saves says: what it comes to. */
function saveLabel(changes: Partial<IpFilterValues>, use: FilterUse | undefined): ReactNode {
  if (changes.ipFilter === undefined) return changes.name === undefined ? "Save" : "Rename";
  if (use !== undefined && isUnused(use)) return "Save rules that nothing uses";
  return "Review and save";
}

function apiCallOf(base: IpFilter | undefined, next: FormValues): ShownCall {
  const shared = {
    resource: { type: "ip-filter", name: next.name, rules: parseIpFilter(next.ipFilter).rules },
  } as const;
  if (base === undefined) {
    return { ...shared, title: "Create an IP filter", document: CreateIpFilterDocument, variables: { input: next } };
  }
  return {
    ...shared,
    title: "Change an IP filter",
    document: UpdateIpFilterDocument,
    variables: { input: { id: base.id, ...next } },
    note: "It does not look first whether somebody else changed the filter meanwhile.",
  };
}
