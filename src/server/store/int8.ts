/** Reads PostgreSQL's text of a one-dimensional `int8[]`, such as `{1,NULL,3}`. */
export function parseInt8Array(text: string): (number | null)[] {
  const inner = text.slice(1, -1);
  return inner === "" ? [] : inner.split(",").map((item) => (item === "NULL" ? null : Number(item)));
}
