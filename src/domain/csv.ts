/** Characters at the start of a cell that make a spreadsheet run it as a formula. */
const formulaStart = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/u;

/**
 * One cell of a CSV file. A text that a spreadsheet would run as a formula gets an apostrophe in front, which marks it as text; so does one
 * with spaces or direction marks in front, which some spreadsheets trim. Always quoted, since spreadsheets differ in their separator.
 */
export function csvCell(value: string): string {
  const defused =
    formulaStart.test(value) || formulaStart.test(value.replace(/^[\s"'\u2066-\u2069]+/u, "")) ? `'${value}` : value;
  return `"${defused.replaceAll('"', '""')}"`;
}

/** What a CSV file begins with: a byte order mark, without which spreadsheets misread names beyond ASCII. */
export const csvStart = "\uFEFF";

/** A row of a CSV file (RFC 4180: comma, CRLF). */
export function csvRow(row: readonly string[]): string {
  return `${row.map(csvCell).join(",")}\r\n`;
}

/** A whole CSV file. */
export function toCsv(rows: Iterable<readonly string[]>): string {
  let text = csvStart;
  for (const row of rows) text += csvRow(row);
  return text;
}
