import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { auditTypes } from "#domain/audit/types.ts";
import { escapeHidden } from "#domain/name.ts";
import { isTokenKind } from "#domain/token/kinds.ts";
import { cutLists, type AuditRecord, type AuditRecords } from "#logscale/audit.ts";
import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Fact, Facts } from "#web/ui/Facts.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import { localTime, isLocalUtc, utcTime } from "#web/ui/times.ts";

import { differences } from "./differences.ts";
import { DifferenceTable } from "./DifferenceTable.tsx";
import { activityLink } from "./activityLink.ts";
import { wholeRecordQuery } from "./query.ts";
import { typeWords } from "./typeWords.ts";
import { actorName, countsOf, credentialWords, isAuditType, sentence } from "./words.ts";

const PutBack = lazyPart(async () => (await import("./PutBack.tsx")).PutBack);

export interface RecordDialogProps {
  readonly id: string;
  /** The record as the list has it; undefined where the list does not hold it. */
  readonly listed: AuditRecords["records"][number] | undefined;
  readonly onClose: () => void;
}

/** One record with everything that it tells. */
export function RecordDialog({ id, listed, onClose }: RecordDialogProps) {
  const query = useQuery({ ...wholeRecordQuery(id), enabled: listed === undefined });
  const ofCluster = offers(useSession(), "auditLog");
  const found = listed ?? query.data?.records[0];
  return (
    <DialogFrame
      title="Record"
      width="md"
      actions={
        <Button variant="contained" onClick={onClose}>
          Close
        </Button>
      }
      onClose={onClose}
    >
      {found !== undefined ? (
        <Told {...found} />
      ) : query.isError ? (
        <ErrorState title="The record could not be read" failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <LoadingShape label="Loading the record" shape="form" rows={4} />
      ) : (
        <EmptyState title="There is no such record, or it is not yours to read">
          {ofCluster ? (
            "It is not among the records that were read of this span. Choose the span that it is of, under Narrow."
          ) : (
            <>
              Root and owners of the organization read all records, everybody else those of their own acts. Records that are older
              than the retention are deleted.
            </>
          )}
        </EmptyState>
      )}
    </DialogFrame>
  );
}

function Told({ record, position, lengths }: AuditRecords["records"][number]) {
  const { actor, target } = record;
  const ofCluster = offers(useSession(), "auditLog");
  const at = Date.parse(record.timestamp);
  const changes = differences(record);
  return (
    <>
      <Typography variant="subtitle1" component="p">
        <Words>{sentence(record)}</Words>
      </Typography>
      {record.outcome === "refused" && (
        <Alert severity="warning">
          It was refused, and nothing was changed. The reason is <code>{record.refusal?.code ?? "not recorded"}</code>
          {record.refusal?.field != null && (
            <>
              , about <code>{record.refusal.field}</code>
            </>
          )}
          .
        </Alert>
      )}
      <Facts>
        <Fact term="When">
          {localTime(at)}
          {!isLocalUtc(at) && ` · ${utcTime(at)}`}
        </Fact>
        <Fact term="Who">
          <Words>{actorName(actor)}</Words>
          {actor.user?.isRoot === true && ", root"}
          {actor.orgRoot && actor.user?.isRoot !== true && actor.user !== undefined && ", owner of the organization"}{" "}
          <ActsOf actor={actor} /> <PageOf actor={actor} /> <IncidentOf actor={actor} />
        </Fact>
        <Fact term="By">
          <Words>{credentialWords(actor)}</Words>
        </Fact>
        {actor.ip !== undefined && (
          <Fact term="From">
            {actor.ip}{" "}
            <Link component={RouterLink} to={activityLink({ address: [actor.ip] })}>
              All from there
            </Link>{" "}
            ·{" "}
            <Link component={RouterLink} to={paths.incidentOf({ address: actor.ip })}>
              Incident
            </Link>
          </Fact>
        )}
        <Fact term="What">
          {isAuditType(record.type) ? typeWords[record.type] : record.type} (<code>{record.type}</code>
          {record.operation !== record.type && (
            <>
              , by <code>{record.operation}</code>
            </>
          )}
          )
        </Fact>
        {target !== null && (
          <Fact term="About">
            {target.name !== null && (
              <>
                <Name>{target.name}</Name>,{" "}
              </>
            )}
            <code>{target.id}</code> <TargetLinks record={record} />
          </Fact>
        )}
        {!ofCluster && (
          <Fact term="In the chain">
            {position === null ? "waits to be chained, within a second" : `at place ${count(position)}`}
          </Fact>
        )}
      </Facts>
      {changes.length > 0 ? (
        <DifferenceTable differences={changes} />
      ) : (
        record.before !== null && <Typography>Nothing that is kept in records was changed.</Typography>
      )}
      <Suspense fallback={null}>
        {record.type === "organizations.securitypolicies.tokens.update" && <PutBack record={record} />}
      </Suspense>
      <Counts title="What it did to tokens" counts={countsOf(record, "counts")} />
      <Counts title="What stops, as it was judged then" counts={countsOf(record, "disruption")} />
      <Lists record={record} lengths={lengths} />
      <Raw id={record.id} />
    </>
  );
}

function ActsOf({ actor }: Pick<AuditRecord, "actor">) {
  const id = actor.user?.id ?? actor.tokenId ?? actor.type;
  return (
    <Link component={RouterLink} to={activityLink({ actor: [id] })}>
      All their acts
    </Link>
  );
}

/** The way to the page of the user who acted, also of one who is gone. */
function PageOf({ actor: { user } }: Pick<AuditRecord, "actor">) {
  if (user === undefined) return null;
  return (
    <>
      ·{" "}
      <Link component={RouterLink} to={paths.person(user.id)}>
        Their page
      </Link>
    </>
  );
}

/** The way to everything that whoever acted made, changed and used. */
function IncidentOf({ actor: { user, tokenId } }: Pick<AuditRecord, "actor">) {
  const subject = user !== undefined ? { user: user.id } : tokenId !== undefined ? { token: tokenId } : undefined;
  if (subject === undefined) return null;
  return (
    <>
      ·{" "}
      <Link component={RouterLink} to={paths.incidentOf(subject)}>
        Incident
      </Link>
    </>
  );
}

/** The ways to what a record is about, and to its other records. */
function TargetLinks({ record: { target, before, after } }: { readonly record: AuditRecord }) {
  if (target === null) return null;
  const page = pageOf(target, after?.["kind"] ?? before?.["kind"]);
  return (
    <>
      <Link component={RouterLink} to={activityLink({ about: [target.id] })}>
        All about it
      </Link>
      {page !== undefined && (
        <>
          {" · "}
          <Link component={RouterLink} to={page}>
            {target.kind === "user" ? "Page of the user" : "Its page"}
          </Link>
        </>
      )}
    </>
  );
}

function pageOf(target: NonNullable<AuditRecord["target"]>, kind: unknown): string | undefined {
  switch (target.kind) {
    case "token":
      // The page of another kind leads to the right one.
      return paths.token(typeof kind === "string" && isTokenKind(kind) ? kind : "view", target.id);
    case "user":
      return paths.person(target.id);
    case "group":
      return paths.group(target.id);
    case "role":
      return paths.role(target.id);
    case "searchDomain":
      return target.name === null ? undefined : paths.repository(target.name);
    case "ipFilter":
      return paths.ipFilter(target.id);
    case "policies":
      return paths.policies;
    case "configuration":
      return paths.collectorConfiguration(target.id);
    default:
      return undefined;
  }
}

const countWords: Readonly<Record<string, string>> = {
  seen: "looked at",
  deleted: "deleted",
  shortened: "shortened",
  filtered: "IP filter set or replaced",
  unchanged: "unchanged",
  alreadyExpired: "expired already",
  "at-once": "stop at once",
  "locked-out": "locked out",
  "within-a-day": "stop within 24 hours",
  "within-a-week": "stop within 7 days",
  "may-be-locked-out": "may be locked out",
};

function Counts({ title, counts }: { readonly title: string; readonly counts: Readonly<Record<string, number>> | undefined }) {
  const entries = Object.entries(counts ?? {});
  if (entries.length === 0) return null;
  return (
    <section>
      <Typography variant="subtitle2" component="h3">
        {title}
      </Typography>
      <Facts>
        {entries.map(([name, number]) => (
          <Fact key={name} term={countWords[name] ?? name}>
            {count(number)}
          </Fact>
        ))}
      </Facts>
    </section>
  );
}

/** What else a record lists: ids of tokens, names of those whose values were shown. */
function Lists({ record, lengths }: Pick<AuditRecords["records"][number], "record" | "lengths">) {
  if (!isAuditType(record.type)) return null;
  const details = Object.entries(auditTypes[record.type].details);
  return details.flatMap(([field, kind]): ReactNode[] => {
    const value = record[field];
    if ((kind !== "ids" && kind !== "names") || !Array.isArray(value) || value.length === 0) return [];
    const length = lengths[field] ?? value.length;
    return [
      <details key={field}>
        <summary>
          {listWords[field] ?? field}: {countOf(length, "entry", "entries")}
        </summary>
        <Box component="ul" sx={{ marginBlock: 1, maxHeight: 240, overflowY: "auto", overflowWrap: "anywhere" }}>
          {value.map((entry) => (
            <li key={String(entry)}>
              <Words>{String(entry)}</Words>
            </li>
          ))}
        </Box>
        {length > value.length && `The first ${count(cutLists)} of ${count(length)}; the raw record has all of them.`}
      </details>,
    ];
  });
}

const listWords: Readonly<Record<string, string>> = {
  deleted: "Tokens deleted",
  restricted: "Tokens shortened or put behind another filter",
  tokens: "Tokens",
  ids: "Ids of the tokens",
  users: "Users",
  narrowed: "Tokens that lost the repository or view",
  sessions: "Sessions ended",
};

/** The record as it is kept. */
function Raw({ id }: { readonly id: string }) {
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...wholeRecordQuery(id), enabled: open });
  const text = query.data === undefined ? undefined : escapeHidden(JSON.stringify(query.data.records[0]?.record, null, 2));
  return (
    <section>
      <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)} sx={{ marginInlineStart: -1 }}>
        {open ? "Hide the raw record" : "Show the raw record"}
      </Button>
      {open && query.isLoading && <LoadingShape label="Loading the raw record" shape="form" rows={4} />}
      {open && query.isError && (
        <ErrorState
          title="The whole record could not be read"
          failure={failureOf(query.error)}
          onRetry={() => void query.refetch()}
        />
      )}
      {open && text !== undefined && (
        <>
          <CodeBlock label="The raw record" wrap>
            {text}
          </CodeBlock>
          <CopyButton text={() => text} label="Copy the raw record" labelled />
        </>
      )}
    </section>
  );
}
