import Box from "@mui/material/Box";
import FormControl from "@mui/material/FormControl";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormLabel from "@mui/material/FormLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useId } from "react";

import type { KindPolicy, Policies } from "#domain/policy/policy.ts";
import { useOrganization, type FilterName } from "#web/state/organization.tsx";

import type { DraftForm } from "./draft.ts";
import { valueKey, type ConflictChoice, type Rebase, type RebaseConflict } from "./rebase.ts";
import { differenceWords, valueTitle, valueWords } from "./values.ts";

export interface RebaseChoicesProps {
  readonly rebase: Rebase;
  /** What is in force now. */
  readonly current: Policies;
  readonly choices: ReadonlyMap<string, ConflictChoice>;
  readonly onChoose: (next: ReadonlyMap<string, ConflictChoice>) => void;
}

/** What somebody else changed since the draft began, and a choice wherever the draft contradicts it. */
export function RebaseChoices({ rebase, current, choices, onChoose }: RebaseChoicesProps) {
  const { filterName } = useOrganization();
  const id = useId();
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <div>
        <Typography component="p">Somebody else changed what is in force since this draft began:</Typography>
        <Box component="ul" sx={{ margin: 0, paddingLeft: 5 }}>
          {rebase.theirs.map((difference) => (
            <li key={valueKey(difference)}>{differenceWords(difference, filterName)}</li>
          ))}
        </Box>
        <Typography sx={{ color: "text.secondary" }}>
          Their changes are kept
          {rebase.conflicts.length > 0
            ? ", but for these values the draft says something else. Decide for each:"
            : ", and so is whatever your draft changes beyond them."}
        </Typography>
      </div>
      {rebase.conflicts.map((conflict) => {
        const key = valueKey(conflict);
        return (
          <FormControl key={key}>
            <FormLabel id={`${id}-${key}`}>{valueTitle(conflict)}</FormLabel>
            <RadioGroup
              aria-labelledby={`${id}-${key}`}
              value={choices.get(key) ?? ""}
              onChange={(_, value) => onChoose(new Map(choices).set(key, value === "mine" ? "mine" : "theirs"))}
            >
              <FormControlLabel
                value="theirs"
                control={<Radio size="small" />}
                label={`Theirs, in force now: ${inForceWords(current, conflict, filterName)}`}
              />
              <FormControlLabel
                value="mine"
                control={<Radio size="small" />}
                label={`Mine, replacing theirs: ${draftWords(rebase.draft, conflict, filterName)}`}
              />
            </RadioGroup>
          </FormControl>
        );
      })}
    </Box>
  );
}

function inForceWords(current: Policies, { kind, field }: RebaseConflict, filterName: FilterName): string {
  return valueWords(field, current[kind][field], filterName);
}

/** What the form says of a value, as typed. */
function draftWords(form: DraftForm, { kind, field }: RebaseConflict, filterName: FilterName): string {
  const draft = form[kind];
  if (field === "maximumLifetime") return draft.limited ? `${draft.amount} ${draft.unit}` : "no maximum";
  const value: KindPolicy[typeof field] = field === "ipFilter" ? draft.ipFilter || null : draft[field];
  return valueWords(field, value, filterName);
}
