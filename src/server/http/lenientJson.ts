const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Escapes the raw line breaks and tabs that stand inside the strings of a JSON text, which JSON forbids. The scripts of LogScale's
 * documentation send them, and LogScale accepts them. Everything else is left as it is.
 */
export function escapeRawLineBreaks(json: string): string {
  if (!/[\n\r\t]/u.test(json)) return json;
  let escaped = "";
  let copied = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json.charAt(index);
    if (character === '"') inString = !inString;
    else if (!inString) continue;
    else if (character === "\\") index++;
    else if (escapes[character] !== undefined) {
      escaped += json.slice(copied, index) + escapes[character];
      copied = index + 1;
    }
  }
  return escaped + json.slice(copied);
}
