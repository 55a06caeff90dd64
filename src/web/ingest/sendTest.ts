import { CallError } from "#web/api/client.ts";
import type { Secret } from "#web/secrets/secret.ts";

/**
 * Sends one event through the real endpoint with the token alone: no cookie goes with it. The mark in it tells it from others. It is
 * JSON for the parser of that name, which takes nothing else, and else plain text.
 *
 * @throws CallError saying what the endpoint answered
 */
export async function sendTestEvent(token: Secret, mark: string, parser: string | null): Promise<void> {
  const time = new Date().toISOString();
  const words = `Test event ${mark} sent from the Tokenhouse dashboard`;
  const event = parser === "json" ? JSON.stringify({ "@timestamp": time, message: words }) : `${time} ${words}`;
  let response: Response;
  try {
    response = await fetch("/api/v1/ingest/humio-unstructured", {
      method: "POST",
      headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" },
      body: JSON.stringify([{ messages: [event] }]),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    throw new CallError(
      { kind: "unknown-outcome", message: "The answer was lost, so it is not known whether the event arrived." },
      { cause: error },
    );
  }
  if (response.ok) return;
  const said = (await response.text().catch(() => "")).slice(0, 300);
  throw new CallError({ kind: "refused", message: `The endpoint answered ${response.status}. ${said}` });
}
