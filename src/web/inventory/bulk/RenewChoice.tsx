import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useState } from "react";

import { minute } from "#domain/duration.ts";
import { nameInText } from "#domain/name.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { serverNow } from "#web/api/client.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { Field, SelectField } from "#web/ui/Field.tsx";
import { earliestLocal } from "#web/ui/localTime.ts";
import { Words } from "#web/ui/Name.tsx";

import type { ChoiceProps } from "./ParserChoice.tsx";
import { lifeChoices, lifeWords, readRenewForm, type RenewFaults, type BulkRenewForm } from "./renewForm.ts";

export interface RenewChoiceProps extends ChoiceProps {
  readonly form: BulkRenewForm;
  readonly onForm: (form: BulkRenewForm) => void;
  /** Policies that are about to be put in force. */
  readonly draft: Policies | undefined;
}

const noFaults: RenewFaults = {};

/** Asks how long the successors of tokens are to live, and what those of ingest tokens are called. */
export function RenewChoice({ tokens, form, onForm, draft, onChoose, onCancel }: RenewChoiceProps) {
  const [tried, setTried] = useState(false);
  const [firstIngest] = tokens.filter(({ kind }) => kind === "ingest");
  const expires = tokens.some(({ kind }) => kind !== "ingest" && kind !== "fleet");
  const read = readRenewForm(form, firstIngest !== undefined, serverNow());
  const faults = tried && !read.ok ? read.faults : noFaults;
  const put = (change: Partial<BulkRenewForm>) => onForm({ ...form, ...change });
  return (
    <DialogFrame
      title="Renew tokens"
      width="md"
      onClose={onCancel}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (read.ok) onChoose({ type: "renew", life: read.life, suffix: read.suffix, ...(draft && { draft }) });
      }}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="contained">
            See what would happen
          </Button>
        </>
      }
    >
      <Typography>
        Each gets a second one of the same name, rights and IP filter, with a secret of its own. The old ones go on working.
        Nothing is made before you have seen what happens to each token.
      </Typography>
      {draft !== undefined && (
        <Alert severity="info">
          The new ones are judged by your draft as well, where it is stricter than what is in force: none is made that the change
          would delete, and none that it would shorten.
        </Alert>
      )}
      {expires && (
        <SelectField
          label="The new ones live"
          value={form.life}
          onChange={({ target }) => put({ life: lifeChoices.find((choice) => choice === target.value) ?? form.life })}
          helper="Never longer than the security policy of each kind allows. The next step shows when each of them expires."
        >
          {lifeChoices.map((choice) => (
            <option key={choice} value={choice}>
              {lifeWords[choice]}
            </option>
          ))}
        </SelectField>
      )}
      {expires && form.life === "span" && (
        <Field
          label="Time to live"
          value={form.span}
          onChange={({ target }) => put({ span: target.value })}
          error={faults.span !== undefined}
          helper={faults.span ?? "A number and its unit: 45d, 36h or 30m."}
        />
      )}
      {expires && form.life === "exact" && (
        <Field
          type="datetime-local"
          label="Date and time, local"
          shrink
          width={240}
          value={form.exact}
          onChange={({ target }) => put({ exact: target.value })}
          error={faults.exact !== undefined}
          helper={faults.exact ?? "When all of them expire."}
          input={{ min: earliestLocal(serverNow() + minute) }}
        />
      )}
      {firstIngest !== undefined && (
        <Field
          label="What the names of new ingest tokens end with"
          value={form.suffix}
          onChange={({ target }) => put({ suffix: target.value })}
          error={faults.suffix !== undefined}
          helper={
            faults.suffix ?? (
              <Words>
                {`Names are unique in a repository, so the successor of ${nameInText(firstIngest.name)} is called ${nameInText(firstIngest.name + form.suffix)}. Ingest tokens do not expire: the old one works until you delete it.`}
              </Words>
            )
          }
        />
      )}
    </DialogFrame>
  );
}
