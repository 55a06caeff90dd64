import type { TableColumn } from "#web/ui/table/column.ts";
import { Link as RouterLink } from "react-router";

import type { Long } from "#domain/long.ts";
import { nameInText } from "#domain/name.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { Quiet, Several } from "#web/inventory/cells.tsx";
import { paths } from "#web/paths.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { presentAfter } from "#web/ui/times.ts";

import type { ListedUser } from "./queries.ts";
import { standingOf, tokenCountWords, unseenWords, type LastSeen, type TokenReach } from "./words.ts";

/** A user as a row. */
export interface PersonRow extends ListedUser {
  /** Whether it is whoever reads this. */
  readonly own: boolean;
  /** How many tokens are the user's own or made by the user. */
  readonly tokens: number;
  readonly reach: TokenReach;
  /** Whether a session is known that is alive. */
  readonly signedIn: boolean;
  /** Undefined where nothing of it was read. */
  readonly seen: LastSeen | undefined;
  readonly seenReach: TokenReach;
}

/** The columns of the list of users. */
export const userColumns: TableColumn<PersonRow>[] = [
  {
    id: "user",
    header: "Username",
    size: 180,
    value: ({ username }) => username,
    cell: (row) => <UserCell user={row} />,
  },
  {
    id: "standing",
    header: "Standing",
    size: 112,
    value: ({ isRoot, isOrgRoot }) => (isRoot ? 0 : isOrgRoot ? 1 : 2),
    cell: (row) => <StandingCell user={row} />,
  },
  {
    id: "full",
    header: "Full name",
    size: 164,
    value: ({ fullName }) => fullName ?? "",
    cell: (row) => <TextCell text={row.fullName} />,
  },
  {
    id: "email",
    header: "E-mail",
    size: 176,
    meta: { places: 2 },
    value: ({ email }) => email ?? "",
    cell: (row) => <TextCell text={row.email} />,
  },
  {
    id: "roles",
    header: "Roles",
    size: 146,
    value: ({ roles }) => roles?.length ?? -1,
    cell: (row) => <RolesCell roles={row.roles} />,
  },
  {
    id: "tokens",
    header: "Tokens",
    size: 100,
    meta: { align: "end" },
    value: ({ tokens }) => tokens,
    cell: (row) => <TokensCell user={row} />,
  },
  {
    id: "seen",
    header: "Last seen",
    size: 136,
    value: ({ seen }) => Number(seen?.at ?? 0),
    cell: (row) => <SeenCell user={row} />,
  },
];

function UserCell({ user: { id, username, own } }: { readonly user: PersonRow }) {
  return (
    <>
      <Hint cut component={RouterLink} to={paths.person(id)} hint={<Name>{username}</Name>}>
        <Name>{username}</Name>
      </Hint>
      {own && <span className="quiet"> (you)</span>}
    </>
  );
}

function StandingCell({ user }: { readonly user: PersonRow }) {
  const standing = standingOf(user);
  return standing === undefined ? <Quiet>user</Quiet> : <>{standing}</>;
}

function TextCell({ text }: { readonly text: string | null }) {
  if (text === null) return <Quiet>none</Quiet>;
  return (
    <Hint cut hint={<Name>{text}</Name>}>
      <Name>{text}</Name>
    </Hint>
  );
}

function RolesCell({ roles }: { readonly roles: ListedUser["roles"] }) {
  if (roles === undefined) return <Quiet>on their page</Quiet>;
  return <Several items={roles.map((role) => nameInText(role))} />;
}

function TokensCell({ user: { tokens, reach } }: { readonly user: PersonRow }) {
  const words = tokenCountWords(tokens, reach);
  if (reach === "partial") return <Hint hint="Not all tokens are shown to you, or could be read.">{words}</Hint>;
  return tokens === 0 || reach === "reading" ? <Quiet>{words}</Quiet> : words;
}

function SeenCell({ user: { seen, seenReach } }: { readonly user: PersonRow }) {
  if (seen === undefined) return <Quiet>{unseenWords[seenReach]}</Quiet>;
  return <When at={seen.at} more={seen.by === "session" ? "In a session that is alive." : "By the personal token."} />;
}

function When({ at, more }: { readonly at: Long; readonly more: string }) {
  const now = useServerNow();
  return <Instant at={at} now={presentAfter(at, now)} more={more} />;
}
