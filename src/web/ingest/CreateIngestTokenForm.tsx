import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Link from "@mui/material/Link";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { Link as RouterLink, useNavigate, useSearchParams } from "react-router";
import * as z from "zod/mini";

import { customTokenSchema, ingestTokenNameSchema } from "#domain/token/ingestToken.ts";
import { customTokenWeakness, weaknessWords } from "#domain/token/tokenWeakness.ts";
import { nameInText } from "#domain/name.ts";
import { AddIngestTokenDocument } from "#logscale/generated/ingestToken.ts";
import { notShown, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { useSession } from "#web/state/organization.tsx";
import { watchCreation } from "#web/form/findings.ts";
import { FormEnding } from "#web/form/FormEnding.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { noManager } from "#web/ui/noManager.ts";

import { CustomValues } from "./CustomValues.tsx";
import { customTokensQuery, ingestChanged, ingestTokensQuery, isRoot, parsersQuery } from "./queries.ts";

const formSchema = z
  .object({
    repository: z.string().check(z.minLength(1, "Choose the repository that the data goes to.")),
    name: ingestTokenNameSchema,
    parser: z.string(),
    chosen: z.boolean(),
    value: z.string(),
  })
  .check(({ value: { chosen, value }, issues }) => {
    if (!chosen) return;
    for (const { message } of customTokenSchema.safeParse(value).error?.issues ?? []) {
      issues.push({ code: "custom", path: ["value"], message, input: value });
    }
  });

type Form = z.input<typeof formSchema>;

interface CreateIngestTokenFormProps {
  /** The repositories whose ingest tokens may be changed. */
  readonly repositories: readonly string[];
}

/** The form of a new ingest token. */
export function CreateIngestTokenForm({ repositories }: CreateIngestTokenFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const [params] = useSearchParams();
  const wanted = params.get("repository") ?? "";
  const customOn = useQuery(customTokensQuery);
  // Where the server does not tell, it says so when it is asked for a token.
  const mayChoose = isRoot(session) && (customOn.data === true || customOn.data === null);
  /** The call that creates the form's token, with a placeholder for a chosen value. */
  const inputOf = (form: Form, customToken: string) => ({
    repositoryName: form.repository,
    name: form.name.trim(),
    parser: form.parser === "" ? null : form.parser,
    customToken: form.chosen && mayChoose ? customToken : null,
  });
  const { form, problem, ending } = useFormShell({
    start: {
      repository: repositories.includes(wanted) ? wanted : repositories.length === 1 ? (repositories[0] ?? "") : "",
      name: "",
      parser: "",
      chosen: false,
      value: "",
    },
    schema: formSchema,
    failure: "The token was not created",
    fields: { repositoryName: "repository", name: "name", parser: "parser", customToken: "value" },
    calls: (values) => {
      const input = inputOf(values, notShown);
      const { repositoryName, customToken, ...token } = input;
      const creation: ShownCall = {
        title: "Create an ingest token",
        document: AddIngestTokenDocument,
        variables: { input },
        note: "The answer does not hold the token: whoever may change the repository’s ingest tokens can read it afterwards.",
        // Neither Terraform nor the operator can choose a value.
        ...(customToken === null && {
          resource: { type: "ingest", repository: repositoryName, ...token, existing: false },
        }),
      };
      return [creation];
    },
    lost: {
      title: "It is not known whether the token was created",
      action: "Look in the list",
      watch: (values) =>
        watchCreation("ingest token", values.name.trim(), async () => {
          const tokens = await client.query(ingestTokensQuery(values.repository));
          return {
            rows: tokens.map((token) => ({ name: token.name, to: paths.ingestToken(values.repository, token.name) })),
            steady: true,
          };
        }),
    },
    send: async (values) => void (await call(AddIngestTokenDocument, { input: inputOf(values, values.value) })),
    done: async (_, values) => {
      const title = values.name.trim();
      announce(`The ingest token ${nameInText(title)} was created.`);
      form.resetField("value");
      await ingestChanged(client);
      void navigate(paths.ingestToken(values.repository, title), { state: "created", replace: true });
    },
    failed: () => void ingestChanged(client),
  });
  const { control, register } = form;
  const [repository, name, chosen, value] = useWatch({ control, name: ["repository", "name", "chosen", "value"] });
  const parsers = useQuery({ ...parsersQuery(repository), enabled: repository !== "" });
  const others = useQuery({ ...ingestTokensQuery(repository), enabled: repository !== "" }).data ?? [];
  const namesakes = namesakesIn(
    name,
    others.map((token) => token.name),
  );
  const taken = namesakes.same > 0;
  const weakness = chosen && value !== "" ? customTokenWeakness(value) : null;

  return (
    <Box
      component="form"
      noValidate
      aria-label="New ingest token"
      onSubmit={ending.onSubmit}
      sx={{ display: "flex", flexDirection: "column", gap: 5, maxWidth: 640 }}
    >
      <TextField
        {...register("repository", { onChange: () => form.resetField("parser") })}
        select
        size="small"
        label="Repository"
        error={problem("repository") !== undefined}
        helperText={
          problem("repository") ?? (
            <>
              Where the data goes. The token can send nowhere else.
              {session.backend === "embedded" && (
                <>
                  {" "}
                  <Link component={RouterLink} to={paths.newRepository}>
                    Create another repository
                  </Link>
                </>
              )}
            </>
          )
        }
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">Choose one</option>
        {repositories.map((title) => (
          <option key={title} value={title}>
            {nameInText(title)}
          </option>
        ))}
      </TextField>
      <TextField
        {...register("name")}
        size="small"
        label="Name"
        error={problem("name") !== undefined || taken}
        helperText={
          problem("name") ??
          (taken
            ? "The repository has an ingest token of this name already."
            : (alikeWords("ingest token", namesakes) ??
              "What sends with it: web-servers, fluent-bit-prod. Unique in the repository."))
        }
        slotProps={{ htmlInput: { ...noManager, spellCheck: false } }}
      />
      <TextField
        {...register("parser")}
        select
        size="small"
        label="Parser"
        disabled={repository === ""}
        error={problem("parser") !== undefined || parsers.isError}
        helperText={
          problem("parser") ??
          (parsers.isError
            ? "The parsers could not be read. One can be assigned later."
            : "What makes fields of the text. It can be assigned and changed later.")
        }
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">None</option>
        {(parsers.data ?? []).map((title) => (
          <option key={title} value={title}>
            {nameInText(title)}
          </option>
        ))}
      </TextField>
      <Box component="section" aria-label="Value" sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
        <Typography variant="h3" component="h2">
          Value
        </Typography>
        <Typography sx={{ color: "text.secondary" }}>
          Usually generated. Choose one only where shippers with a value of their own must keep it.
        </Typography>
        <CustomValues session={session} />
        <FormControlLabel control={<Checkbox {...register("chosen")} disabled={!mayChoose} />} label="Choose the value myself" />
        {chosen && mayChoose && (
          <TextField
            {...register("value")}
            size="small"
            label="Custom value"
            type="password"
            error={problem("value") !== undefined}
            helperText={problem("value") ?? "Unique on the whole installation."}
            // "off" alone does not keep browsers from offering a password of their own.
            slotProps={{ htmlInput: { ...noManager, autoComplete: "new-password", spellCheck: false } }}
          />
        )}
        {weakness !== null && <Alert severity="warning">{weaknessWords[weakness]} It is accepted all the same.</Alert>}
      </Box>
      <FormEnding form={ending} submit="Create ingest token">
        <Button component={RouterLink} to={paths.ingestTokens}>
          Cancel
        </Button>
      </FormEnding>
    </Box>
  );
}
