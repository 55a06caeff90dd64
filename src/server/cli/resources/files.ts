import { readdirSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";

import { visibleName } from "#domain/name.ts";
import type { ResourceFile } from "#logscale/operatorFiles.ts";
import { longestResources } from "#logscale/operatorYaml.ts";
import { tell } from "#server/cli/remote/output.ts";
import { readTextFile, reasonOf } from "#server/cli/remote/readTextFile.ts";
import { StartError } from "#server/startError.ts";

/** The most files that are read of folders: whoever names a whole disk by mistake is told so soon. */
const mostFiles = 10_000;

/** Reads files in the order in which they are named; of a folder all of YAML in it and below, by name. Throws StartError. */
export async function readFiles(paths: readonly string[], input: NodeJS.ReadableStream): Promise<ResourceFile[]> {
  const files: { readonly path: string; readonly named: boolean }[] = [];
  for (const path of paths) {
    if (path !== "-" && statsOf(path)?.isDirectory() === true)
      files.push(...yamlIn(path, mostFiles).map((each) => ({ path: each, named: false })));
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

/** What is at a path; undefined where it is not there or cannot be looked at, which is told where it is read. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * The files of YAML in a folder and below, by path. What begins with a dot is passed over, and no link to a folder is followed. A pipe or a
 * device, which may have no end, is passed over with a word: nobody named it.
 */
function yamlIn(folder: string, most: number): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new StartError(`${visibleName(folder)} cannot be read${reasonOf(error)}.`, { lasting: true });
  }
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) found.push(...yamlIn(path, most - found.length));
    else if (/\.ya?ml$/iu.test(entry.name)) {
      const stats = statsOf(path);
      if (stats === undefined || stats.isFile()) found.push(path);
      else if (!stats.isDirectory()) tell(`${visibleName(path)} was passed over: it is no ordinary file.`);
    }
    if (found.length > most) throw tooMany();
  }
  return found;
}

function tooMany(): StartError {
  return new StartError(`There are more than ${mostFiles.toLocaleString("en")} files. Name fewer.`, { lasting: true });
}
