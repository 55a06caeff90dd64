import type { Plugin } from "vite";

/** Modules of libraries that others import but that never do anything in this app, and what stands in their place; a test holds each to that. */
const idle: readonly { readonly module: RegExp; readonly instead: string }[] = [
  // The theme switches ripples off.
  { module: /@mui\/material\/ButtonBase\/TouchRipple\.mjs$/u, instead: "export default () => null;" },
  // The app's fields are all outlined.
  { module: /@mui\/material\/(?:FilledInput\/FilledInput|Input\/Input)\.mjs$/u, instead: "export default () => null;" },
  // Loads the style sheets of what is imported later, and the app has none; the server names the scripts.
  { module: /\0vite\/preload-helper\.js$/u, instead: "export const __vitePreload = (load) => load();" },
  // For emotion's `withTheme`.
  { module: /hoist-non-react-statics\/dist\/hoist-non-react-statics\.cjs\.js$/u, instead: "export default (target) => target;" },
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
  };
}
