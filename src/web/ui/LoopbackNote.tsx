import Alert from "@mui/material/Alert";

import { isOwnMachine } from "#web/api/server.ts";
import { useSession } from "#web/state/organization.tsx";

export interface LoopbackNoteProps {
  /** URL of a server, as texts to be copied hold it. */
  readonly url: string;
}

/** Warns of a URL that leads every machine to itself, before a text that holds it is used on another machine. */
export function LoopbackNote({ url }: LoopbackNoteProps) {
  const gateway = useSession().backend === "gateway";
  if (!isOwnMachine(url)) return null;
  return (
    // It was there before the person came to it: an alert would interrupt a screen reader.
    <Alert severity="warning" role="note">
      Each machine takes the address <code>{url}</code> for itself, so this works on {gateway ? "the gateway’s" : "the server’s"}{" "}
      machine alone.{" "}
      {gateway
        ? "It is the cluster’s, as this gateway was told by LOGSCALE_URL: for other machines, have the gateway started with one that they can reach."
        : "For other machines, open Tokenhouse at an address that they can reach, or set PUBLIC_URL."}
    </Alert>
  );
}
