import type { TokenFindings } from "#domain/findings/findings.ts";
import { findingRules } from "#domain/findings/rules.ts";
import { neverValue, unknownValue, type EvidenceContext, type RowFindings } from "#domain/inventory/evidence.ts";
import { evidenceKind, type EvidenceCover, type KindRead } from "#domain/inventory/evidenceFile.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { dismissalOf, tokenKeyOf, type Dismissal, type DismissalIndex } from "#domain/inventory/notes.ts";
import type { RightsReading } from "#domain/inventory/rightsReading.ts";
import type { FindingThresholds } from "#domain/inventory/thresholds.ts";
import { isoInstant } from "#domain/instant.ts";
import { visibleName } from "#domain/name.ts";

import type { Session } from "./session.ts";

/** What the rules say of the tokens, and by which thresholds. */
export interface EvidenceFindings {
  /** Undefined for a token that was not judged. */
  readonly of: (token: InventoryToken) => TokenFindings | undefined;
  readonly masks: { readonly facts: { readonly context: { readonly thresholds: FindingThresholds } } };
}

/** What a list shows at this moment, which the evidence is made of. */
export interface EvidenceSource {
  /** The tokens, in the order of the list. */
  readonly rows: readonly InventoryToken[];
  readonly inventory: { readonly kinds: readonly KindRead[]; readonly rights: RightsReading };
  /** Undefined until they were judged. */
  readonly findings: EvidenceFindings | undefined;
  /** What the list is narrowed to, in words; empty where it shows everything. */
  readonly narrowedBy: readonly string[];
  readonly sortedBy: string;
}

/** What is known besides the list. */
export interface EvidenceSurroundings {
  readonly exportedBy: EvidenceCover["exportedBy"];
  readonly backend: EvidenceCover["backend"]["kind"];
  /** URL of the backend, without a slash at its end. */
  readonly url: string;
  /** The page that shows the list; null where none does. */
  readonly link: string | null;
  readonly organization: string | undefined;
  readonly version: string | undefined;
  readonly filterName: (id: string) => string | undefined;
  readonly dismissals: DismissalIndex;
  /** Whether it is known which owners are written down. */
  readonly ownersRead: boolean;
  /** The server's time, ms since epoch. */
  readonly now: number;
}

/** What the rows are made from. */
export function contextOf(
  { inventory, findings }: EvidenceSource,
  { now, filterName, dismissals, ownersRead }: EvidenceSurroundings,
): EvidenceContext {
  return {
    now,
    filterName,
    viewName: inventory.rights.viewName,
    rightsOf: inventory.rights.of,
    ownersRead,
    findingsOf: (token) => judgedOf(token, findings?.of(token), dismissals),
  };
}

const notJudged: RowFindings = { found: [], dismissed: [], notJudged: findingRules };

function judgedOf(token: InventoryToken, judged: TokenFindings | undefined, dismissals: DismissalIndex): RowFindings {
  if (judged === undefined) return notJudged;
  const key = tokenKeyOf(token);
  return {
    found: judged.found,
    dismissed: judged.dismissed.map((finding) => {
      const known: Dismissal | undefined = key && dismissalOf(dismissals, key, finding.rule);
      return {
        ...finding,
        note: known?.note ?? unknownValue,
        dismissedBy: known?.by ?? unknownValue,
        until: known === undefined ? unknownValue : known.until === null ? neverValue : isoInstant(known.until),
      };
    }),
    notJudged: judged.unjudged.map(({ rule }) => rule),
  };
}

/** The cover of the evidence: what the rows rest on. */
export function coverOf(source: EvidenceSource, around: EvidenceSurroundings): EvidenceCover {
  const { exportedBy, backend, url, link, organization, version, now } = around;
  return {
    exportedAt: isoInstant(now),
    exportedBy,
    organization: organization === undefined ? null : visibleName(organization),
    backend: { kind: backend, url, version: version ?? null },
    list: { narrowedBy: source.narrowedBy, sortedBy: source.sortedBy, link },
    rows: source.rows.length,
    kinds: source.inventory.kinds.map(evidenceKind),
    rights: source.inventory.rights.state,
    thresholds: thresholdsOf(source),
  };
}

/** Those that findings are judged by, and no others: what reads the evidence knows these. */
function thresholdsOf({ findings }: EvidenceSource): FindingThresholds | null {
  if (findings === undefined) return null;
  const { olderThan, unusedFor, expiresWithin } = findings.masks.facts.context.thresholds;
  return { olderThan, unusedFor, expiresWithin };
}

/** Whom evidence names as the one who exported it. */
export function exporterOf({ user, tokenId, tokenName }: Session): EvidenceCover["exportedBy"] {
  if (user !== undefined) return { kind: "user", name: visibleName(user.username), id: user.id };
  const name = visibleName(tokenName ?? "");
  return tokenId === undefined ? { kind: "administrator", name, id: null } : { kind: "token", name, id: tokenId };
}
