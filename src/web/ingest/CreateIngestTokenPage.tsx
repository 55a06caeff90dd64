import { zodResolver } from "@hookform/resolvers/zod";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Link as RouterLink, useNavigate, useSearchParams } from "react-router";
import * as z from "zod/mini";

import { customTokenSchema, customTokenWeakness, ingestTokenNameSchema, weaknessWords } from "#domain/token/ingestToken.ts";
import { nameInText } from "#domain/name.ts";
import type { Failure } from "#logscale/errors.ts";
import { AddIngestTokenDocument } from "#logscale/generated/ingest.ts";
import { ApiCallButton, notShown, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call, failureOf } from "#web/api/client.ts";
import type { Session } from "#web/api/session.ts";
import { useSession } from "#web/state/organization.tsx";
import { watchCreation } from "#web/form/findings.ts";
import { LostAnswer, type Look } from "#web/form/LostAnswer.tsx";
import { paths } from "#web/paths.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { noManager } from "#web/ui/noManager.ts";

import { CustomValues } from "./CustomValues.tsx";
import { customTokensQuery, ingestChanged, ingestRepositoriesQuery, ingestTokensQuery, isRoot, parsersQuery } from "./queries.ts";

/** The page of a new ingest token. */
export function CreateIngestTokenPage() {
  const repositories = useQuery(ingestRepositoriesQuery);
  const session = useSession();
  const names = repositories.data?.filter(({ mayChange }) => mayChange).map(({ name }) => name);
  return (
    <>
      <PageHeader title="New ingest token">
        Lets a shipper send data into one repository, and do nothing else. Its value can be read again later.
      </PageHeader>
      {repositories.isError && (
        <ErrorState
          title="The repositories could not be read"
          failure={failureOf(repositories.error)}
          onRetry={() => void repositories.refetch()}
        />
      )}
      {names === undefined ? (
        !repositories.isError && <LoadingShape label="Loading the form" shape="form" rows={4} />
      ) : names.length === 0 ? (
        <EmptyState title="You may not create ingest tokens">
          It takes the permission to change ingest tokens on a repository.
        </EmptyState>
      ) : (
        <CreateForm repositories={names} session={session} />
      )}
    </>
  );
}

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

const fields: Readonly<Record<string, keyof Form>> = {
  repositoryName: "repository",
  name: "name",
  parser: "parser",
  customToken: "value",
};

interface CreateFormProps {
  readonly repositories: readonly string[];
  readonly session: Session;
}

function CreateForm({ repositories, session }: CreateFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const wanted = params.get("repository") ?? "";
  // With what looks what became of it, where the answer was lost. Until then nothing is sent.
  const [failed, setFailed] = useState<{ readonly failure: Failure; readonly look?: Look }>();
  const { control, register, handleSubmit, setError, resetField, formState } = useForm<Form>({
    defaultValues: {
      repository: repositories.includes(wanted) ? wanted : repositories.length === 1 ? (repositories[0] ?? "") : "",
      name: "",
      parser: "",
      chosen: false,
      value: "",
    },
    resolver: zodResolver(formSchema),
    mode: "onTouched",
  });
  const [repository, name, chosen, value] = useWatch({ control, name: ["repository", "name", "chosen", "value"] });
  const parsers = useQuery({ ...parsersQuery(repository), enabled: repository !== "" });
  const others = useQuery({ ...ingestTokensQuery(repository), enabled: repository !== "" }).data ?? [];
  const customOn = useQuery(customTokensQuery);
  // Where the server does not tell, it says so when it is asked for a token.
  const mayChoose = isRoot(session) && (customOn.data === true || customOn.data === null);
  const namesakes = namesakesIn(
    name,
    others.map((token) => token.name),
  );
  const taken = namesakes.same > 0;
  const weakness = chosen && value !== "" ? customTokenWeakness(value) : null;

  /** What creates the token of a form, with what stands for its value, where one is chosen. */
  const inputOf = (form: Form, customToken: string) => ({
    repositoryName: form.repository,
    name: form.name.trim(),
    parser: form.parser === "" ? null : form.parser,
    customToken: form.chosen && mayChoose ? customToken : null,
  });
  const create = async (form: Form) => {
    // The Enter key sends, too, whatever the button is.
    if (failed?.look !== undefined) return;
    setFailed(undefined);
    const input = inputOf(form, form.value);
    const { name: title } = input;
    let look: Look | undefined;
    try {
      look = await watchCreation("ingest token", title, async () => {
        const tokens = await client.query(ingestTokensQuery(form.repository));
        return {
          rows: tokens.map((token) => ({ name: token.name, to: paths.ingestToken(form.repository, token.name) })),
          steady: true,
        };
      });
      await call(AddIngestTokenDocument, { input });
      announce(`The ingest token ${nameInText(title)} was created.`);
      resetField("value");
      await ingestChanged(client);
      void navigate(paths.ingestToken(form.repository, title), { state: "created", replace: true });
    } catch (error) {
      const failure = failureOf(error);
      const field = failure.field === undefined ? undefined : fields[failure.field];
      if (field !== undefined) setError(field, { message: failure.message }, { shouldFocus: true });
      else setFailed({ failure, ...(failure.kind === "unknown-outcome" && look !== undefined && { look }) });
      void ingestChanged(client);
    }
  };
  const apiCallOf = (form: Form): ShownCall => {
    const input = inputOf(form, notShown);
    const { repositoryName, customToken, ...token } = input;
    return {
      title: "Create an ingest token",
      document: AddIngestTokenDocument,
      variables: { input },
      note: "The answer does not hold the token: whoever may change the repository’s ingest tokens can read it afterwards.",
      // Neither Terraform nor the operator can choose a value.
      ...(customToken === null && {
        resource: { type: "ingest", repository: repositoryName, ...token, existing: false },
      }),
    };
  };
  const { errors, isSubmitting } = formState;
  return (
    <Box
      component="form"
      noValidate
      aria-label="New ingest token"
      onSubmit={handleSubmit(create)}
      sx={{ display: "flex", flexDirection: "column", gap: 5, maxWidth: 640 }}
    >
      <TextField
        {...register("repository", { onChange: () => resetField("parser") })}
        select
        size="small"
        label="Repository"
        error={errors.repository !== undefined}
        helperText={errors.repository?.message ?? "Where the data goes. The token can send nowhere else."}
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
        error={errors.name !== undefined || taken}
        helperText={
          errors.name?.message ??
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
        error={errors.parser !== undefined || parsers.isError}
        helperText={
          errors.parser?.message ??
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
            error={errors.value !== undefined}
            helperText={errors.value?.message ?? "Unique on the whole installation."}
            // "off" alone does not keep browsers from offering a password of their own.
            slotProps={{ htmlInput: { ...noManager, autoComplete: "new-password", spellCheck: false } }}
          />
        )}
        {weakness !== null && <Alert severity="warning">{weaknessWords[weakness]} It is accepted all the same.</Alert>}
      </Box>
      {failed !== undefined &&
        (failed.look === undefined ? (
          <ErrorState title="The token was not created" failure={failed.failure} />
        ) : (
          <LostAnswer
            title="It is not known whether the token was created"
            failure={failed.failure}
            action="Look in the list"
            onLook={failed.look}
            onSettled={() => setFailed(undefined)}
          />
        ))}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 3 }}>
        <Button type="submit" variant="contained" loading={isSubmitting} disabled={failed?.look !== undefined}>
          Create ingest token
        </Button>
        <Button component={RouterLink} to={paths.ingestTokens}>
          Cancel
        </Button>
        <ApiCallButton prepare={(show) => void handleSubmit((form) => show(apiCallOf(form)))()} />
      </Box>
    </Box>
  );
}
