import { visibleName } from "#domain/name.ts";
import type { Harm } from "#domain/policy/disruption.ts";
import { verdicts, type CheckedResource, type ResourceVerdict } from "#domain/resources/check.ts";
import { differenceWords, notesOn, planNotes, thingWords, verdictCount, verdictWords } from "#domain/resources/words.ts";
import type { Paint } from "#server/cli/remote/output.ts";
import { counted, shortInstant } from "#server/cli/remote/words.ts";

import type { ResourcesReport } from "./report.ts";

const harmWords = {
  "at-once": "stops now",
  "within-a-day": "stops within 24 hours",
  "within-a-week": "stops within 7 days",
  "locked-out": "is locked out",
  "may-be-locked-out": "may be locked out",
} as const satisfies Record<Harm, string>;

const colours: Partial<Record<ResourceVerdict, "red" | "yellow">> = {
  "not-seen": "yellow",
  refused: "red",
  stopped: "red",
  repeated: "yellow",
  ambiguous: "yellow",
  differs: "yellow",
  missing: "yellow",
};

/** A report as people read it on a terminal, in the order of the files, with a line break at its end. */
export function resourcesText(report: ResourcesReport, paint: Paint): string {
  const { files, checked, server, at } = report;
  const lines: { readonly file: string; readonly line: number; readonly texts: readonly string[] }[] = [
    ...files.resources.flatMap((placed, index) => {
      const one = checked[index];
      return one === undefined ? [] : [{ ...placed, texts: resourceLines(placed, one, report, paint) }];
    }),
    ...files.skipped.map((skipped) => ({
      ...skipped,
      texts: [`${placeWords(skipped)}: ${visibleName(skipped.kind)}: not checked, since it makes no token and no IP filter`],
    })),
    ...files.unreadable.map((fault) => ({
      ...fault,
      texts: [paint("red", `${placeWords(fault)}:${fault.column}: ${fault.message}`)],
    })),
  ];
  const order = new Map([...new Set(lines.map(({ file }) => file))].map((file, index) => [file, index]));
  const sorted = lines.toSorted((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line);
  const clusters =
    files.clusters.length < 2
      ? []
      : [
          `The resources are for several clusters (${files.clusters.map(visibleName).join(", ")}); all were held against this one.`,
        ];
  const read = checked.length === 0 ? [] : [`Held against ${server} at ${shortInstant(at)}.`];
  return `${[...sorted.flatMap(({ texts }) => texts), "", `${summary(report)}.`, ...clusters, ...read].join("\n")}\n`;
}

function resourceLines(
  placed: ResourcesReport["files"]["resources"][number],
  checked: CheckedResource,
  { files, plan, filterName, at }: ResourcesReport,
  paint: Paint,
): readonly string[] {
  const context = { name: visibleName, instant: shortInstant };
  const { verdict, found, resource } = checked;
  const colour = colours[verdict];
  const word = colour === undefined ? verdictWords[verdict] : paint(colour, verdictWords[verdict]);
  const differences = found.type === "differs" ? found.differences.map((one) => differenceWords(one, context)) : [];
  const placeOf = (index: number) => {
    const other = files.resources[index];
    return other === undefined ? "" : placeWords(other);
  };
  const planned =
    plan === undefined
      ? []
      : planNotes(checked, {
          next: plan.policies,
          now: at,
          formatInstant: shortInstant,
          filterName: (id) => visibleName(filterName(id)),
          harm: (harm) => harmWords[harm],
        });
  return [
    `${placeWords(placed)}: ${thingWords(resource, context)}: ${word}`,
    ...[
      ...differences.map(({ label, from, to }) => `${label}: ${from} → ${to}`),
      ...notesOn(checked, { ...context, placeOf }),
      ...planned,
      ...placed.remarks.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`),
    ].map((line) => `  ${line}`),
  ];
}

function placeWords({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function summary({ files, checked }: ResourcesReport): string {
  const part = (number: number, words: string) => (number === 0 ? [] : [`${counted(number)} ${words}`]);
  const parts = [
    ...part(files.unreadable.length, "unreadable"),
    ...verdicts.flatMap((verdict) => {
      const count = checked.filter((one) => one.verdict === verdict).length;
      return count === 0 ? [] : [verdictCount(verdict, count)];
    }),
    ...part(files.skipped.length, "of other kinds"),
  ];
  return parts.join(", ");
}
