import * as z from "zod/mini";

import { creatorKinds } from "#domain/token/creator.ts";

import {
  evidenceColumns,
  neverValue,
  rightsSources,
  unknownValue,
  evidenceColumnNames,
  type EvidenceColumnName,
  type EvidenceRow,
} from "./evidence.ts";
import { digestMeaning, evidenceFormat, kindReadings, rightsReadings, type EvidenceCover } from "./evidenceFile.ts";
import { inventoryKinds } from "./item.ts";
import { findingThresholdsSchema } from "./thresholdsSchema.ts";

const text = z.string();
const texts = z.array(text);
const kind = z.enum(inventoryKinds);
/** A time beyond the calendar is given in ms. */
const time = z.string().check(z.regex(/^(?:[+-]\d{6}|\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$|^-?\d+ ms$/u));
const unknown = z.literal(unknownValue);
const timeOr = (...words: (typeof neverValue | typeof unknownValue)[]) => z.union([time, z.enum(words)]);

const figure = z.nullable(z.union([z.string().check(z.regex(/^-?\d+$/u)), unknown]));

const finding = { rule: text, title: text, severity: text, reason: text, judged: text, todo: text };

const row = z.strictObject({
  kind,
  name: text,
  id: z.nullable(text),
  repository: z.nullable(text),
  owner: text,
  ownerKind: z.enum(creatorKinds),
  ownerId: z.nullable(text),
  writtenOwner: z.nullable(text),
  writtenBy: z.nullable(text),
  writtenAt: z.nullable(timeOr(unknownValue)),
  state: z.enum(["active", "expired", unknownValue]),
  created: timeOr(unknownValue),
  expires: timeOr(neverValue, unknownValue),
  ipFilter: z.nullable(text),
  ipFilterId: z.nullable(text),
  lastUsed: timeOr(neverValue, unknownValue),
  lastUsedFrom: z.nullable(text),
  lastUseKnownBy: z.nullable(z.enum(["recorded", "at-least"])),
  rights: z.enum(rightsSources),
  permissions: texts,
  views: texts,
  viewIds: texts,
  parser: z.nullable(text),
  events: figure,
  eventsInLastDay: figure,
  customValue: z.nullable(z.enum(["yes", "no", unknownValue])),
  customValueWeakness: z.nullable(z.enum(["Short", "Guessable", unknownValue])),
  configuration: z.nullable(text),
  configurationId: z.nullable(text),
  findings: z.array(z.strictObject(finding)),
  findingsDismissed: z.array(z.strictObject({ ...finding, note: text, dismissedBy: text, until: timeOr(neverValue) })),
  findingsNotJudged: texts,
} satisfies Record<EvidenceColumnName, z.ZodMiniType>) satisfies z.ZodMiniType<EvidenceRow>;

const cover = z.strictObject({
  exportedAt: time,
  exportedBy: z.strictObject({ kind: z.enum(["user", "token", "administrator"]), name: text, id: z.nullable(text) }),
  organization: z.nullable(text),
  backend: z.strictObject({ kind: z.enum(["embedded", "gateway", "logscale"]), url: text, version: z.nullable(text) }),
  list: z.strictObject({ narrowedBy: texts, sortedBy: text, link: z.nullable(text) }),
  rows: z.int().check(z.minimum(0)),
  kinds: z.array(
    z.strictObject({
      kind,
      reading: z.enum(kindReadings),
      read: z.int().check(z.minimum(0)),
      missing: z.nullable(text),
    }),
  ),
  rights: z.enum(rightsReadings),
  thresholds: z.nullable(findingThresholdsSchema),
}) satisfies z.ZodMiniType<EvidenceCover>;

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/u));
const meaning = z.literal(digestMeaning);
const format = { format: z.literal(evidenceFormat.format), version: z.literal(evidenceFormat.version), cover };

/** A file of evidence: cover and rows, or the cover of a table that is a file of its own. */
const evidenceSchema = z.union([
  z.strictObject({ ...format, digest: z.strictObject({ of: z.literal("rows"), sha256, meaning }), rows: z.array(row) }),
  z.strictObject({ ...format, digest: z.strictObject({ of: z.literal("table"), file: text, sha256, meaning }) }),
]);

/** The JSON Schema of a file of evidence, which docs/evidence.schema.json holds. Its columns are described as they are everywhere. */
export function evidenceJsonSchema(): object {
  const schema = z.toJSONSchema(evidenceSchema, {
    override: ({ zodSchema, jsonSchema: { properties = {} } }) => {
      if (zodSchema !== row) return;
      for (const name of evidenceColumnNames) {
        const property = properties[name];
        // A copy, since columns share what is the same of them.
        if (typeof property === "object") properties[name] = { description: evidenceColumns[name].meaning, ...property };
      }
    },
  });
  return { title: "A file of evidence, as Tokenhouse exports it", ...schema };
}
