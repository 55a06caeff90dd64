import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { visibleName } from "#domain/name.ts";
import type { ResourceFile } from "#logscale/operatorFiles.ts";
import { longestResources } from "#logscale/operatorYaml.ts";
import { readTextFile } from "#server/cli/remote/readTextFile.ts";
import { StartError } from "#server/startError.ts";

/** The most files that are read of folders: whoever names a whole disk by mistake is told so soon. */
const mostFiles = 10_000;

/** Reads files in the order in which they are named; of a folder all of YAML in it and below, by name. Throws StartError. */
export async function readFiles(paths: readonly string[], input: NodeJS.ReadableStream): Promise<ResourceFile[]> {
  const files: { readonly path: string; readonly named: boolean }[] = [];
  for (const path of paths) {
    if (isFolder(path)) files.push(...yamlIn(path, mostFiles).map((each) => ({ path: each, named: false })));
    else files.push({ path, named: true });
  }
  if (files.length > mostFiles) throw tooMany();
  const read: ResourceFile[] = [];
  for (const { path, named } of files)
    read.push({
      name: path === "-" ? "standard input" : visibleName(path),
      text: await readTextFile(path, { input, longest: longestResources, noun: "file of resources" }),
      named,
    });
  return read;
}

function isFolder(path: string): boolean {
  // What is not there is told where it is read.
  return path !== "-" && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** The files of YAML in a folder and below, by path. What begins with a dot is passed over, and no link to a folder is followed. */
function yamlIn(folder: string, most: number): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new StartError(
      `${visibleName(folder)} cannot be read${error instanceof Error ? `: ${visibleName(error.message)}` : ""}.`,
      {
        lasting: true,
      },
    );
  }
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) found.push(...yamlIn(path, most - found.length));
    else if (/\.ya?ml$/iu.test(entry.name) && !isFolder(path)) found.push(path);
    if (found.length > most) throw tooMany();
  }
  return found;
}

function tooMany(): StartError {
  return new StartError(`There are more than ${mostFiles.toLocaleString("en")} files. Name fewer.`, { lasting: true });
}
