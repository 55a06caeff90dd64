/**
 * The environment variable from which every printed call reads its credential. Snippets set it too, but for tools that have a variable of
 * their own.
 */
export const tokenVariable = "LOGSCALE_TOKEN";
