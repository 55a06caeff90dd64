import AskIcon from "@mui/icons-material/FindInPageOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useEffect, useId, useRef, useState, type FormEvent } from "react";

import { longestCustomToken } from "#domain/token/ingestToken.ts";
import { parseLocalAdminToken, parseTokenString } from "#domain/token/tokenString.ts";
import { lookupsAMinute, type FoundValue, type ValueLookup } from "#logscale/valueLookup.ts";
import { failureOf } from "#web/api/client.ts";
import { offers, type Session } from "#web/api/session.ts";
import { Secret } from "#web/secrets/secret.ts";
import { monospace } from "#web/theme.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { noManager } from "#web/ui/noManager.ts";
import { Panel } from "#web/ui/Panel.tsx";

import { FoundValueCard } from "./FoundValueCard.tsx";
import { lookUpValues } from "./lookUp.ts";
import { LookupNotes } from "./ValueFinds.tsx";

interface Answer {
  readonly value: Secret;
  readonly found: FoundValue | null;
  readonly lookup: ValueLookup;
}

/**
 * Asks about one exact value. Any text may be the value that somebody chose for an ingest token, so none is found in a log: it has to be
 * given by itself.
 */
export function ChosenValue({ session }: { readonly session: Session }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => () => answer?.value.forget(), [answer]);
  if (!offers(session, "valueLookup")) return null;

  const ask = async (event: FormEvent) => {
    event.preventDefault();
    const text = field.current?.value ?? "";
    setAnswer(undefined);
    const fault = faultOf(text);
    setProblem(fault);
    if (fault !== undefined) {
      field.current?.focus();
      return;
    }
    setPending(true);
    try {
      const lookup = await lookUpValues([text]);
      setAnswer({ value: new Secret(text), found: lookup.results[0] ?? null, lookup });
      if (field.current !== null) field.current.value = "";
    } catch (error) {
      setProblem(failureOf(error).message);
    }
    setPending(false);
  };

  return (
    <Panel title="A single value">
      <Typography sx={{ maxWidth: "90ch" }}>
        Any text may be the value of an ingest token, where somebody chose it. Such a value is not found in a log; here the server
        can be asked about one, exactly as it stands. It is sent in a request of which nothing is logged or kept, and counts among
        the {lookupsAMinute} a minute.
      </Typography>
      <Box component="form" noValidate onSubmit={(event) => void ask(event)} sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        <Box sx={{ flex: "1 1 320px", maxWidth: 560 }}>
          <Typography component="label" htmlFor={id} sx={{ display: "block", marginBottom: 1 }}>
            Value of an ingest or fleet token
          </Typography>
          <Box
            component="input"
            id={id}
            ref={field}
            type="text"
            {...noManager}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-problem`}
            sx={{
              width: "100%",
              minHeight: 40,
              paddingInline: 3,
              fontFamily: monospace,
              color: "inherit",
              backgroundColor: "transparent",
              border: 1,
              borderColor: problem === undefined ? "text.secondary" : "error.main",
              borderRadius: 1,
            }}
          />
          <Typography id={`${id}-problem`} role="status" variant="caption" component="p" sx={{ color: "error.main" }}>
            {problem}
          </Typography>
        </Box>
        <Box sx={{ alignSelf: "flex-start", marginTop: 6 }}>
          <BusyButton type="submit" variant="outlined" busy={pending} startIcon={<AskIcon />}>
            Ask the server about it
          </BusyButton>
        </Box>
      </Box>
      {answer !== undefined && (
        <Box role="status" sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
          {answer.found === null ? (
            <Typography>
              No ingest or fleet token whose value you may read has exactly this value. A character more or less makes another
              one.
            </Typography>
          ) : (
            <FoundValueCard found={answer.found} value={answer.value} where="Given above" />
          )}
          <LookupNotes lookup={answer.lookup} />
        </Box>
      )}
    </Panel>
  );
}

/** Why a text is not sent; undefined where it may be. */
function faultOf(text: string): string | undefined {
  if (text === "") return "Give a value first.";
  if (text.length > longestCustomToken) return `A value has at most ${longestCustomToken} characters.`;
  if (parseTokenString(text) !== null || parseLocalAdminToken(text) !== null) {
    return "This has the form of an API token, so it was not sent. Paste it above, where it is looked up by its id.";
  }
  return undefined;
}
