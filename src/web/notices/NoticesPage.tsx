import CheckIcon from "@mui/icons-material/CheckOutlined";
import ClockIcon from "@mui/icons-material/ScheduleOutlined";
import WarningIcon from "@mui/icons-material/WarningAmberOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { TableColumn } from "#web/ui/table/column.ts";

import type { NoticeDelivery, Notices } from "#logscale/notices.ts";
import { failureOf } from "#web/api/failure.ts";
import { offers } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { paths } from "#web/paths.ts";
import { useSession } from "#web/state/organization.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { DataTable } from "#web/ui/table/DataTable.tsx";

import { stateOf, stateWords, statusWords, type DeliveryState } from "./outcome.ts";
import { noticesQuery } from "./query.ts";

const purpose =
  "Whom the server tells that tokens are going to expire: a webhook, 30, 7 and 1 days before. Of each delivery its status and its times are kept, never what was answered.";

/** What became of the notices of tokens that expire. */
export function NoticesPage() {
  const session = useSession();
  const offered = offers(session, "notices");
  const notices = useQuery({ ...noticesQuery, enabled: offered });
  const failure = notices.isError ? failureOf(notices.error) : undefined;
  return (
    <ListPage
      title="Notices"
      path={paths.notices}
      what="notices"
      purpose={purpose}
      data={notices.data}
      failure={failure}
      reading={notices.isFetching}
      onRead={() => void notices.refetch()}
      readAt={notices.data && notices.dataUpdatedAt}
      hidden={
        !offered ? (
          <Elsewhere gateway={session.backend === "gateway"} />
        ) : notices.data === undefined && failure?.kind === "refused" ? (
          <EmptyState title="Notices are not shown to you">{failure.message}</EmptyState>
        ) : undefined
      }
      // The answer holds what there is; how much older there is stands below the table.
      partial={undefined}
    >
      {(read) => <Deliveries notices={read} />}
    </ListPage>
  );
}

/** What to do where the server sends no notices of its own. */
function Elsewhere({ gateway }: { readonly gateway: boolean }) {
  return (
    <EmptyState
      title={gateway ? "This server stands in front of a cluster and sends no notices" : "This server sends no notices"}
    >
      The command <code>tokenhouse expiring</code> does: with a token of the cluster it reports what expires as text, JSON, a
      calendar, a Slack message or metrics, and with <code>--webhook</code> it posts what is new. Run it by cron, as a Kubernetes
      CronJob or as a step in CI; docs/expiring.md has an example of each.
    </EmptyState>
  );
}

function Deliveries({ notices: { webhook, deliveries, more } }: { readonly notices: Notices }) {
  return (
    <>
      {webhook === null ? (
        <Alert severity="info" sx={{ marginBottom: 4 }}>
          No webhook is set. Whoever runs this server sets one at start by <code>WEBHOOK_URL</code> and{" "}
          <code>WEBHOOK_SECRET</code>, or by the files that <code>WEBHOOK_URL_FILE</code> and <code>WEBHOOK_SECRET_FILE</code>{" "}
          name; docs/expiring.md says more. Neither is ever typed in a page. Without one, <code>tokenhouse expiring</code> reports
          what expires.
        </Alert>
      ) : (
        <Typography sx={{ marginBottom: 4, overflowWrap: "anywhere" }}>
          The webhook is at <strong>{webhook.host}</strong>. The rest of its URL is not shown: it may be a credential.
        </Typography>
      )}
      {deliveries.length === 0 ? (
        <EmptyState title="Nothing was sent yet">
          {webhook === null ? "There is no webhook to send to." : "No token has come within 30, 7 or 1 days of its expiry."}
        </EmptyState>
      ) : (
        <DataTable
          label="Deliveries"
          rows={deliveries}
          columns={columns}
          rowId={(delivery) => String(deliveries.indexOf(delivery))}
          sorting={undefined}
          onSortingChange={() => undefined}
          empty={null}
        />
      )}
      {more > 0 && (
        <Typography sx={{ marginTop: 2, color: "text.secondary" }}>
          {countOf(more, "older delivery", "older deliveries")} not shown.
        </Typography>
      )}
    </>
  );
}

const signs: Readonly<Record<DeliveryState, { readonly Icon: typeof CheckIcon; readonly color: string }>> = {
  delivered: { Icon: CheckIcon, color: "success.main" },
  waiting: { Icon: ClockIcon, color: "text.secondary" },
  retrying: { Icon: WarningIcon, color: "warning.main" },
  "given-up": { Icon: WarningIcon, color: "error.main" },
};

const columns: TableColumn<NoticeDelivery>[] = [
  {
    id: "made",
    header: "Due since",
    size: 160,
    cell: (row) => <At at={row.createdAt} />,
  },
  {
    id: "state",
    header: "State",
    size: 200,
    cell: (row) => <StateCell delivery={row} />,
  },
  {
    id: "status",
    header: "Last answer",
    size: 120,
    cell: (row) => statusWords(row),
  },
  {
    id: "tokens",
    header: "Tokens",
    size: 90,
    meta: { align: "end" },
    cell: (row) => count(row.tokens),
  },
  {
    id: "tries",
    header: "Tries",
    size: 80,
    meta: { align: "end" },
    cell: (row) => count(row.tries),
  },
  {
    id: "last",
    header: "Last try",
    size: 140,
    cell: (row) => <At at={row.lastTriedAt} />,
  },
  {
    id: "next",
    header: "Next try",
    size: 140,
    cell: (row) => <At at={row.nextAt} />,
  },
];

function StateCell({ delivery }: { readonly delivery: NoticeDelivery }) {
  const state = stateOf(delivery);
  const { Icon, color } = signs[state];
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1, verticalAlign: "middle" }}>
      <Icon aria-hidden fontSize="small" sx={{ color }} />
      {stateWords[state]}
    </Box>
  );
}

function At({ at }: { readonly at: number | null }) {
  const now = useServerNow();
  return at === null ? <>–</> : <Instant at={at} now={now} />;
}
