import type { Plugin } from "vite";

/** Modules of libraries that others import but that never do anything in this app, and what stands in their place; a test holds each to that. */
const idle: readonly { readonly module: RegExp; readonly instead: string }[] = [
  // The theme switches ripples off.
  { module: /@mui\/material\/ButtonBase\/TouchRipple\.mjs$/u, instead: "export default () => null;" },
  // The app's fields are all outlined.
  { module: /@mui\/material\/(?:FilledInput\/FilledInput|Input\/Input)\.mjs$/u, instead: "export default () => null;" },
  // Loads the style sheets of what is imported later, and the app has none; the server names the scripts.
  { module: /\0vite\/preload-helper\.js$/u, instead: "export const __vitePreload = (load) => load();" },
  // For what is drawn without a theme. The app has one around everything, and making a second takes as long as the first.
  { module: /@mui\/material\/styles\/defaultTheme\.mjs$/u, instead: "export default {};" },
  // For emotion's `withTheme`.
  { module: /hoist-non-react-statics\/dist\/hoist-non-react-statics\.cjs\.js$/u, instead: "export default (target) => target;" },
];

/**
 * Parts of modules that the app does use, and what stands in their place. They take the page time, or keep the bundler from leaving out what
 * nothing uses.
 */
export const parts: readonly {
  readonly module: RegExp;
  readonly edits: readonly (readonly [found: RegExp, instead: string])[];
}[] = [
  {
    // Styles become rules while the page is drawn, in small steps, as emotion does where React has no step for it: all at once, when what was
    // drawn is put in place, that was half of the longest step.
    module: /@emotion\/use-insertion-effect-with-fallbacks\/dist\/.*browser\.esm\.js$/u,
    edits: [[/(?<=useInsertionEffectAlwaysWithSyncFallback = )useInsertionEffect \|\| (?=syncFallback)/u, ""]],
  },
  {
    // As above: the theme of what is drawn without one.
    module: /@mui\/(?:material\/Box\/Box|system\/useTheme\/useTheme)\.mjs$/u,
    edits: [[/(?<=const (?:defaultTheme|systemDefaultTheme) = )createTheme\(\)/u, "{}"]],
  },
  {
    module: /react-router\/dist\/production\/chunk-7RTFRKQW\.mjs$/u,
    edits: [
      // The names of components that are not in use make them so.
      [/^\w+\.displayName = "[\w.]+";$/gmu, ""],
      [/(?<=^var \w+ = )(?=React\d+\.forwardRef\()/gmu, "/* @__PURE__ */ "],
      // No link of the app has the browser load what a server's routes need.
      [/React\d+\.createElement\(PrefetchPageLinks, \{ page: \w+ \}\)/gu, "null"],
    ],
  },
];

/** Leaves out of the app what its libraries bring along and nothing of it uses. */
export function trim(): Plugin {
  return {
    name: "trim",
    apply: "build",
    enforce: "pre",
    load: {
      filter: { id: idle.map(({ module }) => module) },
      handler: (id) => idle.find(({ module }) => module.test(id))?.instead ?? null,
    },
    transform: {
      filter: { id: parts.map(({ module }) => module) },
      handler: (code, id) => {
        const { edits } = parts.find(({ module }) => module.test(id)) ?? { edits: [] };
        return edits.reduce((edited, [found, instead]) => {
          const next = edited.replace(found, instead);
          if (next === edited) throw new Error(`scripts/trim.ts looks for ${String(found)} in ${id}, which has it not.`);
          return next;
        }, code);
      },
    },
  };
}
