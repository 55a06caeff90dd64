/** Environment variable that every printed call reads its credential from, and every snippet sets that is not for a tool with a name of its own. */
export const tokenVariable = "LOGSCALE_TOKEN";
