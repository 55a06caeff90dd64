import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";

import type { KindPolicy, Policies } from "#domain/policy/policy.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { count } from "#web/ui/counts.ts";
import { Name } from "#web/ui/Name.tsx";

import { draftSchemaOf } from "./draft.ts";
import type { PolicyValue } from "./readLink.ts";
import type { OpenedDraft } from "./useOpened.ts";
import { valueTitle, valueWords } from "./values.ts";

export interface LinkNoticeProps {
  readonly opened: OpenedDraft;
  readonly onDismiss: () => void;
}

/** Parameters that were left out are named up to this many; the rest is counted. */
const mostNamed = 10;

/** Says that the draft came with the URL, what it changes, what has changed since it was made, and what of it was left out. */
export function LinkNotice({ opened: { linked, inForce: current }, onDismiss }: LinkNoticeProps) {
  const { filterName } = useOrganization();
  const { form, changes, inForce, leftOut, moved } = linked;
  const draft = draftSchemaOf(current).safeParse(form).data ?? current;
  const words = ({ kind, field }: PolicyValue, policies: Policies) =>
    valueWords<keyof KindPolicy>(field, policies[kind][field], filterName);
  return (
    <Alert
      severity={leftOut.length > 0 || (moved?.length ?? 1) > 0 ? "warning" : "info"}
      sx={{ marginBottom: 4, "& .MuiAlert-message": { minWidth: 0 } }}
      action={
        <Button color="inherit" size="small" onClick={onDismiss}>
          Dismiss
        </Button>
      }
    >
      <AlertTitle component="h2" sx={{ typography: "h3" }}>
        This draft comes from a link
      </AlertTitle>
      <Typography>
        {changes.length > 0
          ? "Nothing of it is applied. Against what is in force now it changes:"
          : "It changes nothing of what is in force now."}
      </Typography>
      <Values values={changes}>{(value) => `${words(value, current)} → ${words(value, draft)}`}</Values>
      {inForce.length > 0 && (
        <>
          <Typography>In force already:</Typography>
          <Values values={inForce}>{(value) => words(value, current)}</Values>
        </>
      )}
      {moved === undefined ? (
        <Typography>The link does not tell what it was changed from, so what is in force may have changed since.</Typography>
      ) : moved.length === 0 ? (
        <Typography>What is in force is what it was changed from.</Typography>
      ) : (
        <>
          <Typography>What is in force has changed since it was made. Now in force:</Typography>
          <Values values={moved}>{(value) => words(value, current)}</Values>
        </>
      )}
      {leftOut.length > 0 && (
        <>
          <Typography>Left out of it, because it cannot be read or set:</Typography>
          <Box component="ul" aria-label="Left out" sx={listStyle}>
            {leftOut.slice(0, mostNamed).map(({ text, why }) => (
              <li key={text}>
                <code>
                  <Name>{text}</Name>
                </code>
                : {why}
              </li>
            ))}
            {leftOut.length > mostNamed && <li>and {count(leftOut.length - mostNamed)} more</li>}
          </Box>
        </>
      )}
      {changes.length > 0 && (
        <Typography sx={{ color: "text.secondary" }}>
          Check it as if it were your own. Applying it asks you to type a number, whatever it does.
        </Typography>
      )}
    </Alert>
  );
}

function Values({
  values,
  children,
}: {
  readonly values: readonly PolicyValue[];
  readonly children: (value: PolicyValue) => ReactNode;
}) {
  return (
    values.length > 0 && (
      <Box component="ul" sx={listStyle}>
        {values.map((value) => (
          <li key={`${value.kind}.${value.field}`}>
            {valueTitle(value)}: {children(value)}
          </li>
        ))}
      </Box>
    )
  );
}

const listStyle = { margin: 0, paddingLeft: 5, overflowWrap: "anywhere" } as const;
