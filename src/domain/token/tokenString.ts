/** The two parts of a token string of a governed kind. The secret is shown once and never stored in the clear. */
export interface TokenString {
  /** The token's id: 24 characters for a personal token (its user's id), 32 for the other kinds. */
  readonly id: string;
  readonly secret: string;
}

/** The form of the token strings of the four governed kinds, on which LogScale's clients rely. */
export const tokenStringPattern = /^([A-Za-z0-9]{24}(?:[A-Za-z0-9]{8})?)~([A-Za-z0-9]{44})$/u;

/** What stands before the `~` of the local administrator's credential, in place of a token id. */
export const localAdminId = "localroot";

const localAdminPattern = /^localroot~([A-Za-z0-9]{44})$/u;

/**
 * Takes a token string apart; null when it is none. Whitespace around it, which a paste often brings along, is ignored. The local
 * administrator's credential is not a token in this sense: see {@link parseLocalAdminToken}.
 */
export function parseTokenString(text: string): TokenString | null {
  const [, id, secret] = tokenStringPattern.exec(text.trim()) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/** The id within a token string, or null when the text is none. */
export function tokenIdOf(text: string): string | null {
  return parseTokenString(text)?.id ?? null;
}

/**
 * The secret of the local administrator's credential (`localroot~…`), or null when the text is something else. That credential is
 * nobody's token: it has no id in the lists, no expiry and no IP filter, and no policy governs it.
 */
export function parseLocalAdminToken(text: string): string | null {
  return localAdminPattern.exec(text.trim())?.[1] ?? null;
}
