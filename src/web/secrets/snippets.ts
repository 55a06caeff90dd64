import { visibleName } from "#domain/name.ts";
import { quoteForSh, quoteForYamlSingly } from "#domain/print/quote.ts";
import { tokenVariable } from "#domain/print/tokenVariable.ts";
import type { TokenKind } from "#domain/token/kinds.ts";
import { verifyQuery } from "#logscale/verify.ts";

/** Where a new token can be used, what it is called, and what it is. */
export interface SnippetContext {
  /** URL of the server that accepts the token, without a slash at its end. */
  readonly server: string;
  /** The token's name; free text of the user. */
  readonly name: string;
  readonly kind: TokenKind;
  /** Those of the token, where they are known. */
  readonly permissions?: readonly string[] | undefined;
}

/** Ready-made text that holds the new secret. */
export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** Where it goes, in one sentence. */
  readonly hint: string;
  readonly text: (secret: string) => string;
}

/** What the snippets call the profile of a token: its name with the characters that humioctl takes on a command line. */
function profileName(name: string): string {
  const plain = visibleName(name)
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replaceAll(/^[-.]+|[-.]+$/gu, "");
  return plain === "" ? "default" : plain;
}

/** The texts in which a new secret is offered. `humioctl` reads its profiles and its environment by these names (seen in the client). */
export function snippets({ server, name, kind, permissions }: SnippetContext): readonly Snippet[] {
  return [
    {
      id: "curl",
      label: "curl",
      hint: "Has the token say who it is or where it may act, by curl 7.76 or later. A space before the first line keeps it out of the history of most shells.",
      text: (secret) =>
        [
          ` ${tokenVariable}=${quoteForSh(secret)}`,
          `curl -sS --fail-with-body -w '\\n' ${quoteForSh(server + "/graphql")} \\`,
          `  -H "Authorization: Bearer $${tokenVariable}" \\`,
          `  -H 'Content-Type: application/json' \\`,
          `  -d ${quoteForSh(JSON.stringify({ query: verifyQuery(kind, permissions) }))}`,
        ].join("\n"),
    },
    {
      id: "env",
      label: "Environment file for humioctl",
      hint: "humioctl reads these names and no others. Make the file readable by its owner alone, and keep it out of version control.",
      text: (secret) => [`HUMIO_ADDRESS=${quoteForSh(`${server}/`)}`, `HUMIO_TOKEN=${quoteForSh(secret)}`].join("\n"),
    },
    {
      id: "humioctl",
      label: "humioctl profile",
      hint: "Goes into ~/.humio/config.yaml, beside the profiles that are there.",
      text: (secret) =>
        [
          "profiles:",
          `  ${quoteForYamlSingly(profileName(name))}:`,
          `    address: ${quoteForYamlSingly(`${server}/`)}`,
          `    token: ${quoteForYamlSingly(secret)}`,
          `    insecure: 'false'`,
        ].join("\n"),
    },
  ];
}
