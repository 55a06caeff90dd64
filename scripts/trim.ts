import { join } from "node:path";

import type { Plugin } from "vite";

const root = join(import.meta.dirname, "..");
const ownRouter = join(root, "src/web/router.tsx");

/** What React Router's package exports is its development build, with its warnings. The production build stands beside it. */
const routerBuild = join(root, "node_modules/react-router/dist/production/index.mjs");

/** Modules of libraries that are imported by others but never do anything in this app, and what stands in their place. */
const idle: readonly { readonly module: RegExp; readonly instead: string }[] = [
  // The theme switches ripples off.
  { module: /@mui\/material\/ButtonBase\/TouchRipple\.mjs$/u, instead: "export default () => null;" },
  // The app's fields are all outlined.
  { module: /@mui\/material\/(?:Filled)?Input\/(?:Filled)?Input\.mjs$/u, instead: "export default () => null;" },
  // For emotion's `withTheme`, which nothing uses.
  { module: /hoist-non-react-statics\/dist\/hoist-non-react-statics\.cjs\.js$/u, instead: "export default (target) => target;" },
];

/**
 * Leaves out of the app what its libraries bring and nothing of it uses: modules that stand idle, and of React Router what the bundler cannot
 * tell to be unused. {@link idle}
 */
export function trim(): Plugin[] {
  let builds = false;
  return [
    {
      name: "own-router",
      enforce: "pre",
      configResolved({ command }) {
        builds = command === "build";
      },
      resolveId: {
        filter: { id: /^react-router$/u },
        handler(_source, importer) {
          if (importer !== ownRouter) return ownRouter;
          return builds ? routerBuild : null;
        },
      },
    },
    {
      name: "trim",
      apply: "build",
      enforce: "pre",
      load: {
        filter: { id: idle.map(({ module }) => module) },
        handler: (id) => idle.find(({ module }) => module.test(id))?.instead ?? null,
      },
      transform: {
        filter: { id: /\/react-router\/dist\/production\/chunk-\w+\.mjs$/u },
        handler: (code) => ({
          code: code
            .replaceAll(/^(?:var \w+ = )(?=React\d*\.(?:createContext|memo|forwardRef)\()/gmu, "$&/* @__PURE__ */ ")
            .replaceAll(/^\w+\.displayName = "[^"]*";$/gmu, ""),
          map: null,
        }),
      },
    },
  ];
}
