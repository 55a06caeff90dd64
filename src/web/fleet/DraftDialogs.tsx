import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useState } from "react";

import type { YamlProblem } from "#logscale/collectorYaml.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { useAction, type ActionOptions } from "#web/form/useAction.ts";
import { countOf } from "#web/ui/counts.ts";

interface DraftDialogProps {
  /** The version that is published; 0 for none. */
  readonly version: number;
  readonly change: ActionOptions<void>;
  readonly onCancel: () => void;
}

export interface PublishDialogProps extends DraftDialogProps {
  /** How many fleet tokens have the configuration; undefined while that is not known. */
  readonly uses: number | undefined;
  readonly problems: readonly YamlProblem[];
  /** Leads to what fills the gaps of sinks; undefined where there are none. */
  readonly onFill: (() => void) | undefined;
}

/** How many warnings are spelled out: one can be the cause of many. */
const mostShown = 8;

/** Asks before a text is published, and does it. */
export function PublishDialog({ version: present, change, uses, problems, onFill, onCancel }: PublishDialogProps) {
  // What was asked about stays what it was: where the answer is lost, the version that is there may be this very one.
  const [version] = useState(present);
  return (
    <ActionDialog
      action={useAction(change)}
      title={`Publish version ${version + 1}?`}
      confirm={`Publish version ${version + 1}`}
      onCancel={onCancel}
    >
      {version === 0 ? "It is the first version." : `It takes the place of version ${version}.`}{" "}
      {uses === undefined
        ? "Machines that enrolled with a fleet token which has this configuration get it."
        : uses === 0
          ? "No fleet token has this configuration, so no machine gets it yet."
          : `Machines that enrolled with the ${countOf(uses, "fleet token")} that ${uses === 1 ? "has" : "have"} it get it.`}
      {problems.length > 0 && (
        <Alert
          severity="warning"
          sx={{ marginTop: 3 }}
          action={
            onFill !== undefined && (
              <Button color="inherit" size="small" onClick={onFill}>
                Fill in
              </Button>
            )
          }
        >
          The check of the text has {countOf(problems.length, "warning")}:
          <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
            {problems.slice(0, mostShown).map(({ from, line, message }) => (
              <li key={`${from} ${message}`}>
                Line {line}: {message}
              </li>
            ))}
          </Box>
        </Alert>
      )}
    </ActionDialog>
  );
}

/** Asks before a draft is discarded, and does it. */
export function DiscardDialog({ version, change, onCancel }: DraftDialogProps) {
  return (
    <ActionDialog
      action={useAction(change)}
      title="Discard the draft?"
      confirm="Discard the draft"
      destructive
      onCancel={onCancel}
    >
      {version === 0
        ? "Nothing is published, so the configuration is empty then."
        : `What is published as version ${version} stays as it is.`}
    </ActionDialog>
  );
}
