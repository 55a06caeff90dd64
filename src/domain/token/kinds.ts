/**
 * The four kinds of token that LogScale's token security policies govern, in the order in which the app lists them.
 * Ingest tokens and fleet installation tokens are not governed and are therefore not token kinds in this sense.
 */
export const tokenKinds = ["personal", "view", "organization", "system"] as const;

export type TokenKind = (typeof tokenKinds)[number];

/** What is fixed for a token kind, whatever the policy says. */
export interface KindTraits {
  /** What the kind is called in a sentence: `view`, as in "3 view tokens". */
  readonly noun: string;
  /** What the kind is called as a heading. */
  readonly title: string;
  /** Length of the id that stands before the `~` of a token string (LogScale's clients rely on it). */
  readonly idLength: 24 | 32;
  /** Whether tokens of the kind carry permissions of their own, so that a policy can forbid to change them. A personal token has its user's. */
  readonly hasPermissions: boolean;
}

/** The traits of every kind. A fifth kind is one row here, and the compiler names the other places. */
export const kindTraits = {
  personal: { noun: "personal", title: "Personal", idLength: 24, hasPermissions: false },
  view: { noun: "view", title: "View", idLength: 32, hasPermissions: true },
  organization: { noun: "organization", title: "Organization", idLength: 32, hasPermissions: true },
  system: { noun: "system", title: "System", idLength: 32, hasPermissions: true },
} as const satisfies Record<TokenKind, KindTraits>;

/** Builds a record with one entry for each kind, in the order of {@link tokenKinds}. */
export function perKind<T>(make: (kind: TokenKind) => T): Record<TokenKind, T> {
  return {
    personal: make("personal"),
    view: make("view"),
    organization: make("organization"),
    system: make("system"),
  };
}

/** The kinds whose tokens carry permissions of their own. */
export type PermissionKind = { [K in TokenKind]: (typeof kindTraits)[K]["hasPermissions"] extends true ? K : never }[TokenKind];

/** Those kinds, in the order in which what they reach is told. */
export const permissionKinds: readonly PermissionKind[] = tokenKinds.filter(carriesPermissions);

/** Whether tokens of a kind carry permissions of their own. */
export function carriesPermissions(kind: TokenKind): kind is PermissionKind {
  return kindTraits[kind].hasPermissions;
}

/** Whether a string names a token kind; for text that comes from outside, such as an address. */
export function isTokenKind(text: string): text is TokenKind {
  return tokenKinds.some((kind) => kind === text);
}
