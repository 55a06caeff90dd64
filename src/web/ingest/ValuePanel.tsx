import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useId, useMemo, useState } from "react";

import { weaknessWords } from "#domain/token/tokenWeakness.ts";
import { configurations, needsCare } from "#domain/print/shippers.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import { failureOf } from "#web/api/client.ts";
import type { Secret } from "#web/secrets/secret.ts";
import { RevealButton } from "#web/secrets/RevealButton.tsx";
import { SecretText } from "#web/secrets/SecretText.tsx";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { useHeld } from "#web/secrets/useHeld.ts";
import { useReveal } from "#web/secrets/useReveal.ts";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { ingestEndpointQuery, readValue } from "./queries.ts";

/** What stands in place of the value until it is asked for. */
const hidden = "••••••••-••••-••••-••••-••••••••••••";

/** A token's value as it is held by one page, which reads it when it is first needed and forgets it when it goes. */
export interface HeldValue {
  /** Undefined until it was read. */
  readonly secret: Secret | undefined;
  /** Reads it, unless that was done. Throws CallError. */
  readonly read: () => Promise<Secret>;
}

/** Holds the value of a token for as long as the component that calls this is shown; another token needs another component. */
export function useHeldValue(repository: string, name: string): HeldValue {
  const { secrets: secret, read } = useHeld(
    useCallback(() => readValue(repository, name), [repository, name]),
    forgetSecret,
  );
  return { secret, read };
}

const forgetSecret = (secret: Secret) => secret.forget();

/** The value, hidden until it is asked for, and ready configurations of shippers with it in its place. */
export function ValuePanel({ token, value }: { readonly token: IngestToken; readonly value: HeldValue }) {
  const id = useId();
  const { secret, read } = value;
  const endpoint = useQuery(ingestEndpointQuery);
  const reveal = useReveal(read);
  const { shown, failure, get } = reveal;
  const [tab, setTab] = useState("curl");
  const tabs = useMemo(() => (endpoint.data === undefined ? [] : configurations({ server: endpoint.data })), [endpoint.data]);
  const chosen = tabs.find((candidate) => candidate.id === tab) ?? tabs[0];
  const filled = useCallback((text: string) => chosen?.text(text) ?? "", [chosen]);
  const weakness = token.use?.weakness ?? null;
  return (
    <>
      <Panel title="Value">
        {weakness !== null && (
          <Alert severity="warning">
            {weaknessWords[weakness === "Short" ? "short" : "guessable"]} Use another token with a generated value where you can.
          </Alert>
        )}
        <Typography sx={{ color: "text.secondary" }}>
          Whoever has the value can send data into <Name>{token.repository}</Name>. It is read from the server when you ask for
          it.
        </Typography>
        {shown && secret !== undefined ? (
          <SecretText secret={secret} label="Value of the token" large />
        ) : (
          <CodeBlock label="Value of the token, hidden">{hidden}</CodeBlock>
        )}
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
          <CopyButton labelled label="Copy the value" text={async () => (await get()).reveal()} />
          <RevealButton noun="value" reveal={reveal} />
        </Box>
        {failure !== undefined && <ErrorState title="The value could not be read" failure={failure} />}
      </Panel>
      <Panel title="Send data with it">
        {endpoint.isError ? (
          <ErrorState
            title="The address for shippers could not be read"
            failure={failureOf(endpoint.error)}
            onRetry={() => void endpoint.refetch()}
          />
        ) : chosen === undefined ? (
          <LoadingShape label="Loading the configurations" shape="form" rows={3} />
        ) : (
          <TabRow label="Shipper" tabs={tabs} value={chosen.id} onChange={setTab} panel={`${id}-panel`}>
            <Box sx={{ display: "flex", flexDirection: "column", gap: 3, paddingTop: 4 }}>
              <Typography sx={{ color: "text.secondary" }}>{chosen.hint}</Typography>
              {endpoint.data !== undefined && <LoopbackNote url={endpoint.data} />}
              {shown && secret !== undefined ? (
                <SecretText key={chosen.id} secret={secret} within={filled} label={`${chosen.label} configuration`} />
              ) : (
                <CodeBlock label={`${chosen.label} configuration`}>{chosen.text(hidden)}</CodeBlock>
              )}
              {shown && secret !== undefined && needsCare(secret.reveal()) && (
                <Typography variant="caption" sx={{ color: "text.secondary" }}>
                  The value has unusual characters. They are quoted as each program documents it; check the result once.
                </Typography>
              )}
              <Box>
                <CopyButton
                  key={chosen.id}
                  labelled
                  label={`Copy for ${chosen.label}, with the value`}
                  text={async () => chosen.text((await get()).reveal())}
                />
              </Box>
            </Box>
          </TabRow>
        )}
      </Panel>
    </>
  );
}
