import type { Plugin } from "vite";

/** Bytes of modules before they are compressed, by their paths. */
export type ModuleSizes = Readonly<Record<string, number>>;

/** The modules of each script, by the script's file. */
export type ScriptModules = Readonly<Record<string, ModuleSizes>>;

/** Where the build writes down {@link ScriptModules}, within its folder. */
export const modulesFile = ".vite/modules.json";

/** Writes down how large each module is in the script it became part of. */
export function moduleSizes(): Plugin {
  let root = "";
  return {
    name: "module-sizes",
    apply: "build",
    configResolved(config) {
      root = `${config.root}/`;
    },
    generateBundle(_options, bundle) {
      const scripts: Record<string, ModuleSizes> = {};
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue;
        const sizes = Object.entries(file.modules).map(
          ([id, { renderedLength }]) => [id.replace(root, ""), renderedLength] as const,
        );
        scripts[file.fileName] = Object.fromEntries(sizes.filter(([, bytes]) => bytes > 0));
      }
      this.emitFile({ type: "asset", fileName: modulesFile, source: JSON.stringify(scripts) });
    },
  };
}

/** The modules of some scripts together. */
export function modulesOf(scripts: ScriptModules, files: Iterable<string>): ModuleSizes {
  return Object.assign({}, ...[...files].map((file) => scripts[file.replace(/^\//u, "")] ?? {})) as ModuleSizes;
}

/** What grew most from one build to another, the largest first, in words: what to look at when a page became too heavy. */
export function growthInWords(before: ModuleSizes, now: ModuleSizes, most = 8): string {
  const grown = Object.entries(now)
    .map(([module, bytes]) => ({ module, bytes, former: before[module] ?? 0 }))
    .filter(({ bytes, former }) => bytes > former)
    .toSorted((a, b) => b.bytes - b.former - (a.bytes - a.former));
  if (grown.length === 0) return "No module grew since scripts/module-sizes.json was written.";
  const lines = grown.slice(0, most).map(({ module, bytes, former }) => {
    const was = former === 0 ? "was not loaded here" : `had ${former}`;
    return `  ${module}: ${bytes} bytes, ${was}`;
  });
  return `What grew most since scripts/module-sizes.json was written, in bytes before compression:\n${lines.join("\n")}`;
}
