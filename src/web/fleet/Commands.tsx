import HideIcon from "@mui/icons-material/VisibilityOffOutlined";
import ShowIcon from "@mui/icons-material/VisibilityOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useCallback, useId, useMemo, useState, type ReactNode } from "react";
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
import { failureOf } from "#web/api/client.ts";
import { choiceIn } from "#web/roll-out/choice.ts";
import { useSession } from "#web/state/organization.tsx";
import { Secret } from "#web/secrets/secret.ts";
import { SecretText } from "#web/secrets/SecretText.tsx";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { LoopbackNote } from "#web/ui/LoopbackNote.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { serverOf } from "./enrolment.ts";
import { commandsQuery, tokenVariablesQuery, type FleetToken } from "./queries.ts";

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

/** How a collector is installed and enrolled with a token, for each kind of machine. */
export function Commands({ token }: { readonly token: FleetToken }) {
  const commands = useQuery(commandsQuery(token));
  // What a token's configuration takes from variables of the machine, as far as that is known; the commands do not wait for it.
  const variables = useQuery({
    ...tokenVariablesQuery(token.configuration?.id ?? ""),
    enabled: token.configuration !== null,
  }).data;
  if (commands.data !== undefined) return <CommandTabs commands={commands.data} variables={variables ?? []} />;
  if (commands.isError) {
    return (
      <ErrorState
        title="The commands could not be read"
        failure={failureOf(commands.error)}
        onRetry={() => void commands.refetch()}
      />
    );
  }
  return <LoadingShape label="Loading the commands" shape="form" rows={2} />;
}

interface CommandTabsProps {
  readonly commands: Readonly<Record<CollectorPlatform, Secret>>;
  /** The variables that a machine must have. */
  readonly variables: readonly string[];
}

function CommandTabs({ commands, variables }: CommandTabsProps) {
  const { repository = "", ingest = "" } = choiceIn(useSearchParams()[0]);
  const id = useId();
  const gateway = useSession().backend === "gateway";
  const [format, setFormat] = useState<PackageFormat>("deb");
  const [file, setFile] = useState<Partial<Record<PackageFormat, string>>>({});
  const [shown, setShown] = useState(false);
  const platform = platformOfPackage[format];
  // The same for every system. A server whose commands are of another form is taken at its word.
  const enrolment = useMemo(() => {
    const found = enrolmentStringIn(commands.linux.reveal());
    return found === null ? null : new Secret(found);
  }, [commands]);
  const command = useCallback(
    () => (enrolment === null ? commands[platform].reveal() : enrolCommands(enrolment.reveal())[platform]),
    [commands, enrolment, platform],
  );
  const masked = useCallback(
    () => (enrolment === null ? hidden : command().replace(enrolment.reveal(), hidden)),
    [command, enrolment],
  );
  const server = enrolment === null ? null : serverOf(enrolment.reveal());
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
                <CopyButton labelled label="Copy the enrol command" text={command} />
                <Button
                  startIcon={shown ? <HideIcon /> : <ShowIcon />}
                  aria-pressed={shown}
                  onClick={() => setShown((now) => !now)}
                >
                  {shown ? "Hide the token" : "Show the token"}
                </Button>
              </>
            }
          >
            {server !== null && (
              <Typography sx={{ color: "text.secondary" }}>
                It will reach {gateway ? "the cluster" : "this server"} at <code>{server}</code>.
              </Typography>
            )}
            {server !== null && <LoopbackNote url={server} />}
            <SecretText secret={commands[platform]} within={shown ? command : masked} label="Enrol command" />
          </Step>
        </Box>
      </TabRow>
      {enrolment !== null && (
        <Box sx={{ marginTop: 4 }}>
          <Step
            title="The enrolment string alone"
            copy={<CopyButton labelled label="Copy the enrolment string" text={() => enrolment.reveal()} />}
          >
            <Typography sx={{ color: "text.secondary", maxWidth: "80ch" }}>
              For tools that roll out software: the token and the server’s address in one word.
            </Typography>
            <SecretText secret={enrolment} within={shown ? asItIs : asHidden} label="Enrolment string" />
          </Step>
        </Box>
      )}
    </>
  );
}

const asItIs = (text: string) => text;
const asHidden = () => hidden;

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
