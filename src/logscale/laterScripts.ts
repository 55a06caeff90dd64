/**
 * Marks the links of scripts that a page asks for once its first words are about to be painted. A browser that learns of scripts
 * earlier begins to load them before it paints.
 */
export const laterScripts = "data-later";
