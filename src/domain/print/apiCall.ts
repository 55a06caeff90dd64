import { quoteForPowerShell, quoteForSh } from "./install.ts";
import { escapeHidden } from "#domain/name.ts";
import { tokenVariable } from "./tokenVariable.ts";
import { withhold, Withheld, withheldIn, type JsonValue, type Printable, type Variables } from "#domain/token/withheld.ts";

/**
 * A GraphQL request as somebody else can send it. No secret of it is printed: the credential is read from the environment, and so is
 * what {@link withhold} keeps back of the variables.
 */
export interface ApiCall {
  /** Text of the operation and of the fragments that it uses. */
  readonly document: string;
  readonly variables: Variables;
  /** Address of the server, without a slash at its end: `https://logs.example.com`. */
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
 * @throws RangeError when the server's address is anything else than a scheme, a host and a port
 */
export function printApiCall(call: ApiCall): readonly PrintedCall[] {
  const address = graphqlAddress(call.server);
  const needs = (example?: Example) => needsOf(call, example);
  return [
    { id: "sh", label: "curl", hint: `For sh, bash and zsh. ${curlVersion} ${needs(examples.sh)}`, text: forSh(call, address) },
    // No variable of cmd's environment can hold a text of several lines.
    ...(withheldIn(call.variables).some(({ lines }) => lines)
      ? []
      : [
          {
            id: "cmd",
            label: "curl, Windows cmd",
            hint: `For the command prompt and batch files; one line, since cmd cannot carry a quoted text over several. ${curlVersion} ${needs(examples.cmd)}${plainForCmd(call)}`,
            text: forCmd(call, address),
          },
        ]),
    {
      id: "powershell",
      label: "curl, PowerShell",
      hint: `For Windows PowerShell and PowerShell 7. ${curlVersion} ${needs(examples.powershell)}`,
      text: forPowerShell(call, address),
    },
    { id: "python", label: "Python", hint: `Python 3, nothing to install. ${needs()}`, text: forPython(call, address) },
    { id: "node", label: "Node.js", hint: `Node.js 18 or later; save it as call.mjs. ${needs()}`, text: forNode(call, address) },
    {
      id: "perl",
      label: "Perl",
      hint: `Perl 5.14 or later; https needs the module IO::Socket::SSL. ${needs()}`,
      text: forPerl(call, address),
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

/** Prints what the server says and ends the line after it; its refusal ends curl with a status that a script sees. */
const curl = String.raw`curl -sS --fail-with-body -w '\n'`;

/** What stands in the place of a value until it is put in. */
const inAngles = ({ variable }: Withheld) => `"<${variable}>"`;

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

function graphqlAddress(server: string): string {
  // Nothing in such an address means anything to a shell within quotes.
  if (!/^https?:\/\/(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/u.test(server)) {
    throw new RangeError("A server's address has a scheme, a host and perhaps a port.");
  }
  return server + "/graphql";
}

/** How a language writes the values of JSON. */
interface Notation {
  readonly encode: (text: string) => string;
  readonly words: readonly [ofNull: string, ofTrue: string, ofFalse: string];
  /** What each level is indented by; empty for everything in one line. */
  readonly indent: string;
  /** Whether a comma follows the last item too. */
  readonly lastComma: boolean;
  readonly withheld: (value: Withheld) => string;
}

/** Everything beyond ASCII is escaped, so that no code page of a console can change it. */
const encode = (text: string) => ascii(JSON.stringify(text));

const json = { encode, words: ["null", "true", "false"], indent: "  ", lastComma: false } as const satisfies Partial<Notation>;

function write(value: Printable | undefined, notation: Notation, margin = ""): string {
  const { words, indent, lastComma } = notation;
  if (value === undefined || value === null) return words[0];
  if (typeof value === "boolean") return words[value ? 1 : 2];
  if (typeof value === "string") return notation.encode(value);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value instanceof Withheld) return notation.withheld(value);
  const [colon, line, comma] = indent === "" ? [":", "", ","] : [": ", "\n", ",\n"];
  const inner = margin + indent;
  const [open, close, parts] = isList(value)
    ? ["[", "]", value.map((item) => write(item, notation, inner))]
    : ["{", "}", present(value).map(([name, item]) => notation.encode(name) + colon + write(item, notation, inner))];
  if (parts.length === 0) return open + close;
  return open + line + parts.map((part) => inner + part).join(comma) + (lastComma ? "," : "") + line + margin + close;
}

function isList(value: readonly Printable[] | object): value is readonly Printable[] {
  return Array.isArray(value);
}

function present(value: { readonly [name: string]: Printable | undefined }): [string, Printable][] {
  return Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, item]]));
}

/** How a language quotes the JSON of a request's body, and what it reads from the environment as JSON in between. */
interface Quoting {
  readonly indent: string;
  readonly quote: (text: string) => string;
  readonly insert: (value: Withheld) => string;
}

function quotedBody({ document, variables }: ApiCall, { indent, quote, insert }: Quoting): string {
  const values: Withheld[] = [];
  const withheld = (value: Withheld) => {
    values.push(value);
    // No JSON has this character as it is.
    return "\0";
  };
  const [first = "", ...more] = write({ query: document, variables: withhold(variables) }, { ...json, indent, withheld }).split(
    "\0",
  );
  return quote(first) + values.map((value, index) => insert(value) + quote(more[index] ?? "")).join("");
}

/** A text of JSON with everything beyond ASCII escaped. */
export function ascii(json: string): string {
  return json.replaceAll(/[\u007F-\uFFFF]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, "0");
}

function forSh(call: ApiCall, address: string): string {
  const body = quotedBody(call, {
    indent: "  ",
    quote: quoteForSh,
    insert: ({ variable }) => String.raw`"\"$${variable.toLowerCase()}\""`,
  });
  const request = [
    `${curl} ${quoteForSh(address)} \\`,
    `  -H "Authorization: Bearer $${tokenVariable}" \\`,
    "  -H 'Content-Type: application/json' \\",
  ];
  const withheld = withheldIn(call.variables);
  if (withheld.length === 0) return [...request, `  --data-raw ${body}`].join("\n");
  return [
    ...withheld.flatMap(({ variable, lines }) => [
      `: "\${${variable}:?is not set}" &&`,
      `${variable.toLowerCase()}=$(printf '%s\\n' "$${variable}" | ${lines ? linesToJson : "sed 's/[\"\\]/\\\\&/g'"}) &&`,
    ]),
    // Through a pipe: every user of a machine sees the arguments of its programs, but not those of what the shell does itself.
    `printf '%s' ${body} |`,
    ...request,
    "  --data-binary @-",
  ].join("\n");
}

/** Makes one text of JSON of lines, without the quotes around it. */
const linesToJson = String.raw`awk '{ gsub(/[\\"]/, "\\\\&"); gsub(/\t/, "\\t"); gsub(/\r/, "\\r"); printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }'`;

/**
 * cmd has no way to quote that holds for everything: it looks for quotes without knowing of the backslashes that curl takes them with, and
 * replaces `%NAME%` even within them. So whatever means anything to it is escaped in the JSON, and what is left means nothing.
 */
function forCmd(call: ApiCall, address: string): string {
  const strings = /"(?:[^"\\]|\\.)*"/gu;
  const quoted = (harmless: string) => String.raw`\"` + harmless + String.raw`\"`;
  const body = quotedBody(call, {
    indent: "",
    quote: (json) =>
      json.replaceAll(strings, (text) => {
        const value = JSON.parse(text) as string;
        return quoted(
          value.replaceAll(/[^\w .,:;=/@$#*+~[\]{}-]/g, (unit) => (unit === "\n" ? String.raw`\n` : escapeUnit(unit))),
        );
      }),
    insert: ({ variable }) => quoted(`%${variable}%`),
  });
  return [
    ...withheldIn(call.variables).map(({ variable }) => `if defined ${variable}`),
    `${curl.replaceAll("'", '"')} "${address}"`,
    `-H "Authorization: Bearer %${tokenVariable}%"`,
    '-H "Content-Type: application/json"',
    `--data-raw "${body}"`,
  ].join(" ");
}

/** The body goes through a pipe: Windows PowerShell loses the quotes within an argument of a program. */
function forPowerShell(call: ApiCall, address: string): string {
  const body = quotedBody(call, {
    indent: "  ",
    quote: quoteForPowerShell,
    // A pipe of Windows PowerShell carries ASCII alone.
    insert: ({ variable, lines }) =>
      lines
        ? String.raw` + [regex]::Replace((ConvertTo-Json $env:${variable}), '[^ -~]', { '\u{0:x4}' -f [int][char]$args[0].Value }) + `
        : ` + (ConvertTo-Json $env:${variable}) + `,
  });
  return [
    ...withheldIn(call.variables).map(({ variable }) => `if (-not $env:${variable}) { throw '${variable} is not set.' }`),
    `$body = ${body}`,
    `$body | ${curl.replace("curl", "curl.exe")} ${quoteForPowerShell(address)} \``,
    `  -H "Authorization: Bearer $env:${tokenVariable}" \``,
    "  -H 'Content-Type: application/json' `",
    "  --data-binary '@-'",
  ].join("\n");
}

function forPython(call: ApiCall, address: string): string {
  return [
    "import json",
    "import os",
    "import urllib.error",
    "import urllib.request",
    "",
    `query = ${pythonText(call.document)}`,
    "",
    `variables = ${write(withhold(call.variables), python)}`,
    "",
    "request = urllib.request.Request(",
    `    ${JSON.stringify(address)},`,
    '    data=json.dumps({"query": query, "variables": variables}).encode(),',
    "    headers={",
    `        "Authorization": "Bearer " + os.environ["${tokenVariable}"],`,
    '        "Content-Type": "application/json",',
    "    },",
    ")",
    "try:",
    "    with urllib.request.urlopen(request, timeout=60) as response:",
    "        answer = json.load(response)",
    "except urllib.error.HTTPError as error:",
    // Why is in the body: a refused credential is answered with plain text.
    "    raise SystemExit(f\"{error}\\n{error.read().decode(errors='replace')}\")",
    "print(json.dumps(answer, indent=2))",
    // LogScale says what failed within an answer of status 200.
    'raise SystemExit(1 if answer.get("errors") else 0)',
  ].join("\n");
}

/** A text over several lines where Python reads it as it stands, else in one. */
function pythonText(text: string): string {
  return /["\\]|[^\n -~]/u.test(text) ? ascii(JSON.stringify(text)) : `"""\n${text.trim()}\n"""`;
}

/** The escapes of JSON's texts are Python's too. */
const python: Notation = {
  encode,
  words: ["None", "True", "False"],
  indent: "    ",
  lastComma: true,
  withheld: ({ variable }) => `os.environ["${variable}"]`,
};

function forNode(call: ApiCall, address: string): string {
  // JavaScript's own numbers would lose digits of such a value, so the whole body stands there as a text. None goes with anything withheld.
  const exact =
    holdsBigint(call.variables) &&
    write({ query: call.document, variables: withhold(call.variables) }, { ...json, withheld: inAngles });
  return [
    ...withheldIn(call.variables).map(
      ({ variable }) => `if (!process.env.${variable}) throw new Error("${variable} is not set.");\n`,
    ),
    ...(exact === false
      ? [
          `const query = ${javascriptText(call.document)};`,
          "",
          `const variables = ${write(withhold(call.variables), { ...json, withheld: ({ variable }) => `process.env.${variable}` })};`,
          "",
          "const body = JSON.stringify({ query, variables });",
        ]
      : [`const body = ${javascriptText(exact)};`]),
    "",
    `const response = await fetch(${JSON.stringify(address)}, {`,
    '  method: "POST",',
    "  headers: {",
    `    Authorization: \`Bearer \${process.env.${tokenVariable}}\`,`,
    '    "Content-Type": "application/json",',
    "  },",
    "  body,",
    "});",
    // A refused credential is answered with plain text.
    "const text = await response.text();",
    "console.log(text);",
    "if (!response.ok || JSON.parse(text).errors) process.exitCode = 1;",
  ].join("\n");
}

function javascriptText(text: string): string {
  return /[`\\]|\$\{|[^\n -~]/u.test(text) ? ascii(JSON.stringify(text)) : `\`\n${text.trim()}\n\``;
}

function forPerl(call: ApiCall, address: string): string {
  const withheld = withheldIn(call.variables);
  const variables = withhold(call.variables);
  const body = write({ query: call.document, variables }, { ...json, withheld: inAngles });
  return [
    "use strict;",
    "use warnings;",
    "use HTTP::Tiny;",
    ...(withheld.length === 0 ? [] : ["use JSON::PP;"]),
    "",
    // No line of JSON is this word alone, and nothing in such a text has a meaning for Perl.
    withheld.length === 0 ? "my $body = <<'JSON';" : "my $request = decode_json(<<'JSON');",
    body,
    "JSON",
    ...places(variables).flatMap(({ place, value: { variable } }) => [
      `my $${variable.toLowerCase()} = $ENV{${variable}} // die "${variable} is not set.\\n";`,
      `utf8::decode($${variable.toLowerCase()});`,
      `$request->{variables}${place} = $${variable.toLowerCase()};`,
    ]),
    ...(withheld.length === 0 ? [] : ["my $body = encode_json($request);"]),
    "",
    "my $answer = HTTP::Tiny->new(timeout => 60, verify_SSL => 1)->post(",
    `    '${address}',`,
    "    {",
    "        headers => {",
    `            'Authorization' => "Bearer $ENV{${tokenVariable}}",`,
    "            'Content-Type'  => 'application/json',",
    "        },",
    "        content => $body,",
    "    },",
    ");",
    'print $answer->{content}, "\\n";',
    "exit($answer->{success} ? 0 : 1);",
  ].join("\n");
}

/** Whether a number in the variables is beyond the exact ones. */
function holdsBigint(value: JsonValue | undefined): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "bigint";
  return Object.values<JsonValue | undefined>(value).some(holdsBigint);
}

/** Where in the variables something is withheld, as Perl says it. */
function places(value: Printable | undefined, place = ""): { readonly place: string; readonly value: Withheld }[] {
  if (value instanceof Withheld) return [{ place, value }];
  if (typeof value !== "object" || value === null) return [];
  if (isList(value)) return value.flatMap((item, index) => places(item, `${place}[${index}]`));
  return present(value).flatMap(([name, item]) => places(item, `${place}{'${name.replaceAll(/[\\']/gu, "\\$&")}'}`));
}
