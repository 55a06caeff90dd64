import FormControl from "@mui/material/FormControl";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormLabel from "@mui/material/FormLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useId } from "react";

import { ingestVariable, looksLikeReference, referenceTo } from "#domain/print/collector.ts";
import { CallError } from "#web/api/client.ts";
import { readValue } from "#web/ingest/queries.ts";
import { IngestTokenPicker, type ChosenIngestToken } from "#web/roll-out/IngestTokenPicker.tsx";

/** Where collectors get the value of their ingest token: from their machine's environment, or from the configuration itself. */
export const tokenSources = ["variable", "text"] as const;

/** Which ingest token a configuration sends with, and how it comes by the value. */
export interface ChosenSource extends ChosenIngestToken {
  readonly source: (typeof tokenSources)[number];
}

export interface TokenSourceFieldsProps {
  readonly chosen: ChosenSource;
  readonly onChoose: (chosen: ChosenSource) => void;
}

/** The choice of an ingest token for a configuration, and of how its value comes to the machines. */
export function TokenSourceFields({ chosen, onChoose }: TokenSourceFieldsProps) {
  const id = useId();
  return (
    <>
      <IngestTokenPicker
        chosen={chosen}
        onChoose={(next) => onChoose({ ...chosen, ...next, ...(next.ingest === "" && noText) })}
      />
      <FormControl>
        <FormLabel id={`${id}-source`}>The token’s value</FormLabel>
        <RadioGroup
          aria-labelledby={`${id}-source`}
          value={chosen.source}
          onChange={(_, value) => onChoose({ ...chosen, source: value === "text" ? "text" : "variable" })}
        >
          <FormControlLabel
            value="variable"
            control={<Radio size="small" />}
            label={`Each machine has it in the variable ${ingestVariable}`}
          />
          <Typography variant="caption" sx={{ color: "text.secondary", paddingInlineStart: 7 }}>
            The configuration holds no secret. The page of the fleet token has the command that sets the variable on a machine.
          </Typography>
          <FormControlLabel
            value="text"
            control={<Radio size="small" />}
            disabled={chosen.ingest === ""}
            label="It stands in the configuration"
          />
          <Typography variant="caption" sx={{ color: "text.secondary", paddingInlineStart: 7 }}>
            Nothing is to be set on the machines. Whoever may view the fleet can then read the token, and so can each machine.
          </Typography>
        </RadioGroup>
      </FormControl>
    </>
  );
}

const noText = { source: "variable" } as const satisfies Partial<ChosenSource>;

/**
 * What a configuration says as its token. A value is read from the server just then.
 *
 * @throws CallError where it cannot be read, or a collector would not take it as it stands
 */
export async function tokenTextOf({ repository, ingest, source }: ChosenSource): Promise<string> {
  if (source === "variable" || ingest === "") return referenceTo(ingestVariable);
  const secret = await readValue(repository, ingest);
  const value = secret.reveal();
  secret.forget();
  if (!looksLikeReference(value)) return value;
  throw new CallError({
    kind: "refused",
    message: "The token’s value has a dollar sign, which collectors may take for the beginning of a variable. Use the variable.",
  });
}
