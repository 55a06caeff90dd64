/** Mail programs cut longer links, or do not open them. Ours go no further. */
export const longestMailto = 2000;

/** The letters of a mailbox's local part that need no quotes (RFC 5322: dot-atom), and of a host. */
const mailAddress =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a name is a mail address that one mailbox has: no list, no display name, no comment. */
export function isMailAddress(name: string): boolean {
  return name.length <= 254 && name.indexOf("@") <= 64 && mailAddress.test(name);
}

/** A message to somebody. */
export interface Message {
  readonly subject: string;
  readonly body: string;
}

/** A link that opens a message in the reader's mail program, ready to be looked through and sent. */
export interface MailLink {
  readonly href: string;
  /** Whether the message is in it as it is; otherwise it is too long for a link, and the short body is in its place. */
  readonly whole: boolean;
}

/** Makes a link of a message (RFC 6068). `short` takes the place of a body that is too long. */
export function mailLink(to: string, { subject, body }: Message, short: string): MailLink {
  const href = mailto(to, subject, body);
  return href.length <= longestMailto ? { href, whole: true } : { href: mailto(to, subject, short), whole: false };
}

function mailto(to: string, subject: string, body: string): string {
  const at = to.lastIndexOf("@");
  const recipient = `${encode(to.slice(0, at))}@${encode(to.slice(at + 1))}`;
  return `mailto:${recipient}?subject=${encode(subject)}&body=${encode(body.replaceAll(/\r\n|\r|\n/gu, "\r\n"))}`;
}

/** Percent-encodes everything but what RFC 3986 leaves unreserved, so that no part can begin another. */
function encode(text: string): string {
  // Half of a character, which a name may have, is none that could be encoded.
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\uFFFD")).replaceAll(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
