/** What a link of a former version named: `/tokens/ingest/in/REPOSITORY`, or that and `/NAME`. */
export function formerIngestLink(pathname: string): { readonly repository?: string; readonly search?: string } {
  const [repository, ...name] = pathname.split("/").slice(4).map(decoded);
  if (repository === undefined || repository === "") return {};
  const search = name.join("/");
  return { repository, ...(search !== "" && { search }) };
}

/** Once, and as it stands where it is not encoded as it should be. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
