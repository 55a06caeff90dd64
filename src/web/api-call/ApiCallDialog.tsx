import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { stringifyDocument } from "@urql/core";
import { useId, useMemo, useState } from "react";

import { printApiCall, printResource, tokenVariable, type PrintedCall } from "#domain/apiCall.ts";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";

import type { ShownCall } from "./ApiCallButton.tsx";

/** What {@link ApiCallDialog} takes. */
export interface ApiCallDialogProps {
  readonly call: ShownCall;
  readonly onClose: () => void;
}

/** What a form would send, in every language that it can be printed in. */
export function ApiCallDialog({ call, onClose }: ApiCallDialogProps) {
  const id = useId();
  const tabs = useMemo(() => print(call), [call]);
  const [tab, setTab] = useState("sh");
  const shown = tabs.find((printed) => printed.id === tab) ?? tabs[0];
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`}>
      <DialogTitle id={`${id}-title`}>{call.title}, as an API call</DialogTitle>
      <DialogContent sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
        <Typography id={`${id}-text`}>
          Exactly what the form holds now; nothing is sent from here. No secret is in it: the credential is read from the
          environment variable <code>{tokenVariable}</code> where it runs. {call.note}
        </Typography>
        {shown !== undefined && (
          <TabRow label="Language" tabs={tabs} value={shown.id} onChange={setTab} panel={`${id}-panel`}>
            {/* Wider than a phone; the keyboard must be able to scroll it, and to select it where copying is refused. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <Box
              component="pre"
              role="group"
              aria-label={shown.label}
              tabIndex={0}
              translate="no"
              sx={{
                marginBlock: 2,
                padding: 3,
                border: 1,
                borderColor: "divider",
                borderRadius: 1,
                backgroundColor: "frame.well",
                overflow: "auto",
                maxHeight: "45dvh",
                whiteSpace: "pre-wrap",
                overflowWrap: "anywhere",
              }}
            >
              {shown.text}
            </Box>
            <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
              <Typography variant="caption" sx={{ color: "text.secondary", flex: "1 1 240px" }}>
                {shown.hint}
              </Typography>
              <CopyButton key={shown.id} text={() => shown.text} label={`Copy: ${shown.label}`} labelled />
            </Box>
          </TabRow>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function print({ document: node, variables, server, resource }: ShownCall): PrintedCall[] {
  const document = stringifyDocument(node);
  return [
    ...printApiCall({ document, variables, server }),
    ...(resource === undefined ? [] : printResource(resource)),
    {
      id: "graphql",
      label: "GraphQL",
      hint: "For an API explorer: the operation, and its variables below.",
      text: `${document}\n\n${JSON.stringify(variables, null, 2)}`,
    },
  ];
}
