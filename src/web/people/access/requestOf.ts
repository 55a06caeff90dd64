import type { AnyVariables } from "urql";

import type { Operation } from "#logscale/operation.ts";
import type { ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";

/** A request with what shows it as an API call. */
export interface ShownRequest extends Pick<ShownCall, "title" | "document" | "variables"> {
  /** Sends it. @throws CallError */
  readonly send: () => Promise<unknown>;
}

/** Makes a request of an operation, so that what is shown is what is sent. */
export function requestOf<Data, Variables extends AnyVariables & ShownCall["variables"]>(
  title: string,
  document: Operation<Data, Variables>,
  variables: Variables,
): ShownRequest {
  return { title, document, variables, send: () => call(document, variables) };
}
