/**
 * Makes what a list is searched with: the rows that hold the text, whatever its case and the space around it; the very rows where there is
 * nothing to search for.
 *
 * @param holds whether a row holds a text, which is in lower case and not empty
 */
export function finder<Row>(holds: (row: Row, text: string) => boolean) {
  return (rows: readonly Row[], search: string): readonly Row[] => {
    const text = search.trim().toLowerCase();
    return text === "" ? rows : rows.filter((row) => holds(row, text));
  };
}
