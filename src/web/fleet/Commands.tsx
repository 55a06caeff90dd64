import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useCallback, useId, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import {
  enrolCommands,
  enrolmentStringIn,
  installCommand,
  packageFormats,
  platformOfPackage,
  type CollectorPlatform,
  type PackageFormat,
} from "#domain/print/install.ts";
import type { FleetTokenFacts } from "#logscale/readFleetTokens.ts";
import { ingestEndpointQuery } from "#web/ingest/queries.ts";
import { choiceIn } from "#web/roll-out/choice.ts";
import { useSession } from "#web/state/organization.tsx";
import { Secret } from "#web/secrets/secret.ts";
import { RevealButton } from "#web/secrets/RevealButton.tsx";
import { SecretText } from "#web/secrets/SecretText.tsx";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { useHeld } from "#web/secrets/useHeld.ts";
import { useReveal } from "#web/secrets/useReveal.ts";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { serverOf } from "./enrolment.ts";
import { tokenVariablesQuery } from "./queries.ts";
import { readEnrolCommands, type EnrolCommands } from "./values.ts";

const VariableCommand = lazyPart(async () => (await import("./VariableCommand.tsx")).VariableCommand);

const formats = {
  deb: { label: "Debian, Ubuntu", file: "humio-log-collector.deb", where: "In a shell of the machine." },
  rpm: { label: "Red Hat, SUSE", file: "humio-log-collector.rpm", where: "In a shell of the machine." },
  pkg: { label: "macOS", file: "humio-log-collector.pkg", where: "In the Terminal of the machine." },
  msi: {
    label: "Windows",
    file: String.raw`C:\Temp\humio-log-collector.msi`,
    where: "In a PowerShell that was started as administrator.",
  },
} as const satisfies Record<PackageFormat, { label: string; file: string; where: string }>;

const tabs = packageFormats.map((id) => ({ id, label: formats[id].label }));

/** What the enrolment string is shown as until it is asked for. */
const hidden = "••••••••••••";

/** How a machine enrols with a token. */
interface Enrolment {
  /** The server's own commands. */
  readonly commands: EnrolCommands;
  /** The token and the server's address in one word, the same for every system; null where the commands are of another form. */
  readonly text: Secret | null;
  /** URL of the server that it leads to; null when that is not known. */
  readonly server: string | null;
}

function enrolmentOf(commands: EnrolCommands): Enrolment {
  const text = enrolmentStringIn(commands.linux.reveal());
  // A server whose commands are of another form is taken at its word.
  return { commands, text: text === null ? null : new Secret(text), server: text === null ? null : serverOf(text) };
}

function commandOf({ commands, text }: Enrolment, platform: CollectorPlatform): string {
  return text === null ? commands[platform].reveal() : enrolCommands(text.reveal())[platform];
}

function forgetEnrolment({ commands, text }: Enrolment): void {
  for (const secret of [commands.linux, commands.macos, commands.windows, text]) secret?.forget();
}

/** How a collector is installed and enrolled with a token, for each kind of machine. The token is read when it is asked for. */
export function Commands({ token }: { readonly token: FleetTokenFacts }) {
  const { repository = "", ingest = "" } = choiceIn(useSearchParams()[0]);
  const id = useId();
  const client = useQueryClient();
  const gateway = useSession().backend === "gateway";
  // What a token's configuration takes from variables of the machine, as far as that is known; the commands do not wait for it.
  const variables =
    useQuery({ ...tokenVariablesQuery(token.configuration?.id ?? ""), enabled: token.configuration !== null }).data ?? [];
  // This server has one address for all. Where a cluster's commands lead is known once they are read.
  const address = useQuery({ ...ingestEndpointQuery, enabled: !gateway }).data ?? null;
  const [format, setFormat] = useState<PackageFormat>("deb");
  const [file, setFile] = useState<Partial<Record<PackageFormat, string>>>({});
  const { handle } = token;
  const { secrets: enrolment, read } = useHeld(
    useCallback(async () => enrolmentOf(await readEnrolCommands(client, handle)), [client, handle]),
    forgetEnrolment,
  );
  const reveal = useReveal(read);
  const { shown, failure, get } = reveal;
  const platform = platformOfPackage[format];
  const isOfOtherForm = enrolment?.text === null;
  const within = useCallback(
    (secret: string) => (isOfOtherForm ? secret : enrolCommands(secret)[platform]),
    [isOfOtherForm, platform],
  );
  const server = enrolment === undefined ? address : enrolment.server;
  const path = file[format] ?? formats[format].file;
  const install = installCommand(format, path);
  return (
    <>
      <TabRow
        label="Kind of machine"
        tabs={tabs}
        value={format}
        onChange={(next) => setFormat(packageFormats.find((candidate) => candidate === next) ?? format)}
        panel={`${id}-panel`}
      >
        <Box sx={{ display: "flex", flexDirection: "column", gap: 4, paddingTop: 4 }}>
          <Typography sx={{ color: "text.secondary" }}>{formats[format].where}</Typography>
          <Step
            title="1. Install the collector"
            copy={<CopyButton labelled label="Copy the install command" text={() => install} />}
          >
            <TextField
              size="small"
              label="Where the downloaded package is on the machine"
              value={path}
              onChange={(event) => setFile((files) => ({ ...files, [format]: event.target.value }))}
              slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
              sx={{ maxWidth: 560 }}
            />
            <CodeBlock label="Install command">{install}</CodeBlock>
          </Step>
          {variables.map((variable, index) => (
            <Step key={variable} title={`${index + 2}. Give it the ingest token, as ${variable}`}>
              <Suspense fallback={null}>
                <VariableCommand
                  variable={variable}
                  platform={platform}
                  {...(index === 0 ? { repository, ingest } : { repository: "", ingest: "" })}
                />
              </Suspense>
            </Step>
          ))}
          <Step
            title={`${variables.length + 2}. Enrol the machine`}
            copy={
              <>
                <CopyButton
                  key={platform}
                  labelled
                  label="Copy the enrol command"
                  text={async () => commandOf(await get(), platform)}
                />
                <RevealButton noun="token" reveal={reveal} />
              </>
            }
          >
            {server !== null && (
              <Typography sx={{ color: "text.secondary" }}>
                It will reach {gateway ? "the cluster" : "this server"} at <code>{server}</code>.
              </Typography>
            )}
            {server !== null && <LoopbackNote url={server} />}
            {shown && enrolment !== undefined ? (
              <SecretText secret={enrolment.text ?? enrolment.commands[platform]} within={within} label="Enrol command" />
            ) : (
              <CodeBlock label="Enrol command">{within(hidden)}</CodeBlock>
            )}
            {failure !== undefined && <ErrorState title="The commands could not be read" failure={failure} />}
          </Step>
        </Box>
      </TabRow>
      {!isOfOtherForm && (
        <Box sx={{ marginTop: 4 }}>
          <Step
            title="The enrolment string alone"
            copy={<CopyButton labelled label="Copy the enrolment string" text={async () => stringOf(await get())} />}
          >
            <Typography sx={{ color: "text.secondary", maxWidth: "80ch" }}>
              For tools that roll out software: the token and the server’s address in one word.
            </Typography>
            {shown && enrolment?.text ? (
              <SecretText secret={enrolment.text} label="Enrolment string" />
            ) : (
              <CodeBlock label="Enrolment string">{hidden}</CodeBlock>
            )}
          </Step>
        </Box>
      )}
    </>
  );
}

/** @throws where there is none: the place to copy it from goes with that. */
function stringOf({ text }: Enrolment): string {
  if (text === null) throw new Error("The server's commands hold no enrolment string.");
  return text.reveal();
}

interface StepProps {
  readonly title: string;
  readonly copy?: ReactNode;
  readonly children: ReactNode;
}

function Step({ title, copy, children }: StepProps) {
  return (
    <Box component="section" aria-label={title} sx={{ display: "flex", flexDirection: "column", gap: 2, minWidth: 0 }}>
      <Typography variant="h3">{title}</Typography>
      {children}
      {copy !== undefined && <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>{copy}</Box>}
    </Box>
  );
}
