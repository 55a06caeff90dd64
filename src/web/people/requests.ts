import type { QueryClient } from "@tanstack/react-query";
import * as z from "zod/mini";

import { nameSchema } from "#domain/nameSchema.ts";
import { profileName, profileText } from "#domain/people/profile.ts";
import {
  AddUserDocument,
  RemoveUserDocument,
  SetOrganizationRootDocument,
  UpdateUserDocument,
} from "#logscale/generated/users.ts";

import { organizationQuery } from "#web/api/queries.ts";
import { peopleQuery } from "#web/inventory/findings/peopleQuery.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { sessionsKey } from "#web/sessions/requests.ts";

import { textOr, usersKey, type UserDetail } from "./queries.ts";

/** What can be changed of a user. */
export const profileFormSchema = z.object({
  fullName: profileName,
  email: profileText,
  isRoot: z.boolean(),
});

/** The form of a new user. */
export const userFormSchema = z.extend(profileFormSchema, {
  username: nameSchema("user"),
  isOrgRoot: z.boolean(),
});

export type ProfileForm = z.output<typeof profileFormSchema>;
export type UserForm = z.output<typeof userFormSchema>;

/** The operation that creates a user, and its variables. */
export function additionOf({ username, fullName, email, isRoot, isOrgRoot }: UserForm) {
  const input = {
    username,
    ...(fullName !== "" && { fullName }),
    ...(email !== "" && { email }),
    // Left out, they take no right to give.
    ...(isRoot && { isRoot }),
    ...(isOrgRoot && { isOrgOwner: isOrgRoot }),
  };
  return { document: AddUserDocument, variables: { input } };
}

/** What stands in the form of a user as it is. */
export function profileOf({ fullName, email, isRoot }: UserDetail): ProfileForm {
  return { fullName: textOr(fullName) ?? "", email: textOr(email) ?? "", isRoot };
}

/** The operation that changes a user, and its variables: only what differs, so that what somebody else changed meanwhile stays. */
export function changeOf(user: UserDetail, wanted: ProfileForm) {
  const now = profileOf(user);
  const input = {
    username: user.username,
    ...(wanted.fullName !== now.fullName && { fullName: wanted.fullName }),
    ...(wanted.email !== now.email && { email: wanted.email }),
    ...(wanted.isRoot !== now.isRoot && { isRoot: wanted.isRoot }),
  };
  return { document: UpdateUserDocument, variables: { input } };
}

/** The operation that makes a user an owner of the organization, or no longer one. */
export function ownershipOf({ id }: Pick<UserDetail, "id">, organizationRoot: boolean) {
  return { document: SetOrganizationRootDocument, variables: { userId: id, organizationRoot } };
}

/** The operation that removes a user. */
export function removalOf({ username }: Pick<UserDetail, "username">) {
  return { document: RemoveUserDocument, variables: { username } };
}

/** Reads again what depends on who there is, and what they may do. */
export async function usersChanged(client: QueryClient): Promise<void> {
  await Promise.all(
    [usersKey, organizationQuery.queryKey, peopleQuery.queryKey, holdingsQuery.queryKey, sessionsKey].map((queryKey) =>
      client.invalidateQueries({ queryKey }),
    ),
  );
}
