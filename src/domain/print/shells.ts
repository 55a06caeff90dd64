import { withheldIn } from "#domain/token/withheld.ts";
import type { ApiCall } from "./apiCall.ts";
import { quotedBody } from "./notation.ts";
import { escapeUnit, quoteForPowerShell, quoteForSh } from "./quote.ts";
import { tokenVariable } from "./tokenVariable.ts";

/** Prints what the server says and ends the line after it; its refusal ends curl with a status that a script sees. */
const curl = String.raw`curl -sS --fail-with-body -w '\n'`;

/** For sh, bash and zsh. */
export function forSh(call: ApiCall, url: string): string {
  const body = quotedBody(call, {
    indent: "  ",
    quote: quoteForSh,
    insert: ({ variable }) => String.raw`"\"$${variable.toLowerCase()}\""`,
  });
  const request = [
    `${curl} ${quoteForSh(url)} \\`,
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
export function forCmd(call: ApiCall, url: string): string {
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
    `${curl.replaceAll("'", '"')} "${url}"`,
    `-H "Authorization: Bearer %${tokenVariable}%"`,
    '-H "Content-Type: application/json"',
    `--data-raw "${body}"`,
  ].join(" ");
}

/** The body goes through a pipe: Windows PowerShell loses the quotes within an argument of a program. */
export function forPowerShell(call: ApiCall, url: string): string {
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
    `$body | ${curl.replace("curl", "curl.exe")} ${quoteForPowerShell(url)} \``,
    `  -H "Authorization: Bearer $env:${tokenVariable}" \``,
    "  -H 'Content-Type: application/json' `",
    "  --data-binary '@-'",
  ].join("\n");
}
