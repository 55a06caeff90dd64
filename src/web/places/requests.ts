import * as z from "zod/mini";

import { day } from "#domain/duration.ts";
import { nameSchema } from "#domain/nameSchema.ts";
import { gigabyte, readRetention, type Retention, type RetentionPart } from "#domain/places/retention.ts";
import {
  CreateRepositoryDocument,
  CreateViewDocument,
  DeletePlaceDocument,
  DescribePlaceDocument,
  RenamePlaceDocument,
  SetAutomaticSearchDocument,
  UpdateRetentionDocument,
  UpdateViewDocument,
} from "#logscale/generated/places.ts";

/** A limit as it is typed; its output is ms or bytes, null for none. */
function limitSchema(part: RetentionPart) {
  return z.pipe(
    z.string(),
    z.transform((text, context) => {
      const reading = readRetention(part, text);
      if (reading.ok) return reading.value;
      context.issues.push({ code: "custom", message: reading.message, input: text });
      return z.NEVER;
    }),
  );
}

/** The form of a retention. */
export const retentionFormSchema = z.object({
  time: limitSchema("time"),
  ingestSize: limitSchema("ingestSize"),
  storageSize: limitSchema("storageSize"),
});

const description = z.string().check(z.trim(), z.maxLength(10_000, "A description has at most 10,000 characters."));

/** The form of a description. */
export const descriptionFormSchema = z.object({ description });

/** The form of a new repository. */
export const repositoryFormSchema = z.extend(retentionFormSchema, { name: nameSchema("repository"), description });

export type RepositoryForm = z.output<typeof repositoryFormSchema>;

/** Bounds of a connection's filter in bytes, as the server judges it. */
const longestFilter = 2500;

const connection = z.object({
  repository: z.string().check(z.minLength(1, "Choose a repository.")),
  filter: z
    .string()
    .check(z.refine((text) => new TextEncoder().encode(text).length <= longestFilter, "A filter has at most 2,500 bytes.")),
});

/** A connection of a view as it is typed. */
export type ConnectionForm = z.infer<typeof connection>;

/** The connections of a view. The same one twice is one. */
export const connectionsFormSchema = z.object({
  connections: z.array(connection).check(
    z.check(({ value, issues }) => {
      const seen = new Set<string>();
      value.forEach(({ repository, filter }, index) => {
        const key = JSON.stringify([repository, filterOf(filter)]);
        if (repository !== "" && seen.has(key)) {
          issues.push({
            code: "custom",
            path: [index, "repository"],
            message: "This repository is connected above with the same filter.",
            input: repository,
          });
        }
        seen.add(key);
      });
    }),
  ),
});

/** The form of a new view. */
export const viewFormSchema = z.extend(connectionsFormSchema, { name: nameSchema("view"), description });

export type ViewForm = z.output<typeof viewFormSchema>;

/** Everything of a repository, as LogScale writes it: an empty filter says the same. */
export const everyEvent = "*";

/** A filter as it is sent. */
function filterOf(typed: string): string {
  return typed.trim() === "" ? everyEvent : typed.trim();
}

function connectionsOf(connections: readonly ConnectionForm[]) {
  return connections.map(({ repository, filter }) => ({ repositoryName: repository, filter: filterOf(filter) }));
}

/** The operation that creates a repository, and its variables. */
export function repositoryOf({ name, description: text, time, ingestSize, storageSize }: RepositoryForm) {
  const variables = {
    name,
    ...(text !== "" && { description: text }),
    ...(time !== null && { retentionInMillis: time }),
    ...(ingestSize !== null && { retentionInIngestSizeBytes: ingestSize }),
    ...(storageSize !== null && { retentionInStorageSizeBytes: storageSize }),
  };
  return { document: CreateRepositoryDocument, variables };
}

/** The operation that creates a view, and its variables. */
export function viewOf({ name, description: text, connections }: ViewForm) {
  const variables = { name, ...(text !== "" && { description: text }), connections: connectionsOf(connections) };
  return { document: CreateViewDocument, variables };
}

/** The form of another name for a repository or view. */
export function renameFormSchema(former: string) {
  return z.object({ name: nameSchema("repository or view", former) });
}

/** The operation that renames a repository or view, and its variables. */
export function renameOf(name: string, renameTo: string) {
  return { document: RenamePlaceDocument, variables: { name, renameTo } };
}

/** The operation that changes a description, and its variables. */
export function describeOf(name: string, newDescription: string) {
  return { document: DescribePlaceDocument, variables: { name, newDescription } };
}

/** The operation that turns automatic search on or off, and its variables. */
export function searchOf(name: string, automaticSearch: boolean) {
  return { document: SetAutomaticSearchDocument, variables: { name, automaticSearch } };
}

/** The operation that changes a retention, and its variables: only what differs, so that what somebody else changed meanwhile stays. */
export function retentionChangeOf(repositoryName: string, before: Retention, { time, ingestSize, storageSize }: Retention) {
  const variables = {
    repositoryName,
    ...(time !== before.time && { timeBasedRetention: scaled(time, day) }),
    ...(ingestSize !== before.ingestSize && { ingestSizeBasedRetention: scaled(ingestSize, gigabyte) }),
    ...(storageSize !== before.storageSize && { storageSizeBasedRetention: scaled(storageSize, gigabyte) }),
  };
  return { document: UpdateRetentionDocument, variables };
}

function scaled(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}

/** The operation that sets what a view shows, and its variables. */
export function connectionsChangeOf(viewName: string, connections: readonly ConnectionForm[]) {
  return { document: UpdateViewDocument, variables: { viewName, connections: connectionsOf(connections) } };
}

/** The operation that deletes a repository or view, and its variables. */
export function deletionRequestOf(name: string) {
  return { document: DeletePlaceDocument, variables: { name } };
}
