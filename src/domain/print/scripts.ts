import { withhold, Withheld, withheldIn, type JsonValue, type Printable } from "#domain/token/withheld.ts";
import type { ApiCall } from "./apiCall.ts";
import { encode, inAngles, isList, json, present, write, type Notation } from "./notation.ts";
import { quoteForJavaScript, quoteForPerl, quoteForPython } from "./quote.ts";
import { tokenVariable } from "./tokenVariable.ts";

/** For Python 3, without a package. */
export function forPython(call: ApiCall, url: string): string {
  return [
    "import json",
    "import os",
    "import urllib.error",
    "import urllib.request",
    "",
    `query = ${quoteForPython(call.document)}`,
    "",
    `variables = ${write(withhold(call.variables), python)}`,
    "",
    "request = urllib.request.Request(",
    `    ${JSON.stringify(url)},`,
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

/** The escapes of JSON's texts are Python's too. */
const python: Notation = {
  encode,
  words: ["None", "True", "False"],
  indent: "    ",
  lastComma: true,
  withheld: ({ variable }) => `os.environ["${variable}"]`,
};

/** For Node.js, as a module. */
export function forNode(call: ApiCall, url: string): string {
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
          `const query = ${quoteForJavaScript(call.document)};`,
          "",
          `const variables = ${write(withhold(call.variables), { ...json, withheld: ({ variable }) => `process.env.${variable}` })};`,
          "",
          "const body = JSON.stringify({ query, variables });",
        ]
      : [`const body = ${quoteForJavaScript(exact)};`]),
    "",
    `const response = await fetch(${JSON.stringify(url)}, {`,
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

/** For Perl, by its core modules. */
export function forPerl(call: ApiCall, url: string): string {
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
    `    '${url}',`,
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
  return present(value).flatMap(([name, item]) => places(item, `${place}{${quoteForPerl(name)}}`));
}
