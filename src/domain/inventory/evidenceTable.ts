import { csvRow, csvStart } from "#domain/csv.ts";

import { evidenceCells, evidenceHeadings, type EvidenceRow } from "./evidence.ts";

/** What the CSV file of the evidence begins with: its headings. */
export function evidenceCsvHead(): string {
  return csvStart + csvRow(evidenceHeadings());
}

/** A row of the CSV file, safe to open in a spreadsheet. */
export function evidenceCsvRow(row: EvidenceRow): string {
  return csvRow(evidenceCells(row));
}
