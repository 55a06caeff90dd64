/** A text of JSON with everything beyond ASCII escaped, so that no code page of a console can change it. */
export function ascii(json: string): string {
  return json.replaceAll(/[\u007F-\uFFFF]/g, escapeUnit);
}

/** One unit of UTF-16 as JSON escapes it: each half of a character beyond the first plane by itself. */
export function escapeUnit(unit: string): string {
  return String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, "0");
}

/** A text as one word for sh and the shells that understand its language. Nothing in single quotes has a meaning there but their end. */
export function quoteForSh(text: string): string {
  return `'${withoutNul(text).replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A text as one string for PowerShell. It takes the typographic single quotes for the plain one too, so each of the five is doubled, which
 * stands for itself.
 */
export function quoteForPowerShell(text: string): string {
  return `'${withoutNul(text).replaceAll(/['\u2018\u2019\u201A\u201B]/gu, "$&$&")}'`;
}

/** No argument of a program can hold the character that ends it. */
function withoutNul(text: string): string {
  return text.replaceAll("\0", "");
}

/** A text as a double-quoted scalar of YAML, which takes the escapes of JSON. */
export function quoteForYaml(text: string): string {
  return JSON.stringify(text);
}

/** A text as a single-quoted scalar of YAML, which people read more easily. It has no escapes, so no line break may be in it. */
export function quoteForYamlSingly(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** As {@link quoteForYaml}, for programs that put environment variables in place of `$NAME` and `${NAME}`; a doubled dollar sign is a plain one. */
export function quoteWithDollars(text: string): string {
  return JSON.stringify(text.replaceAll("$", "$$$$"));
}

/** A text of Logstash's configuration. It knows no escapes, but two kinds of quotes; a text with both kinds cannot be written. */
export function quoteForLogstash(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** A text of rsyslog's configuration, with the escapes of C; a dollar sign would begin a variable. */
export function quoteForRsyslog(text: string): string {
  return `"${text.replaceAll(/["\\$]/gu, String.raw`\$&`)}"`;
}

/** A text of syslog-ng's configuration, with backslash escapes; between backticks it would put values in, and a doubled one is a plain one. */
export function quoteForSyslogNg(text: string): string {
  return `"${text.replaceAll(/["\\]/gu, String.raw`\$&`).replaceAll("`", "``")}"`;
}

/** As {@link quoteForYaml}, for Filebeat, which puts environment variables in place of `${NAME}`. */
export function quoteForFilebeat(text: string): string {
  return JSON.stringify(text.replaceAll("${", "$$$${"));
}

/** A text of HCL: its escapes are those of JSON, and a dollar or percent sign before a brace is doubled, or it would begin a template. */
export function quoteForHcl(text: string): string {
  return ascii(JSON.stringify(text)).replaceAll(/[$%](?=\{)/gu, "$&$&");
}

/** A text over several lines where Python reads it as it stands, else in one. */
export function quoteForPython(text: string): string {
  return /["\\]|[^\n -~]/u.test(text) ? ascii(JSON.stringify(text)) : `"""\n${text.trim()}\n"""`;
}

/** A text over several lines where JavaScript reads it as it stands, else in one. */
export function quoteForJavaScript(text: string): string {
  return /[`\\]|\$\{|[^\n -~]/u.test(text) ? ascii(JSON.stringify(text)) : `\`\n${text.trim()}\n\``;
}

/** A text in single quotes of Perl. */
export function quoteForPerl(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, "\\$&")}'`;
}
