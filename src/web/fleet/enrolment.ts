/** The URL of the server that an enrolment string leads to; null when it does not say so in a form that is known. */
export function serverOf(enrolment: string): string | null {
  let content: unknown;
  try {
    content = JSON.parse(atob(enrolment));
  } catch {
    return null;
  }
  if (typeof content !== "object" || content === null || !("url" in content) || typeof content.url !== "string") return null;
  return URL.canParse(content.url) ? content.url : null;
}
