import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useWatch } from "react-hook-form";
import * as z from "zod/mini";

import { nameInText } from "#domain/name.ts";
import { successorName } from "#domain/renewal/successorName.ts";
import { ingestTokenNameSchema } from "#domain/token/ingestToken.ts";
import { AddIngestTokenDocument } from "#logscale/generated/ingestToken.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import { watchCreation } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { ingestChanged, ingestTokensQuery } from "#web/ingest/queries.ts";
import { findingNotesKey } from "#web/inventory/notes/key.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { Name } from "#web/ui/Name.tsx";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { noManager } from "#web/ui/noManager.ts";

import { AlreadyReplaced } from "./AlreadyReplaced.tsx";
import { renewIngestToken } from "./renew.ts";

const formSchema = z.object({ name: ingestTokenNameSchema });

export interface RenewIngestDialogProps {
  readonly token: IngestToken;
  readonly onCancel: () => void;
  /** Called with the name of the successor, which is in the same repository. */
  readonly onRenewed: (name: string) => void;
}

/** Renews an ingest token: makes another of a new name, with the same parser, and leaves the old one alive. */
export function RenewIngestDialog({ token, onCancel, onRenewed }: RenewIngestDialogProps) {
  const { repository, parser, use } = token;
  const client = useQueryClient();
  const session = useSession();
  const others = useQuery(ingestTokensQuery(repository)).data ?? [];
  const [proposed] = useState(() => successorName(token.name, new Set(others.map(({ name }) => name))));
  const inputOf = (name: string) => ({ repositoryName: repository, name, parser, customToken: null });
  const { form, problem, ending } = useFormShell({
    start: { name: proposed },
    mode: "onSubmit",
    schema: formSchema,
    failure: "The token was not renewed",
    fields: { name: "name" },
    calls: ({ name }) => [
      {
        title: "Create an ingest token",
        document: AddIngestTokenDocument,
        variables: { input: inputOf(name) },
        note: "The answer does not hold the token: whoever may change the repository’s ingest tokens can read it afterwards. The old one stays as it is.",
        resource: { type: "ingest", repository, name, parser, existing: false },
      },
    ],
    lost: {
      title: "It is not known whether the token was created",
      action: "Look in the list",
      watch: ({ name }) =>
        watchCreation("ingest token", name, async () => {
          const tokens = await client.query(ingestTokensQuery(repository));
          return { rows: tokens.map((one) => ({ name: one.name, to: paths.ingestToken(repository, one.name) })), steady: true };
        }),
    },
    send: ({ name }) => renewIngestToken(inputOf(name), { kind: "ingest", repository, name: token.name }, session),
    done: async (_, { name }) => {
      await Promise.all([ingestChanged(client), client.invalidateQueries({ queryKey: findingNotesKey })]);
      onRenewed(name);
    },
    failed: () => void ingestChanged(client),
  });
  const name = useWatch({ control: form.control, name: "name" });
  const namesakes = namesakesIn(
    name,
    others.map((one) => one.name),
  );
  const taken = namesakes.same > 0;
  return (
    <FormDialog
      text={
        <Typography>
          This makes another ingest token with a value of its own. The old one goes on working until you delete it. Every shipper
          that sends with it has to be changed to the new value.
        </Typography>
      }
      title={`Renew ${nameInText(token.name)}?`}
      submit="Renew it"
      form={ending}
      onCancel={onCancel}
    >
      <AlreadyReplaced keys={[{ kind: "ingest", repository, name: token.name }]} />
      <Facts>
        <Fact term="Repository">
          <Name>{repository}</Name>
        </Fact>
        <Fact term="Parser">{parser === null ? "None" : <Name>{parser}</Name>}</Fact>
        <Fact term="Value">{use?.isCustom === true ? "Generated, though that of the old one was chosen" : "Generated"}</Fact>
      </Facts>
      <TextField
        {...form.register("name")}
        size="small"
        label="Name of the new token"
        // The one thing to type here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        error={problem("name") !== undefined || taken}
        helperText={
          problem("name") ??
          (taken
            ? "The repository has an ingest token of this name already."
            : (alikeWords("ingest token", namesakes) ?? "Unique in the repository, so it cannot have the same name."))
        }
        slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
      />
    </FormDialog>
  );
}
