import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link as RouterLink, useNavigate, useSearchParams } from "react-router";

import { gatherIncident, isAboutSomething, type IncidentSubject } from "#domain/incident/incident.ts";
import { nameInText } from "#domain/name.ts";
import type { AuditRecord } from "#logscale/audit.ts";
import { clusterActivityQuery } from "#web/activity/clusterActivity.ts";
import { ClusterNotes } from "#web/activity/ClusterNotes.tsx";
import { failureOf } from "#web/api/client.ts";
import { offers } from "#web/api/session.ts";
import { useOverallLoadProgress } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { FailedKinds, failedOf } from "#web/inventory/FailedKinds.tsx";
import { reachWords } from "#web/inventory/reachWords.ts";
import { useInventory, type Inventory } from "#web/inventory/useInventory.ts";
import { AuditUseNote } from "#web/last-use/AuditUseNote.tsx";
import { useUseKnowledge } from "#web/last-use/auditUse.ts";
import { paths } from "#web/paths.ts";
import { usersQuery, type ListedUser } from "#web/people/queries.ts";
import { pageRightsQuery } from "#web/shell/useMenu.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Words } from "#web/ui/Name.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";

import { FilterProposals } from "./FilterProposals.tsx";
import { incidentLink, readSubject } from "./link.ts";
import { RecordList } from "./RecordList.tsx";
import { clusterRecords, incidentRecordsQuery, spanLink, spanOfSubject } from "./records.ts";
import { SessionsPanel } from "./SessionsPanel.tsx";
import { SubjectForm } from "./SubjectForm.tsx";
import { TiedTokens } from "./TiedTokens.tsx";
import { namesakesOf, usersByName, type NamedUser } from "./users.ts";
import { subjectWords } from "./words.ts";

/** Everything that a user, a token, an address or a span of time made, changed and used, and what can be done about it. */
export function IncidentPage() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const inventory = useInventory({ rights: false });
  // By name, where the reader may list them: a refusal would be on record.
  const mayList = useQuery(pageRightsQuery).data?.people === true;
  const listed = useQuery({ ...usersQuery, enabled: mayList }).data?.users ?? noUsers;
  const { tokens } = inventory;
  const users = useMemo(() => usersByName(tokens, listed), [tokens, listed]);
  const subject = readSubject(params);
  const asked = incidentLink(subject);
  return (
    <>
      <PageHeader title="Incident">
        For whoever may have fallen into wrong hands: what a user, a token or an address made, changed and used, in one place, to
        stop it. Several fields narrow it together.
      </PageHeader>
      <SubjectForm key={asked} subject={subject} users={users} onGather={(next) => void navigate(incidentLink(next))} />
      {isAboutSomething(subject) ? (
        <Gathered key={`gathered ${asked}`} subject={subject} inventory={inventory} users={users} />
      ) : (
        <EmptyState title="Nothing was asked for yet">
          Give a user, a token, an address or a span of time above. The pages of users and of tokens lead here as well.
        </EmptyState>
      )}
    </>
  );
}

/** A name that nothing else has, for what is done about an incident while its page is open. */
function newAct(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const none: readonly AuditRecord[] = [];
const noUsers: readonly ListedUser[] = [];

interface GatheredProps {
  readonly subject: IncidentSubject;
  readonly inventory: Inventory;
  readonly users: ReadonlyMap<string, readonly NamedUser[]>;
}

function Gathered({ subject, inventory, users }: GatheredProps) {
  const { session } = useOrganization();
  const now = useServerNow();
  const progress = useOverallLoadProgress();
  const [act] = useState(newAct);
  const audited = offers(session, "auditTrail");
  const trail = useQuery({ ...incidentRecordsQuery(subject), enabled: audited });
  const ofCluster = offers(session, "auditLog");
  const span = spanOfSubject(subject);
  const log = useQuery({ ...clusterActivityQuery(span), enabled: ofCluster });
  const records = useMemo(
    () => (log.data === undefined ? (trail.data?.records ?? none) : clusterRecords(subject, log.data)),
    [subject, log.data, trail.data],
  );
  const source = ofCluster ? log : trail;
  const asked = ofCluster ? spanLink(span) : {};
  const { tokens, kinds, waiting, loading, reload } = inventory;
  const found = useMemo(() => gatherIncident(subject, tokens, records), [subject, tokens, records]);
  if ((audited && trail.isPending) || (waiting && tokens.length === 0)) {
    return <LoadingShape label="Gathering what it made, changed and used" shape="table" progress={progress} />;
  }
  const failed = failedOf(kinds);
  const failure = source.isError ? failureOf(source.error) : undefined;
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 5, maxWidth: 1100 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 3 }}>
        <Typography sx={{ flex: "1 1 320px" }} role="status">
          <Words>{`About ${subjectWords(subject, found.names)}.`}</Words> {countOf(found.tokens.length, "token")}
          {failed.length > 0 && " of those that could be read"}
          {source.data !== undefined && `, ${countOf(found.changed.length, "change")}`}
          {trail.data !== undefined && `, ${countOf(found.refused.length, "refusal")}`}.
        </Typography>
        {subject.user !== undefined && (
          <Link component={RouterLink} to={paths.person(subject.user)}>
            Page of the user
          </Link>
        )}
        <ReadAgain
          busy={loading || source.isFetching}
          onRead={() => {
            reload();
            if (audited || ofCluster) void source.refetch();
          }}
        />
      </Box>
      <Namesakes subject={subject} users={users} />
      <FailedKinds kinds={failed} onRetry={reload} />
      {failure !== undefined && (
        <ErrorState
          title={`The ${ofCluster ? "cluster’s audit log" : "audit trail"} could not be read, so what was changed is not known, nor all that was made`}
          failure={failure}
          onRetry={() => void source.refetch()}
        />
      )}
      <Unknown inventory={inventory} everybody={trail.data?.everybody} more={trail.data?.more === true} />
      <TiedTokens
        tied={found.tokens}
        gone={found.gone}
        reading={waiting}
        failed={failed.length > 0}
        own={session.tokenId}
        act={act}
        now={now}
      />
      {offers(session, "sessions") && <SessionsPanel subject={subject} act={act} now={now} />}
      {subject.address !== undefined && <FilterProposals address={subject.address} />}
      {ofCluster && <ClusterNotes filters={span} read={log.data} />}
      {log.isLoading && <LoadingShape label="Searching the cluster’s audit log" shape="table" rows={3} />}
      {source.data !== undefined && (
        <>
          <RecordList
            title="Changed"
            records={found.changed}
            empty="It changed nothing that is on record."
            span={asked}
            now={now}
          />
          <RecordList
            title="Signed in, read and saved"
            records={found.used}
            empty="Nothing is on record."
            span={asked}
            now={now}
          />
          {!ofCluster && (
            <RecordList title="Tried and refused" records={found.refused} empty="Nothing was refused." span={asked} now={now} />
          )}
        </>
      )}
    </Box>
  );
}

/** Says so where others have or had a name of the user: whoever asked by name, or came by a link, may have meant one of them. */
function Namesakes({ subject, users }: Pick<GatheredProps, "subject" | "users">) {
  return namesakesOf(users, subject.user).map(({ name, one, others }) => (
    <Alert key={name} severity="info">
      Others have or had the name {nameInText(name)}. The one meant here: {one.about}. About another:
      <Box component="ul" aria-label={`Others called ${nameInText(name)}`} sx={{ margin: 0, paddingInlineStart: 5 }}>
        {others.map(({ id, about }) => (
          <li key={id}>
            <Link component={RouterLink} to={incidentLink({ ...subject, user: id })}>
              {about}
            </Link>
          </li>
        ))}
      </Box>
    </Alert>
  ));
}

interface UnknownProps {
  readonly inventory: Inventory;
  /** Undefined where no trail was read. */
  readonly everybody: boolean | undefined;
  readonly more: boolean;
}

/** What cannot be known here. */
function Unknown({ inventory, everybody, more }: UnknownProps) {
  const { session, gateway } = useOrganization();
  const knowledge = useUseKnowledge();
  const words = [
    ...inventory.kinds.filter(({ state }) => state !== "failed" && state !== "waiting").map(reachWords),
    offers(session, "auditTrail")
      ? "The audit trail begins with the first start of a server that keeps one, and ends where its retention cut it: of what was done before, only tokens tell, by their creators."
      : gateway
        ? "Tokens are found by the creators that the cluster’s audit log names. There are no sessions to list: to end one, rotate or delete the token that it was begun by."
        : "This server was started with --strict-logscale and shows no audit trail: tokens are found by their creators alone.",
  ].filter((sentence) => sentence !== undefined);
  return (
    <>
      {everybody === false && (
        <Alert severity="warning">
          You read the records of your own acts alone, so what others did is missing. Root and owners of the organization read
          everybody’s.
        </Alert>
      )}
      {more && (
        <Alert severity="warning">
          There are more records than the newest 5,000, which are gathered here. Narrow the span of time to see the others.
        </Alert>
      )}
      <div>
        <Typography variant="caption" component="p" sx={{ color: "text.secondary", maxWidth: "130ch" }}>
          {words.join(" ")}
        </Typography>
        <AuditUseNote knowledge={knowledge} />
      </div>
    </>
  );
}
