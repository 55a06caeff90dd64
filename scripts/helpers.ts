import type { Plugin, Rolldown } from "vite";

/** The file that the bundler makes of its helpers wherever files are grouped, and the one that every page loads before all others. */
const helpers = "rolldown-runtime";
const entry = "main";

/** Puts the bundler's helpers into the entry: half a kilobyte, which every page would otherwise ask for by itself. */
export function helpersInEntry(): Plugin {
  return {
    name: "helpers-in-entry",
    apply: "build",
    renderChunk(code, chunk, _options, { chunks }) {
      const named = (name: string): Rolldown.RenderedChunk => {
        const [found, another] = Object.values(chunks).filter((one) => one.name === name);
        if (found === undefined || another !== undefined) throw new Error(`The build has not one file that is named ${name}.`);
        return found;
      };
      if (chunk.name === helpers) return null;
      if (chunk.name === entry) {
        const source = Object.values(named(helpers).modules).map((module) => module.code ?? "");
        return withHelpers(code, source.join("\n"));
      }
      return fromEntry(code, baseName(named(helpers).fileName), baseName(named(entry).fileName));
    },
    generateBundle(_options, bundle) {
      const file = Object.keys(bundle).find((name) => name.startsWith(`assets/${helpers}-`));
      if (file === undefined) return;
      for (const other of Object.values(bundle)) {
        if (other.type === "chunk" && other.code.includes(baseName(file)))
          throw new Error(`${other.fileName} still asks for ${file}.`);
      }
      delete bundle[file];
    },
  };
}

/** The entry's code with that of the helpers before it, and with each of them given out by its name. */
export function withHelpers(code: string, source: string): string {
  const names = [...source.matchAll(/^(?:var|let|const|function) (__(?:commonJSMin|exportAll|toESM))\b/gmu)].map(
    ([, name]) => name,
  );
  if (names.length === 0) throw new Error("The bundler's helpers are not called as they were.");
  return `${source}\n${code}\nexport { ${names.join(", ")} };\n`;
}

/** A file's code that takes the helpers from the entry. */
export function fromEntry(code: string, former: string, file: string): string {
  const start = code.indexOf(`from "./${former}";`);
  if (start < 0) return code;
  const from = code.lastIndexOf("import {", start);
  const taken = code.slice(from + "import {".length, code.lastIndexOf("}", start)).split(",");
  const names = taken.map((item) => {
    // `r as __toESM$1`, where another is called so as well.
    const local = item.trim().split(" as ").at(-1) ?? "";
    return `${local.replace(/\$\d+$/u, "")} as ${local}`;
  });
  return `${code.slice(0, from)}import { ${names.join(", ")} } from "./${file}";${code.slice(start + `from "./${former}";`.length)}`;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
