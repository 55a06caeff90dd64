import type { OperatorResource } from "#domain/resources/model.ts";

import { readResources, type PlacedRemark } from "./operatorYaml.ts";
import type { LinePlace } from "./yamlText.ts";

/** A text with resources in it, and what it is called. */
export interface ResourceFile {
  readonly name: string;
  readonly text: string;
  /** Whether somebody named the very file: of a folder, what is no resource of Kubernetes is passed over. */
  readonly named: boolean;
}

/** A place in one of several files. */
export interface FilePlaceOf extends LinePlace {
  readonly file: string;
}

/** A resource and where it begins. */
export interface PlacedResource extends FilePlaceOf {
  readonly resource: OperatorResource;
  readonly remarks: readonly PlacedRemark[];
}

/** A resource of a kind that is not checked. */
export interface SkippedResource extends FilePlaceOf {
  readonly kind: string;
  readonly resourceName: string | null;
}

/** Why something could not be read, and where. */
export interface UnreadablePlace extends FilePlaceOf {
  readonly message: string;
}

/** What is in files of resources; each list in the order of the files. */
export interface ResourceFiles {
  readonly resources: readonly PlacedResource[];
  readonly skipped: readonly SkippedResource[];
  readonly unreadable: readonly UnreadablePlace[];
  /** Names that resources of other kinds give to what they make. */
  readonly madeByOthers: ReadonlySet<string>;
  /** The clusters that the resources are for, where they name any. */
  readonly clusters: readonly string[];
}

/** Reads the resources of several files. */
export function readResourceFiles(files: readonly ResourceFile[]): ResourceFiles {
  const resources: PlacedResource[] = [];
  const skipped: SkippedResource[] = [];
  const unreadable: UnreadablePlace[] = [];
  const madeByOthers = new Set<string>();
  for (const { name: file, text, named } of files) {
    for (const document of readResources(text)) {
      const { line, column } = document;
      switch (document.type) {
        case "resource":
          resources.push({ file, line, column, resource: document.resource, remarks: document.remarks });
          break;
        case "other":
          skipped.push({ file, line, column, kind: document.kind, resourceName: document.resourceName });
          if (document.makes !== null) madeByOthers.add(document.makes);
          break;
        case "unreadable":
          if (named || !document.foreign) unreadable.push(...document.faults.map((fault) => ({ file, ...fault })));
          break;
        default:
          document satisfies never;
      }
    }
  }
  const clusters = [...new Set(resources.flatMap(({ resource }) => resource.cluster ?? []))];
  return { resources, skipped, unreadable, madeByOthers, clusters };
}
