import { toFailure } from "#logscale/errors.ts";
import { refusalIn } from "#logscale/session.ts";
import { valueLookupPath, valueLookupSchema, type ValueLookup } from "#logscale/valueLookup.ts";
import { sessionEnded, watchedFetch } from "#web/api/connection.ts";
import { CallError, errorOf } from "#web/api/failure.ts";

/**
 * Asks the server which ingest or fleet token each value is. No cache, no log and no address has them: they stand in the body alone.
 *
 * @throws CallError
 */
export async function lookUpValues(values: readonly string[]): Promise<ValueLookup> {
  const init = {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
    body: JSON.stringify({ values }),
  } as const;
  const response = await watchedFetch(valueLookupPath, init).catch((error: unknown) => {
    throw new CallError(toFailure({ graphQLErrors: [] }, "query"), { cause: error });
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    if (response.status === 401) sessionEnded.set(true);
    const message = refusalIn(body);
    throw message !== undefined && response.status < 500
      ? new CallError({ kind: "refused", message })
      : errorOf(response, toFailure({ graphQLErrors: [], response: { status: response.status } }, "query"));
  }
  const parsed = valueLookupSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CallError({
    kind: "unexpected",
    message: "The answer about the values is not one this page understands. Reload the page.",
  });
}
