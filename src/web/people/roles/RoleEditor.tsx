import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useController, useWatch, type Control } from "react-hook-form";
import { Link as RouterLink, useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import { effectOf, type AllAccess } from "#domain/people/access.ts";
import { permissionKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { onView, unknownHoldings, type Holdings } from "#domain/token/rights.ts";
import { call } from "#web/api/client.ts";
import { ActionDialog } from "#web/form/ActionDialog.tsx";
import { changeFinding, lostWords, watchCreation } from "#web/form/findings.ts";
import { FormEnding } from "#web/form/FormEnding.tsx";
import { askedAction } from "#web/form/useAction.ts";
import { useFormShell } from "#web/form/useFormShell.ts";
import { paths } from "#web/paths.ts";
import { Effects, useEffectOf } from "#web/people/access/Effects.tsx";
import { accessQuery } from "#web/people/access/query.ts";
import { ProfileLine } from "#web/people/ProfileFields.tsx";
import { usersChanged } from "#web/people/requests.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { PermissionPicker } from "#web/permissions/PermissionPicker.tsx";
import { typedWord } from "#web/tokens/consent.ts";
import { countOf } from "#web/ui/counts.ts";
import { formAndSide } from "#web/ui/mainAndSide.ts";
import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";
import { tellAt } from "#web/ui/notice.ts";
import { Panel } from "#web/ui/Panel.tsx";

import { roleQuery, rolesQuery, type RoleDetail } from "./queries.ts";
import { roleChangeOf, roleCreationOf, roleFormOf, roleFormSchema, roleOfForm, type RoleForm } from "./requests.ts";

/** The form of a role: of a new one, or of one that is changed, with what that gives and takes. */
export function RoleEditor({ role }: { readonly role: RoleDetail | undefined }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const holdings = useQuery(holdingsQuery).data ?? unknownHoldings;
  const access = useQuery({ ...accessQuery, enabled: role !== undefined }).data?.access;
  const others = (useQuery(rolesQuery).data?.roles ?? []).filter(({ id }) => id !== role?.id);
  // As the page was opened: reading again must not change what was typed, nor what it is held against.
  const [start] = useState(() => roleFormOf(role));
  const { form, sending, problem, ending } = useFormShell<RoleForm, RoleForm, string | undefined>({
    start,
    schema: roleFormSchema(role?.displayName),
    failure: role === undefined ? "The role was not created" : "The role was not changed",
    fields: {
      displayName: "displayName",
      description: "description",
      viewPermissions: "view",
      organizationPermissions: "organization",
      systemPermissions: "system",
    },
    lost: {
      ...lostWords,
      watch: (wanted) =>
        role === undefined
          ? watchCreation("role", wanted.displayName, async () => ({
              rows: (await client.query({ ...rolesQuery, staleTime: 0 })).roles.map(({ id, displayName }) => ({
                name: displayName,
                to: paths.role(id),
              })),
              steady: true,
            }))
          : async () => {
              const now = (await client.query({ ...roleQuery(role.id), staleTime: 0 })) ?? undefined;
              return now !== undefined && isSame(roleFormOf(now), wanted)
                ? { found: undefined }
                : changeFinding("role", now, false);
            },
    },
    calls: (values) =>
      role === undefined ? [{ title: "Create a role", ...roleCreationOf(values) }] : [roleChangeOf(role.id, values)],
    ask: async (values): Promise<boolean> => {
      if (role === undefined || isSamePermissions(start, values)) return false;
      try {
        const read = await client.query({ ...accessQuery, staleTime: 0 });
        const { differences } = effectOf(read.access, { type: "role-changed", role: roleOfForm(role.id, values) });
        return differences.some(({ lost }) => lost.length > 0);
      } catch {
        // Nobody can tell, so it is asked.
        return true;
      }
    },
    send: async (values) => {
      if (role === undefined) {
        const { document, variables } = roleCreationOf(values);
        return (await call(document, variables)).createRole.role.id;
      }
      await roleChangeOf(role.id, values).send();
      return role.id;
    },
    done: async (id, { displayName }) => {
      const page = paths.role(id ?? "");
      const words =
        role === undefined
          ? `The role ${nameInText(displayName)} was created. Nobody has it yet: assign it to a group or a user.`
          : `The role ${nameInText(displayName)} was changed.`;
      tellAt(page, words);
      await navigate(page, { replace: role !== undefined });
      await usersChanged(client);
    },
    failed: () => void usersChanged(client),
  });
  const { control } = form;
  const values = useWatch({ control, compute: (typed: RoleForm) => typed });
  const isChanged = !isSame(start, values);
  const change = useMemo(
    () =>
      role === undefined || isSamePermissions(start, values)
        ? undefined
        : ({ type: "role-changed", role: roleOfForm(role.id, values) } as const),
    [role, start, values],
  );
  const known = useEffectOf(change);
  const places = useMemo(() => placesOf(access, role?.id), [access, role]);
  const closed = places.filter((id) => onView(holdings, id, "ChangeUserAccess") === false);
  const namesakes = namesakesIn(
    values.displayName,
    others.map(({ displayName }) => displayName),
  );
  const asked = askedAction(sending);
  const back = role === undefined ? paths.roles : paths.role(role.id);
  return (
    <>
      <Box component="form" noValidate onSubmit={ending.onSubmit} sx={formAndSide}>
        <Box sx={{ gridArea: "fields", display: "flex", flexDirection: "column", gap: 6, minWidth: 0, maxWidth: 800 }}>
          <ProfileLine
            label="Name"
            field={form.register("displayName")}
            problem={problem("displayName")}
            helper={
              namesakes.same > 0
                ? "There is a role of this name already; both would be told apart by their ids alone."
                : alikeWords("role", namesakes)
            }
          />
          {role !== undefined && (
            <ProfileLine
              label="Description"
              field={form.register("description")}
              problem={problem("description")}
              helper="What it is for, in a sentence."
            />
          )}
          {permissionKinds.map((kind) => (
            <KindField key={kind} kind={kind} control={control} holdings={holdings} places={places} present={start[kind]} />
          ))}
        </Box>
        <Box sx={{ gridArea: "side", position: { lg: "sticky" }, top: { lg: 16 }, minWidth: 0 }}>
          <Panel title={role === undefined ? "What it will allow" : "What changes"}>
            <Typography>{totalWords(values)}</Typography>
            {closed.length > 0 && (
              <Typography>
                The role is assigned on {countOf(closed.length, "repository or view", "repositories and views")} where you do not
                decide who gets in, so the server refuses a change of what it allows there.
              </Typography>
            )}
            {change === undefined ? (
              role !== undefined && <Typography sx={{ color: "text.secondary" }}>Nobody gains or loses anything yet.</Typography>
            ) : (
              <Effects known={known} />
            )}
          </Panel>
        </Box>
        <Box sx={{ gridArea: "actions" }}>
          <FormEnding
            form={ending}
            submit={role === undefined ? "Create role" : "Change role"}
            disabled={role !== undefined && !isChanged}
            unsaved={{
              when: isChanged,
              title: "Leave without saving?",
              text: role === undefined ? "The role is not created." : "The role stays as it is.",
              leave: "Leave",
            }}
          >
            <Button component={RouterLink} to={back}>
              Cancel
            </Button>
          </FormEnding>
        </Box>
      </Box>
      {asked !== undefined && (
        <ActionDialog
          action={asked}
          title="Take these rights away?"
          confirm="Change role"
          destructive
          waiting={known.waiting}
          typed={!known.waiting && (known.ownLoss !== undefined || known.mayHarm) ? typedWord("change") : undefined}
          onCancel={sending.forget}
        >
          <Effects known={known} />
        </ActionDialog>
      )}
    </>
  );
}

interface KindFieldProps {
  readonly kind: PermissionKind;
  readonly control: Control<RoleForm, unknown, RoleForm>;
  readonly holdings: Holdings;
  /** Where the role is assigned. */
  readonly places: readonly string[];
  readonly present: readonly string[];
}

function KindField({ kind, control, holdings, places, present }: KindFieldProps) {
  const { field, fieldState } = useController({ control, name: kind });
  return (
    <section aria-label={headings[kind]}>
      <Typography variant="h2" sx={{ marginBottom: 2 }}>
        {headings[kind]}
      </Typography>
      <PermissionPicker
        kind={kind}
        of="role"
        value={field.value}
        onChange={field.onChange}
        holdings={holdings}
        viewIds={kind === "view" ? places : []}
        present={present}
        error={fieldState.error?.message}
        focusRef={field.ref}
      />
    </section>
  );
}

const headings = {
  view: "On repositories and views",
  organization: "In the organization",
  system: "On the whole cluster",
} as const satisfies Record<PermissionKind, string>;

/** The repositories and views where a role is assigned, to whomever. */
function placesOf(access: AllAccess | undefined, roleId: string | undefined): readonly string[] {
  if (access === undefined || roleId === undefined) return [];
  const all = [...access.users.flatMap(({ roles }) => roles), ...[...access.groups.values()].flatMap(({ roles }) => roles)];
  return [...new Set(all.flatMap((role) => (role.roleId === roleId && role.placeId !== null ? [role.placeId] : [])))];
}

function totalWords({ view, organization, system }: RoleForm): string {
  const parts = [
    `${countOf(view.length, "permission")} on repositories and views`,
    `${organization.length} in the organization`,
    `${system.length} on the whole cluster`,
  ];
  return `${parts.join(", ")}.`;
}

function isSame(a: RoleForm, b: RoleForm): boolean {
  return a.displayName === b.displayName && a.description === b.description && isSamePermissions(a, b);
}

function isSamePermissions(a: RoleForm, b: RoleForm): boolean {
  return permissionKinds.every((kind) => a[kind].length === b[kind].length && a[kind].every((name) => b[kind].includes(name)));
}
