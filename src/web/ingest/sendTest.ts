import { CallError } from "#web/api/client.ts";
import type { Secret } from "#web/secrets/secret.ts";

/**
 * Sends one event through the real endpoint with the token alone: no cookie goes with it. The mark in it tells it from others.
 *
 * @throws CallError saying what the endpoint answered
 */
export async function sendTestEvent(token: Secret, mark: string): Promise<void> {
  const message = `${new Date().toISOString()} Test event ${mark} sent from the Tokenhouse dashboard`;
  let response: Response;
  try {
    response = await fetch("/api/v1/ingest/humio-unstructured", {
      method: "POST",
      headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" },
      body: JSON.stringify([{ messages: [message] }]),
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
  const words = (await response.text().catch(() => "")).slice(0, 300);
  throw new CallError({ kind: "refused", message: `The endpoint answered ${response.status}. ${words}` });
}
