import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useId } from "react";
import { Controller, useController, useWatch, type Control } from "react-hook-form";

import { formatDuration } from "#domain/duration.ts";
import { expiryChoices, latestProposal } from "#domain/token/expiry.ts";
import { isKeepable } from "#domain/keepable.ts";
import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { Long } from "#domain/long.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { Field } from "#web/ui/Field.tsx";
import { visuallyHidden } from "#web/ui/LiveRegion.tsx";
import { earliestLocal, latestLocal } from "#web/ui/localTime.ts";
import { localAndUtcTime } from "#web/ui/times.ts";

import { clockChangeWords, expiryOf, type TokenForm } from "./request.ts";

export interface ExpiryFieldProps {
  readonly kind: TokenKind;
  readonly control: Control<TokenForm, unknown, TokenRequest>;
  /** The longest life that the policy allows, ms; null for any. */
  readonly maximum: Long | null;
}

/** When a new token expires: after one of the usual times, or at an exact moment in the reader's own time, with UTC beside it. */
export function ExpiryField({ kind, control, maximum }: ExpiryFieldProps) {
  const id = useId();
  const now = useServerNow();
  const { field, fieldState } = useController({ control, name: "expiry" });
  const exact = useWatch({ control, name: "exact" });
  const choices = [...expiryChoices(maximum, now), { id: "exact", label: "At an exact time" }];
  const expireAt = expiryOf({ expiry: field.value, exact }, maximum, now);
  const clockChange = field.value === "exact" ? clockChangeWords(exact, maximum, now) : undefined;
  // Whatever the field itself offers is taken a minute later as well, and by a server whose clock is behind.
  const earliest = earliestLocal(now + 60_000);
  const latest = isKeepable(maximum) ? latestLocal(latestProposal(maximum, now)) : undefined;
  const words = expireAt === undefined ? undefined : expireAt === null ? "Never expires" : localAndUtcTime(expireAt);

  return (
    <Box component="fieldset" sx={{ border: 0, margin: 0, padding: 0, minWidth: 0 }} aria-describedby={`${id}-words`}>
      <Typography component="legend" sx={{ fontWeight: 600, padding: 0, marginBottom: 2 }}>
        Expires
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        {choices.map((choice) => (
          <Box
            component="label"
            key={choice.id}
            sx={{
              display: "inline-flex",
              alignItems: "center",
              minHeight: 34,
              paddingInline: 3,
              border: 1,
              borderColor: field.value === choice.id ? "primary.main" : "text.disabled",
              borderRadius: 1,
              cursor: "pointer",
              fontWeight: field.value === choice.id ? 600 : 400,
              backgroundColor: field.value === choice.id ? "primary.main" : "background.paper",
              color: field.value === choice.id ? "primary.contrastText" : "text.primary",
              position: "relative",
              "&:focus-within": { outline: "2px solid", outlineColor: "frame.focus", outlineOffset: "2px" },
            }}
          >
            <Box
              component="input"
              type="radio"
              name={`${id}-expiry`}
              value={choice.id}
              checked={field.value === choice.id}
              onChange={() => field.onChange(choice.id)}
              onBlur={field.onBlur}
              {...(field.value === choice.id && { ref: field.ref })}
              sx={{ ...visuallyHidden, "&:focus-visible": { outline: "none" } }}
            />
            {choice.label}
          </Box>
        ))}
      </Box>
      {field.value === "exact" && (
        <Controller
          control={control}
          name="exact"
          render={({ field: { ref, ...input }, fieldState: { error } }) => (
            <Box sx={{ marginTop: 4 }}>
              <Field
                {...input}
                inputRef={ref}
                type="datetime-local"
                label="Date and time, local"
                shrink
                width={240}
                error={error !== undefined}
                helper={<span role="status">{error?.message ?? clockChange}</span>}
                input={{ min: earliest, ...(latest !== undefined && latest >= earliest && { max: latest }) }}
              />
            </Box>
          )}
        />
      )}
      {fieldState.error !== undefined && (
        <Typography variant="caption" component="p" role="alert" sx={{ color: "error.main", marginTop: 1 }}>
          {fieldState.error.message}
        </Typography>
      )}
      <Typography variant="caption" component="p" id={`${id}-words`} sx={{ color: "text.secondary", marginTop: 2 }}>
        {words}
        {maximum !== null && (
          <>
            {words !== undefined && <br />}
            {isKeepable(maximum)
              ? `The security policy lets ${kindTraits[kind].noun} tokens live at most ${formatDuration(maximum)}.`
              : `The security policy sets a maximum lifetime of ${formatDuration(maximum)}, which no expiry keeps to. LogScale decides what it takes.`}
          </>
        )}
      </Typography>
    </Box>
  );
}
