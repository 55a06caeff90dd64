import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { useController, useWatch, type Control } from "react-hook-form";
import * as z from "zod/mini";

import { compareNames } from "#domain/compareNames.ts";
import { nameInText, visibleName } from "#domain/name.ts";
import { isSame, type AccessChange, type GroupAssignment } from "#domain/people/access.ts";
import { permissionsOf } from "#domain/people/effective.ts";
import type { GrantedRole } from "#domain/people/grants.ts";
import { permissionKinds, type PermissionKind } from "#domain/token/kinds.ts";
import type { Holdings } from "#domain/token/rights.ts";
import { failureOf } from "#web/api/failure.ts";
import { searchDomainsQuery } from "#web/api/queries.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import { FormDialog } from "#web/form/FormDialog.tsx";
import { useFormShell } from "#web/form/useFormShell.ts";
import { usersChanged } from "#web/people/requests.ts";
import { rolesQuery } from "#web/people/roles/queries.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { CheckTree } from "#web/ui/CheckTree.tsx";
import type { CheckTreeGroup } from "#web/ui/checkTree.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { SelectField } from "#web/ui/Field.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";

import { Effects, useEffectOf } from "./Effects.tsx";
import { decides } from "./mayGive.ts";
import { grantedRole } from "#logscale/readAccess.ts";
import type { ShownRequest } from "./requestOf.ts";

export interface AssignRoleDialogProps {
  readonly title: string;
  readonly text: ReactNode;
  /** The reader's. */
  readonly holdings: Holdings;
  /** What a role can be assigned for here, by who decides about it. */
  readonly kinds: readonly [PermissionKind, ...PermissionKind[]];
  /** What is assigned already. */
  readonly present: readonly GroupAssignment[];
  /** Whether a role gives its permissions of every kind, whichever it is assigned for. */
  readonly givesAll: boolean;
  /** Whether a role makes sense for a kind. */
  readonly suits: (role: GrantedRole, kind: PermissionKind) => boolean;
  /** What a role would give there that the reader does not hold. */
  readonly lacking: (role: GrantedRole, where: Pick<GroupAssignment, "kind" | "placeId">) => readonly string[];
  readonly changeOf: (added: readonly GroupAssignment[]) => AccessChange;
  readonly requestOf: (assignment: GroupAssignment) => ShownRequest;
  /** What is assigned now, read again; undefined where there is nobody left to assign to. */
  readonly read: () => Promise<readonly GroupAssignment[] | undefined>;
  /** What it is assigned to, for what is said of a lost answer: "group". */
  readonly noun: string;
  readonly onClose: () => void;
}

const schema = z
  .object({
    kind: z.enum(permissionKinds),
    roleId: z.string().check(z.minLength(1, "Choose a role.")),
    placeIds: z.readonly(z.array(z.string())),
  })
  .check(
    z.refine(({ kind, placeIds }) => kind !== "view" || placeIds.length > 0, {
      path: ["placeIds"],
      error: "Choose at least one repository or view.",
    }),
  );

type AssignForm = z.output<typeof schema>;

/** Assigns a role, on as many repositories and views as are chosen, and says before what that gives to whom. */
export function AssignRoleDialog(props: AssignRoleDialogProps) {
  const { title, text, holdings, kinds, present, givesAll, suits, lacking, changeOf, requestOf, read, noun, onClose } = props;
  const client = useQueryClient();
  const roles = useQuery(rolesQuery);
  const domains = useQuery(searchDomainsQuery);
  const known = useMemo(() => new Map((roles.data?.roles ?? []).map((role) => [role.id, grantedRole(role)])), [roles.data]);
  const assignmentsOf = ({ kind, roleId, placeIds }: AssignForm): readonly GroupAssignment[] =>
    kind === "view" ? placeIds.map((placeId) => ({ kind, roleId, placeId })) : [{ kind, roleId, placeId: null }];
  const { form, problem, ending } = useFormShell<AssignForm, AssignForm, void>({
    start: { kind: kinds[0], roleId: "", placeIds: [] },
    schema,
    mode: "onSubmit",
    failure: "The role was not assigned, or not everywhere",
    fields: { roleId: "roleId", viewId: "placeIds", searchDomainId: "placeIds" },
    lost: {
      ...lostWords,
      watch: (values) => async () => {
        const now = await read();
        const wanted = assignmentsOf(values);
        return now !== undefined && wanted.every((one) => now.some((each) => isSame(each, one)))
          ? { found: undefined }
          : changeFinding(noun, now, false);
      },
    },
    calls: (values) => {
      const [first, ...others] = assignmentsOf(values).map(requestOf);
      // The schema sees to it that there is one.
      if (first === undefined) throw new Error("Nothing is assigned.");
      return [first, ...others];
    },
    send: async (values) => {
      // One after the other: each is judged by itself, and what was assigned before one that is refused stays.
      for (const assignment of assignmentsOf(values)) await requestOf(assignment).send();
    },
    done: (_, { roleId }) => {
      announce(`The role ${nameInText(known.get(roleId)?.name ?? roleId)} was assigned.`);
      onClose();
      void usersChanged(client);
    },
    failed: () => void usersChanged(client),
  });
  const { control, setValue } = form;
  const values = useWatch({ control, name: ["kind", "roleId", "placeIds"] });
  const [kind, roleId, placeIds] = values;
  const role = known.get(roleId);
  const isPresent = (one: GroupAssignment) => present.some((each) => isSame(each, one));
  const change = useMemo(
    () => {
      const added = role === undefined ? [] : assignmentsOf({ kind, roleId, placeIds });
      return added.length === 0 ? undefined : changeOf(added);
    },
    // oxlint-disable-next-line react/exhaustive-deps -- what is chosen decides; the functions are made anew at every render
    [role, kind, roleId, placeIds],
  );
  const effect = useEffectOf(change);
  const places = useController({ control, name: "placeIds" });
  const groups = useMemo((): readonly CheckTreeGroup[] => {
    const of = (type: string) =>
      (domains.data ?? [])
        .filter(({ __typename }) => (__typename === "View") === (type === "View"))
        .toSorted((a, b) => compareNames(a.name, b.name))
        .map(({ id, name }) => ({
          id,
          label: visibleName(name),
          refusal: placeRefusal(id),
        }));
    const placeRefusal = (placeId: string): string | undefined => {
      const where = { kind: "view", placeId } as const;
      if (decides(holdings, where) === false) return "You do not decide who gets in here.";
      if (role === undefined) return undefined;
      if (isPresent({ ...where, roleId: role.id })) return "It is assigned here already.";
      const missing = lacking(role, where);
      return missing.length > 0 ? `You do not hold ${someNames(missing)} here, so you cannot give it.` : undefined;
    };
    return [
      { title: "Repositories", items: of("Repository") },
      { title: "Views", items: of("View") },
    ].filter(({ items }) => items.length > 0);
    // oxlint-disable-next-line react/exhaustive-deps -- as above
  }, [domains.data, role, holdings, present]);
  const chosen = useMemo(() => new Set(placeIds), [placeIds]);
  const options = [...known.values()].filter((each) => suits(each, kind)).toSorted((a, b) => compareNames(a.name, b.name));
  const failed = roles.isError ? roles : domains.isError ? domains : undefined;
  return (
    <FormDialog title={title} submit="Assign" form={ending} onCancel={onClose} text={text}>
      {failed !== undefined && (
        <ErrorState
          title="What can be assigned could not be read"
          failure={failureOf(failed.error)}
          onRetry={() => void failed.refetch()}
        />
      )}
      {kinds.length > 1 && (
        <SelectField
          label="Where it holds"
          value={kind}
          onChange={({ target: { value } }) => {
            const next = kinds.find((each) => each === value) ?? kinds[0];
            setValue("kind", next);
            const isLeft = role !== undefined && suits(role, next);
            if (!isLeft) setValue("roleId", "");
          }}
        >
          {kinds.map((each) => (
            <option key={each} value={each}>
              {kindWords[each]}
            </option>
          ))}
        </SelectField>
      )}
      {roles.data === undefined ? (
        <LoadingShape label="Loading the roles" shape="form" rows={1} />
      ) : options.length === 0 ? (
        <EmptyState title="There is no role for this">{noRoleWords[kind]}</EmptyState>
      ) : (
        <RoleSelect
          control={control}
          problem={problem("roleId")}
          options={options.map((each) => {
            const missing = kind === "view" ? [] : lacking(each, { kind, placeId: null });
            const isThere = kind !== "view" && isPresent({ kind, roleId: each.id, placeId: null });
            return {
              role: each,
              remark: isThere ? "assigned already" : missing.length > 0 ? "you do not hold all of it" : undefined,
            };
          })}
        />
      )}
      {role !== undefined && (
        <details>
          <summary>What the role allows</summary>
          <Box sx={{ marginTop: 2 }}>
            {permissionKinds
              .filter((each) => givesAll || each === kind)
              .map((each) => (
                <RightsInWords key={each} kind={each} permissions={permissionsOf(role, each)} />
              ))}
          </Box>
        </details>
      )}
      {kind === "view" && (
        <CheckTree
          label="Repositories and views"
          searchLabel="Search repositories and views"
          nouns={["repository or view", "repositories and views"]}
          groups={groups}
          chosen={chosen}
          onChange={(next) => places.field.onChange([...next])}
          error={problem("placeIds")}
          focusRef={places.field.ref}
          empty={<EmptyState title="There are no repositories or views that you can see">A role holds on one.</EmptyState>}
        />
      )}
      {change === undefined ? (
        <Typography sx={{ color: "text.secondary" }}>What it gives to whom is told here once it is chosen.</Typography>
      ) : (
        <Effects known={effect} />
      )}
    </FormDialog>
  );
}

interface RoleSelectProps {
  readonly control: Control<AssignForm, unknown, AssignForm>;
  readonly problem: string | undefined;
  readonly options: readonly { readonly role: GrantedRole; readonly remark: string | undefined }[];
}

function RoleSelect({ control, problem, options }: RoleSelectProps) {
  const { field } = useController({ control, name: "roleId" });
  return (
    <SelectField
      label="Role"
      value={field.value}
      inputRef={field.ref}
      onChange={field.onChange}
      error={problem !== undefined}
      helper={problem}
    >
      <option value="">Choose a role</option>
      {options.map(({ role, remark }) => (
        <option key={role.id} value={role.id} disabled={remark !== undefined}>
          {nameInText(role.name)}
          {remark !== undefined && ` (${remark})`}
        </option>
      ))}
    </SelectField>
  );
}

/** Some permissions by LogScale's names. */
function someNames(names: readonly string[]): string {
  return names.length <= 2 ? names.join(" and ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

const kindWords = {
  view: "On repositories and views",
  organization: "In the organization",
  system: "On the whole cluster",
} as const satisfies Record<PermissionKind, string>;

const noRoleWords = {
  view: "No role has permissions on repositories and views.",
  organization: "No role has organization permissions. Create one first.",
  system: "No role has system permissions. Create one first.",
} as const satisfies Record<PermissionKind, string>;
