/** Orders names as people sort them: `web-2` before `web-10`, and no difference between upper and lower case. */
export const { compare: compareNames } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
