/** Hands a text, or its pieces in order, to the browser as a file. */
export function downloadText(name: string, type: string, text: string | readonly string[]): void {
  const pieces = typeof text === "string" ? [text] : [...text];
  const url = URL.createObjectURL(new Blob(pieces, { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export { fileInstant } from "#domain/instant.ts";
