import ArrivedIcon from "@mui/icons-material/CheckCircleOutlined";
import SendIcon from "@mui/icons-material/SendOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { nameInText } from "#domain/name.ts";
import type { Failure } from "#logscale/errors.ts";
import type { IngestToken } from "#logscale/readIngestTokens.ts";
import { failureOf } from "#web/api/client.ts";
import { useSession } from "#web/state/organization.tsx";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Name } from "#web/ui/Name.tsx";

import { ingestTokensQuery, recentEventsQuery } from "./queries.ts";
import { sendTestEvent } from "./sendTest.ts";
import type { HeldValue } from "./ValuePanel.tsx";

/** How often and how long the event is looked for after it was taken, in ms. */
const lookEvery = 500;
const lookFor = 10_000;

type State =
  | { readonly type: "ready" | "sending" | "looking" | "unseen" }
  | { readonly type: "accepted"; readonly mark: string }
  | { readonly type: "arrived"; readonly text: string; readonly parser: string | null }
  | { readonly type: "failed"; readonly failure: Failure };

export interface TestEventProps {
  readonly token: IngestToken;
  readonly value: HeldValue;
  /** Whether the last events can be read, which shows that the test event arrived. */
  readonly mayLook: boolean;
}

/** Sends an event through the real endpoint with the token, and shows it arriving. */
export function TestEvent({ token, value, mayLook }: TestEventProps) {
  const client = useQueryClient();
  const embedded = useSession().backend === "embedded";
  const [state, setState] = useState<State>({ type: "ready" });
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);

  const send = async () => {
    setState({ type: "sending" });
    try {
      const mark = crypto.randomUUID().slice(0, 8);
      await sendTestEvent(await value.read(), mark, token.parser);
      if (!mayLook) {
        setState({ type: "accepted", mark });
        announce("The endpoint took the test event.");
        return;
      }
      setState({ type: "looking" });
      const until = performance.now() + lookFor;
      while (alive.current) {
        const events = await client.query({ ...recentEventsQuery(token.repository), staleTime: 0 });
        const found = events.find(({ text, tokenName }) => tokenName === token.name && text.includes(mark));
        if (found !== undefined) {
          setState({ type: "arrived", text: found.text, parser: found.parserName ?? null });
          announce("The test event arrived.");
          void client.invalidateQueries({ queryKey: ingestTokensQuery(token.repository).queryKey });
          return;
        }
        if (performance.now() > until) break;
        await new Promise((resolve) => {
          setTimeout(resolve, lookEvery);
        });
      }
      setState({ type: "unseen" });
    } catch (error) {
      setState({ type: "failed", failure: failureOf(error) });
    }
  };
  const busy = state.type === "sending" || state.type === "looking";
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      <Typography sx={{ color: "text.secondary" }}>
        Sends one event with this token through the endpoint that shippers use
        {mayLook
          ? `, and looks for it among the last events of ${nameInText(token.repository)}.`
          : `. Whether it arrives shows in ${nameInText(token.repository)} alone: its last events are not shown to you here.`}
      </Typography>
      <Box>
        <BusyButton variant="outlined" startIcon={<SendIcon />} busy={busy} onClick={() => void send()}>
          Send a test event
        </BusyButton>
      </Box>
      {state.type === "arrived" && (
        <Alert severity="success" icon={<ArrivedIcon />}>
          <Typography>The event arrived. {parserWords(state.parser, embedded)}</Typography>
          <Box
            component="pre"
            sx={{ margin: 0, marginTop: 2, whiteSpace: "pre-wrap", overflowWrap: "anywhere", fontSize: "0.8125rem" }}
          >
            {state.text}
          </Box>
        </Alert>
      )}
      {state.type === "accepted" && (
        <Alert severity="success" icon={<ArrivedIcon />}>
          The endpoint took the event. Whether it arrived shows in <Name>{token.repository}</Name>: look there for “Test event{" "}
          {state.mark}”. {parserWords(token.parser, embedded)}
        </Alert>
      )}
      {state.type === "unseen" && (
        <Alert severity="warning">
          The endpoint took the event, but it is not among the last 100 of <Name>{token.repository}</Name>. When very many arrive
          at once, others may have taken its place.
        </Alert>
      )}
      {state.type === "failed" && <ErrorState title="The test event was not sent" failure={state.failure} />}
    </Box>
  );
}

/** What becomes of an event once the endpoint has it: that it was taken says nothing of the parser. */
function parserWords(parser: string | null, embedded: boolean): string {
  if (parser === null) return "The token has no parser.";
  return embedded
    ? `No parser ran on it: this server has none that run. A LogScale cluster would give it to ${nameInText(parser)}.`
    : `LogScale gives it to the parser ${nameInText(parser)} there. An event that a parser cannot read is kept, and found by #error=true.`;
}
