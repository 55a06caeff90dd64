import AddedIcon from "@mui/icons-material/AddOutlined";
import RemovedIcon from "@mui/icons-material/RemoveOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link as RouterLink, useNavigate, useParams } from "react-router";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import { grantedToViewTokens, partsOf } from "#domain/token/permissions.ts";
import { expandPermissions, permissionDifference, wordPermissions } from "#domain/token/permissionWords.ts";
import { permissionUpdateViolation } from "#domain/token/policyCheck.ts";
import { unknownHoldings, type Holdings } from "#domain/token/rights.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { failureOf } from "#web/api/client.ts";
import { policiesQuery } from "#web/api/queries.ts";
import { FormEnding } from "#web/form/FormEnding.tsx";
import { prepared } from "#web/form/ending.ts";
import { useSending } from "#web/form/useSending.ts";
import { paths } from "#web/paths.ts";
import { holdingsQuery, lacks } from "#web/permissions/holdings.ts";
import { PermissionPicker } from "#web/permissions/PermissionPicker.tsx";
import { countOf } from "#web/ui/counts.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";

import { withArticle } from "./kindNoun.ts";
import { lostPermissions } from "./lost.ts";
import { permissionUpdateOf, updatePermissions } from "./mutations.ts";
import { permissionFields } from "./request.ts";
import { tokenQuery, tokensChanged } from "./tokenQuery.ts";
import { WarningList } from "./WarningList.tsx";
import { tokenWarnings } from "./warnings.ts";

/** Where the permissions of a token are changed, if the policy allows it. */
export function PermissionsPage({ kind }: { readonly kind: TokenKind }) {
  const { id = "" } = useParams();
  const query = useQuery(tokenQuery(kind, id));
  const policies = useQuery(policiesQuery);
  const holdings = useQuery(holdingsQuery);
  const token = query.data;
  const violation = policies.data && permissionUpdateViolation(kind, policies.data.policies[kind]);
  const back = (
    <Button component={RouterLink} to={paths.token(kind, id)} variant="outlined">
      Back to the token
    </Button>
  );
  return (
    <>
      <PageHeader
        title={token === undefined ? "Change permissions" : `Change permissions of ${nameInText(token.name)}`}
        actions={back}
      >
        The token keeps its string; what uses it gains and loses rights at once.
      </PageHeader>
      {query.isError && token === undefined ? (
        <ErrorState title="The token could not be read" failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      ) : token === undefined || policies.isPending || holdings.isPending ? (
        <LoadingShape label="Loading the permissions" shape="form" rows={5} />
      ) : violation != null || !kindTraits[kind].hasPermissions ? (
        <EmptyState
          title="The permissions cannot be changed"
          action={
            <Button component={RouterLink} to={paths.policies} variant="outlined">
              Security policies
            </Button>
          }
        >
          {violation?.message ?? "A personal token has the rights of its user."} You can create a token with other permissions
          instead.
        </EmptyState>
      ) : (
        <PermissionsForm token={token} holdings={holdings.data ?? unknownHoldings} />
      )}
    </>
  );
}

function PermissionsForm({ token, holdings }: { readonly token: TokenDetail; readonly holdings: Holdings }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { kind, id } = token;
  // The token's permissions when the page was opened. Reading again must not change the difference on the page.
  const [before] = useState(() => chooseable(kind, token.permissions ?? []));
  const [chosen, setChosen] = useState<readonly string[]>(before);
  const choose = (next: readonly string[]) => {
    setChosen(next);
    // What the server said was about the choice before.
    sending.forget();
  };
  const viewIds = (token.views ?? []).map((view) => view.id);
  const { added, removed } = permissionDifference(kind, before, chosen);
  const lacking = added.filter((name) => lacks(holdings, kind, name, viewIds));
  const changed = added.length + removed.length > 0;
  const error =
    chosen.length === 0
      ? "Choose at least one permission; a token without any is better deleted."
      : lacking.length > 0
        ? `You cannot grant what you do not hold yourself: ${lacking.join(", ")}.`
        : undefined;
  const warnings = tokenWarnings({
    kind,
    permissions: added,
    expireAt: undefined,
    filter: { accepts: undefined },
    namesakes: { same: 0, alike: [] },
    ofOwner: false,
  });

  const focus = useRef<{ readonly focus: () => void }>(null);
  const sending = useSending<readonly string[], "permissions", void>(
    {
      failure: "The permissions were not changed",
      fields: permissionFields,
      calls: (asked) => [
        {
          title: `Change the permissions of ${withArticle(kind)} token`,
          ...permissionUpdateOf(kind, id, asked),
          note: "They take the place of those that it has. Terraform and humio-operator change no token that they did not make.",
        },
      ],
      lost: lostPermissions(client, token, (now, asked) => {
        const change = permissionDifference(kind, chooseable(kind, now.permissions ?? []), asked);
        return change.added.length + change.removed.length === 0;
      }),
      send: (asked) => updatePermissions(kind, id, asked),
      done: async () => {
        announce("The permissions were changed.");
        await navigate(paths.token(kind, id), { replace: true });
        await tokensChanged(client);
      },
    },
    () => focus.current?.focus(),
  );

  return (
    <Box sx={mainAndSide}>
      <Box sx={{ minWidth: 0, maxWidth: 800 }}>
        <PermissionPicker
          kind={kind}
          value={chosen}
          onChange={choose}
          holdings={holdings}
          viewIds={viewIds}
          present={before}
          error={error ?? sending.refused?.message}
          focusRef={(handle) => {
            focus.current = handle;
          }}
        />
      </Box>
      <Paper
        component="section"
        variant="outlined"
        aria-label="What changes"
        sx={{ padding: 4, display: "flex", flexDirection: "column", gap: 4, position: { lg: "sticky" }, top: { lg: 16 } }}
      >
        <Typography variant="h2">What changes</Typography>
        {!changed && <Typography sx={{ color: "text.secondary" }}>Nothing yet.</Typography>}
        <Changes kind={kind} title="It will be able to" sign="added" names={added} />
        <Changes kind={kind} title="It will no longer be able to" sign="removed" names={removed} />
        <WarningList warnings={warnings} />
        <FormEnding
          form={{ sending, prepare: prepared(sending.calls, (show) => show(chosen)) }}
          submit={saveLabel(added.length, removed.length)}
          onSubmit={() => void sending.submit(chosen)}
          disabled={!changed || error !== undefined}
          callsDisabled={error !== undefined}
          unsaved={{
            when: changed,
            title: "Leave without saving?",
            text: "The permissions of the token stay as they are.",
            leave: "Leave",
          }}
        >
          {changed && <Button onClick={() => choose(before)}>Undo all</Button>}
        </FormEnding>
      </Paper>
    </Box>
  );
}

/** The token's permissions that can be chosen: not the one that every view token has. */
function chooseable(kind: TokenKind, permissions: readonly string[]): readonly string[] {
  const all = expandPermissions(kind, permissions);
  return kind === "view" ? all.filter((name) => name !== grantedToViewTokens) : all;
}

function saveLabel(added: number, removed: number): string {
  if (added === 0 && removed === 0) return "Save";
  if (added === 0) return `Take away ${countOf(removed, "permission")}`;
  if (removed === 0) return `Grant ${countOf(added, "permission")}`;
  return `Grant ${added} and take away ${countOf(removed, "permission")}`;
}

interface ChangesProps {
  readonly kind: TokenKind;
  readonly title: string;
  readonly sign: "added" | "removed";
  readonly names: readonly string[];
}

function Changes({ kind, title, sign, names }: ChangesProps) {
  if (names.length === 0) return null;
  const { groups, unknown } = wordPermissions(kind, names);
  const Icon = sign === "added" ? AddedIcon : RemovedIcon;
  const lines = [
    // A permission that includes several says how many: the button counts each.
    ...groups.flatMap(({ entries }) =>
      entries.map(({ name, label }) => {
        const parts = partsOf(name);
        return { name, label: parts === undefined ? label : `${label} (${countOf(parts.length, "permission")})` };
      }),
    ),
    ...unknown.map((name) => ({ name, label: name })),
  ];
  return (
    <section aria-label={title}>
      <Typography variant="h3">{title}</Typography>
      <Box component="ul" sx={{ listStyle: "none", margin: 0, marginTop: 1, padding: 0 }}>
        {lines.map(({ name, label }) => (
          <Box component="li" key={name} sx={{ display: "flex", gap: 1.5, alignItems: "flex-start" }}>
            <Icon aria-hidden fontSize="small" sx={{ color: sign === "added" ? "success.main" : "error.main" }} />
            <span>{label.charAt(0).toLowerCase() + label.slice(1)}</span>
          </Box>
        ))}
      </Box>
    </section>
  );
}
