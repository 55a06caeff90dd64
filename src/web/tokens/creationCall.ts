import { tokenVariable } from "#domain/print/tokenVariable.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import type { ShownCall } from "#web/api-call/ApiCallButton.tsx";

import { withArticle } from "./kindNoun.ts";
import { creationOf } from "./mutations.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What a request for a token refers to by id and a script by name, as far as it is known. */
export interface KnownNames {
  readonly domains: readonly Named[] | undefined;
  readonly filters: readonly Named[];
}

/** The creation of a token as an API call. */
export function creationCall(
  request: TokenRequest,
  { domains = [], filters }: KnownNames,
): ShownCall & { readonly note: string } {
  const { document, variables } = creationOf(request);
  const { kind, expireAt, ipFilter } = request;
  const named = (list: readonly Named[], id: string) => list.find((one) => one.id === id)?.name ?? id;
  return {
    title: `Create ${withArticle(kind)} token`,
    document,
    variables,
    note: [
      "The answer holds the new token, once.",
      ...(kind === "personal"
        ? [
            `A user has one personal token: running this ends the one in use, perhaps the very one in ${tokenVariable}, and whatever uses it fails from then on.`,
          ]
        : []),
      ...(expireAt === null ? [] : ["The expiry is the instant that it is now, wherever and whenever it runs."]),
    ].join(" "),
    ...(request.kind !== "personal" && {
      resource: {
        type: request.kind,
        name: request.name,
        permissions: request.permissions,
        views: request.kind === "view" ? request.viewIds.map((id) => named(domains, id)) : [],
        expireAt,
        ipFilter: ipFilter === null ? null : named(filters, ipFilter),
      },
    }),
  };
}
