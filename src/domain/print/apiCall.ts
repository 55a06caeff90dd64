import { escapeHidden } from "#domain/name.ts";
import { inAngles, json, write } from "./notation.ts";
import { forNode, forPerl, forPython } from "./scripts.ts";
import { forCmd, forPowerShell, forSh } from "./shells.ts";
import { tokenVariable } from "./tokenVariable.ts";
import { withhold, withheldIn, type Variables } from "#domain/token/withheld.ts";

/**
 * A GraphQL request as somebody else can send it. No secret of it is printed: the credential is read from the environment, and so is
 * what {@link withhold} keeps back of the variables.
 */
export interface ApiCall {
  /** Text of the operation and of the fragments that it uses. */
  readonly document: string;
  readonly variables: Variables;
  /** URL of the server, without a slash at its end: `https://logs.example.com`. */
  readonly server: string;
}

/** A text to copy, in one language. */
export interface PrintedCall {
  readonly id: string;
  readonly label: string;
  /** Where it goes and what it needs, in one or two sentences. */
  readonly hint: string;
  readonly text: string;
}

/**
 * Prints a call for every language that can make it. Names and other texts of the call may hold any character: in each language they are
 * data and nothing else.
 *
 * @throws RangeError when the server's URL is anything else than a scheme, a host and a port
 */
export function printApiCall(call: ApiCall): readonly PrintedCall[] {
  const url = graphqlUrl(call.server);
  const needs = (example?: Example) => needsOf(call, example);
  return [
    { id: "sh", label: "curl", hint: `For sh, bash and zsh. ${curlVersion} ${needs(examples.sh)}`, text: forSh(call, url) },
    // No variable of cmd's environment can hold a text of several lines.
    ...(withheldIn(call.variables).some(({ lines }) => lines)
      ? []
      : [
          {
            id: "cmd",
            label: "curl, Windows cmd",
            hint: `For the command prompt and batch files; one line, since cmd cannot carry a quoted text over several. ${curlVersion} ${needs(examples.cmd)}${plainForCmd(call)}`,
            text: forCmd(call, url),
          },
        ]),
    {
      id: "powershell",
      label: "curl, PowerShell",
      hint: `For Windows PowerShell and PowerShell 7. ${curlVersion} ${needs(examples.powershell)}`,
      text: forPowerShell(call, url),
    },
    { id: "python", label: "Python", hint: `Python 3, nothing to install. ${needs()}`, text: forPython(call, url) },
    { id: "node", label: "Node.js", hint: `Node.js 18 or later; save it as call.mjs. ${needs()}`, text: forNode(call, url) },
    {
      id: "perl",
      label: "Perl",
      hint: `Perl 5.14 or later; https needs the module IO::Socket::SSL. ${needs()}`,
      text: forPerl(call, url),
    },
  ];
}

/** Prints the operation and its variables, as an API explorer takes them. */
export function printOperation({ document, variables }: Omit<ApiCall, "server">): PrintedCall {
  const withheld = withheldIn(variables);
  const put = withheld.map(({ what, variable }) => ` Put ${what} in for <${variable}>.`).join("");
  return {
    id: "graphql",
    label: "GraphQL",
    hint: `For an API explorer: the operation, and its variables below.${put}`,
    text: `${document}\n\n${write(withhold(variables), { ...json, encode: (text) => escapeHidden(JSON.stringify(text)), withheld: inAngles })}`,
  };
}

/** The first curl that knows `--fail-with-body`. */
const curlVersion = "Needs curl 7.76 or later.";

/** How a variable of the environment is set in a language: to a word, and to the content of a file. */
interface Example {
  readonly word: (variable: string) => string;
  readonly file?: (variable: string) => string;
}

const examples = {
  sh: { word: (variable) => `export ${variable}=…`, file: (variable) => `export ${variable}="$(cat collector.yaml)"` },
  cmd: { word: (variable) => `set ${variable}=…` },
  powershell: {
    word: (variable) => `$env:${variable} = …`,
    file: (variable) => `$env:${variable} = Get-Content -Raw -Encoding utf8 collector.yaml`,
  },
} as const satisfies Record<string, Example>;

/** What has to be in the environment, in a sentence. */
function needsOf({ variables }: ApiCall, example?: Example): string {
  const values = [{ what: "the credential", variable: tokenVariable, lines: false }, ...withheldIn(variables)];
  const parts = values.map(({ what, variable, lines }, index) => {
    const how = lines ? example?.file?.(variable) : example?.word(variable);
    return `${what} from ${index === 0 ? "the environment variable " : ""}${variable}${how === undefined ? "" : ` (${how})`}`;
  });
  return `Reads ${parts.join(", and ")}.`;
}

function plainForCmd({ variables }: ApiCall): string {
  const values = withheldIn(variables).map(({ what }) => what);
  return values.length === 0 ? "" : ` Neither quotes nor backslashes can stand in ${values.join(" and ")} here.`;
}

function graphqlUrl(server: string): string {
  // Nothing in such a URL means anything to a shell within quotes.
  if (!/^https?:\/\/(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/u.test(server)) {
    throw new RangeError("A server's URL has a scheme, a host and perhaps a port.");
  }
  return server + "/graphql";
}
