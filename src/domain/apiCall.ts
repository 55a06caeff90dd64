import { quoteForPowerShell, quoteForSh } from "./install.ts";

/** A value of JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** A GraphQL request as somebody else can send it. It never has a secret in it: the credential is read from the environment. */
export interface ApiCall {
  /** Text of the operation and of the fragments that it uses. */
  readonly document: string;
  readonly variables: { readonly [name: string]: JsonValue | undefined };
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

/** Environment variable that every printed call reads its credential from. */
export const tokenVariable = "LOGSCALE_TOKEN";

/**
 * Prints a call for every language there is. Names and other texts of the call may hold any character: in each language they are data
 * and nothing else.
 *
 * @throws RangeError when the server's address is anything else than a scheme, a host and a port
 */
export function printApiCall(call: ApiCall): readonly PrintedCall[] {
  const address = graphqlAddress(call.server);
  return [
    { id: "sh", label: "curl", hint: `For sh, bash and zsh. ${needs(`export ${tokenVariable}=…`)}`, text: forSh(call, address) },
    {
      id: "cmd",
      label: "curl, Windows cmd",
      hint: `For the command prompt and batch files; one line, since cmd cannot carry a quoted text over several. ${needs(`set ${tokenVariable}=…`)}`,
      text: forCmd(call, address),
    },
    {
      id: "powershell",
      label: "curl, PowerShell",
      hint: `For Windows PowerShell and PowerShell 7. ${needs(`$env:${tokenVariable} = …`)}`,
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

function needs(example?: string): string {
  return `Reads the credential from the environment variable ${tokenVariable}${example === undefined ? "" : ` (${example})`}.`;
}

function graphqlAddress(server: string): string {
  // Nothing in such an address means anything to a shell within quotes.
  if (!/^https?:\/\/(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/u.test(server)) {
    throw new RangeError("A server's address has a scheme, a host and perhaps a port.");
  }
  return server + "/graphql";
}

/** The request's body. Everything beyond ASCII is escaped, so that no code page of a console can change it. */
function bodyOf({ document, variables }: ApiCall, space?: number): string {
  return ascii(JSON.stringify({ query: document, variables }, null, space));
}

function ascii(json: string): string {
  return json.replaceAll(/[\u007F-\uFFFF]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, "0");
}

function forSh(call: ApiCall, address: string): string {
  return [
    `curl -sS ${quoteForSh(address)} \\`,
    `  -H "Authorization: Bearer $${tokenVariable}" \\`,
    "  -H 'Content-Type: application/json' \\",
    `  --data-raw ${quoteForSh(bodyOf(call, 2))}`,
  ].join("\n");
}

/**
 * cmd has no way to quote that holds for everything: it looks for quotes without knowing of the backslashes that curl takes them with, and
 * replaces `%NAME%` even within them. So whatever means anything to it is escaped in the JSON, and what is left means nothing.
 */
function forCmd(call: ApiCall, address: string): string {
  const strings = /"(?:[^"\\]|\\.)*"/gu;
  const body = bodyOf(call).replaceAll(strings, (text) => {
    const value = JSON.parse(text) as string;
    const harmless = value.replaceAll(/[^\w .,:;=/@$#*+~[\]{}-]/g, (unit) => (unit === "\n" ? String.raw`\n` : escapeUnit(unit)));
    return String.raw`\"` + harmless + String.raw`\"`;
  });
  return [
    `curl -sS "${address}"`,
    `-H "Authorization: Bearer %${tokenVariable}%"`,
    '-H "Content-Type: application/json"',
    `--data-raw "${body}"`,
  ].join(" ");
}

/** The body goes through a pipe: Windows PowerShell loses the quotes within an argument of a program. */
function forPowerShell(call: ApiCall, address: string): string {
  return [
    `$body = ${quoteForPowerShell(bodyOf(call, 2))}`,
    `$body | curl.exe -sS ${quoteForPowerShell(address)} \``,
    `  -H "Authorization: Bearer $env:${tokenVariable}" \``,
    "  -H 'Content-Type: application/json' `",
    "  --data-binary '@-'",
  ].join("\n");
}

function forPython(call: ApiCall, address: string): string {
  return [
    "import json",
    "import os",
    "import urllib.request",
    "",
    `query = ${pythonText(call.document)}`,
    "",
    `variables = ${python(call.variables)}`,
    "",
    "request = urllib.request.Request(",
    `    ${JSON.stringify(address)},`,
    '    data=json.dumps({"query": query, "variables": variables}).encode(),',
    "    headers={",
    `        "Authorization": "Bearer " + os.environ["${tokenVariable}"],`,
    '        "Content-Type": "application/json",',
    "    },",
    ")",
    "with urllib.request.urlopen(request, timeout=60) as response:",
    "    answer = json.load(response)",
    "print(json.dumps(answer, indent=2))",
    // LogScale says what failed within an answer of status 200.
    'raise SystemExit(1 if answer.get("errors") else 0)',
  ].join("\n");
}

/** A text over several lines where Python reads it as it stands, else in one. */
function pythonText(text: string): string {
  return /["\\]|[^\n -~]/u.test(text) ? ascii(JSON.stringify(text)) : `"""\n${text.trim()}\n"""`;
}

/** JSON as Python writes it. The escapes of JSON's texts are Python's too. */
function python(value: JsonValue | undefined, indent = ""): string {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return ascii(JSON.stringify(value));
  const inner = `${indent}    `;
  const [open, close, parts] = isList(value)
    ? ["[", "]", value.map((item) => python(item, inner))]
    : ["{", "}", present(value).map(([name, item]) => `${ascii(JSON.stringify(name))}: ${python(item, inner)}`)];
  return parts.length === 0 ? open + close : `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function present(value: { readonly [name: string]: JsonValue | undefined }): [string, JsonValue][] {
  return Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, item]]));
}

function forNode(call: ApiCall, address: string): string {
  return [
    `const query = ${javascriptText(call.document)};`,
    "",
    `const variables = ${ascii(JSON.stringify(call.variables, null, 2))};`,
    "",
    `const response = await fetch(${JSON.stringify(address)}, {`,
    '  method: "POST",',
    "  headers: {",
    `    Authorization: \`Bearer \${process.env.${tokenVariable}}\`,`,
    '    "Content-Type": "application/json",',
    "  },",
    "  body: JSON.stringify({ query, variables }),",
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
  return [
    "use strict;",
    "use warnings;",
    "use HTTP::Tiny;",
    "",
    // No line of JSON is this word alone, and nothing in such a text has a meaning for Perl.
    "my $body = <<'JSON';",
    bodyOf(call, 2),
    "JSON",
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

/** What a form makes, as far as the public Terraform provider or humio-operator can make it too. */
export type ApiResource =
  | {
      readonly type: "view" | "organization" | "system";
      readonly name: string;
      readonly permissions: readonly string[];
      /** Names of the repositories and views; of view tokens alone. */
      readonly views: readonly string[];
      /** Ms since epoch; null for never. */
      readonly expireAt: number | null;
      /** Name of the IP filter; null for none. */
      readonly ipFilter: string | null;
    }
  | {
      readonly type: "ip-filter";
      readonly name: string;
      readonly rules: readonly { readonly action: string; readonly target: string }[];
    }
  | { readonly type: "ingest"; readonly name: string; readonly repository: string; readonly parser: string | null };

/**
 * Prints a resource for humio-operator, and for Terraform where the public provider has such a resource, which is for ingest tokens alone.
 * Personal tokens, fleet tokens and policies have a resource in neither.
 */
export function printResource(resource: ApiResource): readonly PrintedCall[] {
  const operator = forOperator(resource);
  return [...(resource.type === "ingest" ? [forTerraform(resource)] : []), ...(operator === undefined ? [] : [operator])];
}

const operatorKinds = {
  view: "HumioViewToken",
  organization: "HumioOrganizationToken",
  system: "HumioSystemToken",
  "ip-filter": "HumioIPFilter",
  ingest: "HumioIngestToken",
} as const satisfies Record<ApiResource["type"], string>;

/** The addresses that the operator's own schema takes: an IPv6 one must be written out, but for `::` and `::1`. */
const operatorAddress =
  /^(?:all|\d{1,3}(?:\.\d{1,3}){3}(?:\/(?:3[0-2]|[12]?\d))?|(?:(?:[\da-fA-F]{1,4}:){7}[\da-fA-F]{1,4}|::1?)(?:\/(?:\d|[1-9]\d|1[01]\d|12[0-8]))?)$/u;

function forOperator(resource: ApiResource): PrintedCall | undefined {
  const slug = slugOf(resource.name, "-");
  const spec = operatorSpec(resource, slug);
  if (spec === undefined) return undefined;
  const secret = resource.type === "ip-filter" ? "" : ` The operator puts the token into the Kubernetes secret ${slug}-token.`;
  return {
    id: "operator",
    label: "humio-operator",
    hint: `For kubectl apply. Put the name of your HumioCluster in.${secret}`,
    text: [
      "apiVersion: core.humio.com/v1alpha1",
      `kind: ${operatorKinds[resource.type]}`,
      "metadata:",
      `  name: ${slug}`,
      "spec:",
      "  managedClusterName: example-humiocluster",
      ...spec.map((line) => `  ${line}`),
    ].join("\n"),
  };
}

function operatorSpec(resource: ApiResource, slug: string): string[] | undefined {
  // A text of JSON is one of YAML.
  const name = `name: ${yamlText(resource.name)}`;
  const secret = `tokenSecretName: ${slug}-token`;
  switch (resource.type) {
    case "ip-filter": {
      const { rules } = resource;
      if (rules.length === 0 || !rules.every(({ target }) => operatorAddress.test(target))) return undefined;
      return [
        name,
        "ipFilter:",
        ...rules.flatMap(({ action, target }) => [`  - action: ${action}`, `    address: ${yamlText(target)}`]),
      ];
    }
    case "ingest": {
      const { parser, repository } = resource;
      const parserName = parser === null ? [] : [`parserName: ${yamlText(parser)}`];
      return [name, `repositoryName: ${yamlText(repository)}`, ...parserName, secret];
    }
    case "view":
    case "organization":
    case "system":
      return [
        name,
        ...(resource.type === "view" ? yamlList("viewNames", resource.views) : []),
        ...yamlList("permissions", resource.permissions),
        ...(resource.ipFilter === null ? [] : [`ipFilterName: ${yamlText(resource.ipFilter)}`]),
        ...(resource.expireAt === null
          ? []
          : [`expiresAt: ${yamlText(new Date(resource.expireAt).toISOString().replace(/\.\d+Z$/u, "Z"))}`]),
        secret,
      ];
    default:
      return resource satisfies never;
  }
}

function yamlText(text: string): string {
  return ascii(JSON.stringify(text));
}

function yamlList(name: string, items: readonly string[]): string[] {
  return items.length === 0 ? [`${name}: []`] : [`${name}:`, ...items.map((item) => `  - ${yamlText(item)}`)];
}

function forTerraform({ name, repository, parser }: ApiResource & { readonly type: "ingest" }): PrintedCall {
  const slug = slugOf(name, "_");
  return {
    id: "terraform",
    label: "Terraform",
    hint: "For the provider humio, which has ingest tokens but no other kind. Terraform keeps the token in its state.",
    text: [
      `resource "humio_ingest_token" "${slug}" {`,
      `  repository = ${hclText(repository)}`,
      `  name       = ${hclText(name)}`,
      ...(parser === null ? [] : [`  parser     = ${hclText(parser)}`]),
      "}",
      "",
      `output "${slug}" {`,
      `  value     = humio_ingest_token.${slug}.token`,
      "  sensitive = true",
      "}",
    ].join("\n"),
  };
}

/** A text of HCL: its escapes are those of JSON, and a dollar or percent sign before a brace is doubled, or it would begin a template. */
function hclText(text: string): string {
  return ascii(JSON.stringify(text)).replaceAll(/[$%](?=\{)/gu, "$&$&");
}

/** A name as Kubernetes and Terraform take it: small letters, digits and a mark between them, beginning with a letter. */
function slugOf(name: string, mark: "-" | "_"): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, mark)
    .replaceAll(/^[-_0-9]+|[-_]+$/gu, "")
    .slice(0, 50)
    .replaceAll(/[-_]+$/gu, "");
  return plain === "" ? "token" : plain;
}
