import type { TokenFindings } from "#domain/findings/findings.ts";
import { findingRules } from "#domain/findings/rules.ts";
import { neverValue, unknownValue, type EvidenceContext, type RowFindings } from "#domain/inventory/evidence.ts";
import { evidenceKind, type EvidenceCover } from "#domain/inventory/evidenceFile.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { dismissalOf, type Dismissal, type DismissalIndex, type TokenKey } from "#domain/inventory/notes.ts";
import type { FindingThresholds } from "#domain/inventory/thresholds.ts";
import { isoInstant } from "#domain/instant.ts";
import { visibleName } from "#domain/name.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { serverUrl } from "#web/api/server.ts";
import type { Session } from "#web/api/session.ts";
import type { Inventory } from "#web/inventory/useInventory.ts";

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
  readonly inventory: Pick<Inventory, "kinds" | "rights">;
  /** Undefined until they were judged. */
  readonly findings: EvidenceFindings | undefined;
  /** What the list is narrowed to, in words; empty where it shows everything. */
  readonly narrowedBy: readonly string[];
  readonly sortedBy: string;
}

/** What the page knows besides the list. */
export interface EvidenceSurroundings {
  readonly session: Session;
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
  const key = noteKeyOf(token);
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

function noteKeyOf({ kind, id, createdAt, name, ingest, fleet }: InventoryToken): TokenKey | undefined {
  if (ingest !== undefined) return { kind: "ingest", repository: ingest.repository, name };
  if (fleet !== undefined) return { kind: "fleet", handle: fleet.handle };
  if (!isTokenKind(kind) || id === undefined || typeof createdAt !== "number") return undefined;
  return { kind, id, createdAt };
}

/** The cover of the evidence: what the rows rest on. */
export function coverOf(source: EvidenceSource, around: EvidenceSurroundings): EvidenceCover {
  const { session, organization, version, now } = around;
  return {
    exportedAt: isoInstant(now),
    exportedBy: whoOf(session),
    organization: organization === undefined ? null : visibleName(organization),
    backend: { kind: session.backend, url: serverUrl(session), version: version ?? null },
    list: { narrowedBy: source.narrowedBy, sortedBy: source.sortedBy, link: window.location.href },
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

function whoOf({ user, tokenId, tokenName }: Session): EvidenceCover["exportedBy"] {
  if (user !== undefined) return { kind: "user", name: visibleName(user.username), id: user.id };
  const name = visibleName(tokenName ?? "");
  return tokenId === undefined ? { kind: "administrator", name, id: null } : { kind: "token", name, id: tokenId };
}
