/** What an enrolment string says about the server: its address, and whether other machines can hardly reach it there. */
export interface EnrolmentServer {
  readonly url: string;
  /** The address is each machine's own. */
  readonly isLoopback: boolean;
}

/** Which server an enrolment string leads to; null when it does not say so in a form that is known. */
export function serverOf(enrolment: string): EnrolmentServer | null {
  let content: unknown;
  try {
    content = JSON.parse(atob(enrolment));
  } catch {
    return null;
  }
  if (typeof content !== "object" || content === null || !("url" in content) || typeof content.url !== "string") return null;
  const { url } = content;
  if (!URL.canParse(url)) return null;
  return { url, isLoopback: /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(new URL(url).hostname) };
}
