import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useCallback, useState } from "react";

import { referenceTo, variableCommand } from "#domain/print/collector.ts";
import type { CollectorPlatform } from "#domain/print/install.ts";
import { useHeldValue } from "#web/ingest/ValuePanel.tsx";
import { IngestTokenPicker, type ChosenIngestToken } from "#web/roll-out/IngestTokenPicker.tsx";
import { RevealButton } from "#web/secrets/RevealButton.tsx";
import { SecretText } from "#web/secrets/SecretText.tsx";
import { useReveal } from "#web/secrets/useReveal.ts";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";

/** What the value is shown as until it is asked for. */
const hidden = "••••••••••••";

export interface VariableCommandProps extends ChosenIngestToken {
  /** The name of the variable. */
  readonly variable: string;
  readonly platform: CollectorPlatform;
}

/** How a machine gets the variable that a configuration takes its ingest token from. */
export function VariableCommand({ variable, platform, ...start }: VariableCommandProps) {
  const [chosen, setChosen] = useState<ChosenIngestToken>(start);
  const possible = variableCommand(platform, variable, hidden) !== null;
  return (
    <>
      <Typography sx={{ color: "text.secondary", maxWidth: "80ch" }}>{where[platform](variable)}</Typography>
      {possible && (
        <>
          <Box sx={{ display: "flex", flexDirection: "column", gap: 3, maxWidth: 560, marginTop: 2 }}>
            <IngestTokenPicker chosen={chosen} onChoose={setChosen} />
          </Box>
          {chosen.ingest !== "" && (
            <Command key={JSON.stringify(chosen)} chosen={chosen} variable={variable} platform={platform} />
          )}
        </>
      )}
    </>
  );
}

const where: Readonly<Record<CollectorPlatform, (variable: string) => string>> = {
  linux: (variable) =>
    `The configuration says ${referenceTo(variable)} where the value of an ingest token belongs. The command puts it into a file that only root reads, and starts the collector again.`,
  windows: (variable) =>
    `The configuration says ${referenceTo(variable)} where the value of an ingest token belongs. Services have a new variable once Windows was started again. Every user of the machine can read it.`,
  macos: (variable) =>
    `The configuration says ${referenceTo(variable)} where the value of an ingest token belongs. How the collector’s service on macOS is given variables is not documented: for these machines, let the value stand in a configuration of their own.`,
};

interface CommandProps {
  readonly chosen: ChosenIngestToken;
  readonly variable: string;
  readonly platform: CollectorPlatform;
}

function Command({ chosen, variable, platform }: CommandProps) {
  const { secret, read } = useHeldValue(chosen.repository, chosen.ingest);
  const reveal = useReveal(read);
  const { shown, failure, get } = reveal;
  const text = useCallback((value: string) => variableCommand(platform, variable, value) ?? "", [platform, variable]);
  return (
    <>
      {shown && secret !== undefined ? (
        <SecretText key={platform} secret={secret} within={text} label="Variable command" />
      ) : (
        <CodeBlock label="Variable command">{text(hidden)}</CodeBlock>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        <CopyButton key={platform} labelled label="Copy the variable command" text={async () => text((await get()).reveal())} />
        <RevealButton noun="value" reveal={reveal} />
      </Box>
      {failure !== undefined && <ErrorState title="The value could not be read" failure={failure} />}
    </>
  );
}
