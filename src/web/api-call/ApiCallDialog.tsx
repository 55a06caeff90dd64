import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { Fragment, useId, useMemo, useState } from "react";

import { printApiCall, printOperation, type PrintedCall } from "#domain/print/apiCall.ts";
import { printResource } from "#domain/print/apiResource.ts";
import { tokenVariable } from "#domain/print/tokenVariable.ts";
import { withheldIn } from "#domain/token/withheld.ts";
import { serverUrl } from "#web/api/server.ts";
import { useSession } from "#web/state/organization.tsx";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";

import type { ShowCalls, ShownCall } from "./ApiCallButton.tsx";

export interface ApiCallDialogProps {
  readonly calls: Parameters<ShowCalls>;
  readonly onClose: () => void;
}

/** What a form would send, in every language that it can be printed in. */
export function ApiCallDialog({ calls, onClose }: ApiCallDialogProps) {
  const id = useId();
  const session = useSession();
  const [chosen, setChosen] = useState(0);
  const call = calls[chosen] ?? calls[0];
  const tabs = useMemo(() => print(call, serverUrl(session)), [call, session]);
  const [tab, setTab] = useState("sh");
  const shown = tabs.find((printed) => printed.id === tab) ?? tabs[0];
  return (
    <DialogFrame
      title={`${call.title}, as an API call`}
      width="md"
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
      text={
        <Typography>
          Exactly what would be sent now; nothing is sent from here. No secret is in it: the credential is read from the
          environment variable <code>{tokenVariable}</code> where it runs
          {withheldIn(call.variables).map(({ what, variable }) => (
            <Fragment key={variable}>
              , and {what} from <code>{variable}</code>
            </Fragment>
          ))}
          . {call.note}
        </Typography>
      }
    >
      {calls.length > 1 && (
        <TextField
          select
          size="small"
          label="Request"
          value={chosen}
          onChange={(event) => setChosen(Number(event.target.value))}
          sx={{ maxWidth: 420, marginBlockStart: 2 }}
          slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
        >
          {calls.map(({ title }, index) => (
            <option key={title} value={index}>
              {title}
            </option>
          ))}
        </TextField>
      )}
      {shown !== undefined && (
        <TabRow label="Language" tabs={tabs} value={shown.id} onChange={setTab} panel={`${id}-panel`}>
          <Box sx={{ marginBlock: 2 }}>
            {shown.text.includes(serverUrl(session)) && <LoopbackNote url={serverUrl(session)} />}
            <CodeBlock label={shown.label} wrap>
              {shown.text}
            </CodeBlock>
          </Box>
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3, alignItems: "center" }}>
            <Typography variant="caption" sx={{ color: "text.secondary", flex: "1 1 240px" }}>
              {shown.hint}
            </Typography>
            <CopyButton key={shown.id} text={() => shown.text} label={`Copy: ${shown.label}`} labelled />
          </Box>
        </TabRow>
      )}
    </DialogFrame>
  );
}

function print({ document, variables, resource }: ShownCall, server: string): readonly PrintedCall[] {
  return [
    ...printApiCall({ document, variables, server }),
    ...(resource === undefined ? [] : printResource(resource)),
    printOperation({ document, variables }),
  ];
}
