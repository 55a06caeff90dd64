import { z } from "zod";

import { requestIdHeader, withRequestId } from "#logscale/errors.ts";

import { asSaid } from "#server/remote/said.ts";
import { StartError } from "#server/startError.ts";

import type { Config } from "./config.ts";
import { runningServer } from "./listening.ts";
import { localAdminToken } from "./localCredential.ts";

/** Asks the running server for a link, as the local administrator: for a user, or for the one with root's rights. The credential goes to a loopback address or to HOST, nowhere else. */
export async function requestSignInLink(config: Config, user: string | undefined): Promise<string> {
  const token = localAdminToken(
    config,
    "In front of a LogScale cluster there are no sign-in links: sign in by pasting an API token of the cluster.",
  );
  const server = runningServer(config);
  let response: Response;
  try {
    response = await fetch(`${server}/session/link`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ user }),
      redirect: "error",
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    throw new StartError(`No Tokenhouse answers at ${server}. Start it, or name its --host and --port.`, { lasting: false });
  }
  const text = await response.text().catch(() => "");
  const body = jsonOf(text);
  const { url } = z.object({ url: z.string() }).safeParse(body).data ?? {};
  if (!response.ok || url === undefined) {
    const { message } = z.object({ message: z.string() }).safeParse(body).data ?? {};
    // A credential that is right, but not from here, is refused in plain words.
    const said = message ?? (response.status === 403 ? text : undefined);
    const refusal =
      said === undefined ? `The server at ${server} refused: it does not use the data folder ${config.dataDir}.` : asSaid(said);
    // Of a failure of its own the server's log tells more.
    const isFailure = response.status >= 500;
    throw new StartError(isFailure ? withRequestId(refusal, response.headers.get(requestIdHeader)) : refusal, { lasting: false });
  }
  return url;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
