import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { effectOf, type AccessChange, type AccessDifference, type AccessEffect } from "#domain/people/access.ts";
import { failureOf } from "#web/api/failure.ts";
import { tokensQuery } from "#web/api/tokens.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Name, Words } from "#web/ui/Name.tsx";

import { accessQuery } from "./query.ts";
import {
  differenceOf,
  losingTokens,
  ownLossWords,
  rightsLines,
  tokensWords,
  unchangedWords,
  usersInWords,
  type LosingTokens,
} from "./words.ts";

/** What a change makes of everybody's rights, as far as it is known. */
export interface KnownEffect {
  /** Whether it is still being worked out. */
  readonly waiting: boolean;
  /** Undefined where it is not known. */
  readonly effect: AccessEffect | undefined;
  /** Undefined where not all personal tokens are known. */
  readonly losing: LosingTokens | undefined;
  /** What is to be said to a reader who takes something from themselves. */
  readonly ownLoss: string | undefined;
  /** Whether somebody loses something by a token that is in use, or may be: what is not known is not taken for harmless. */
  readonly mayHarm: boolean;
}

/** Works out what a change makes of everybody's rights; of no change, nothing. */
export function useEffectOf(change: AccessChange | undefined): KnownEffect {
  const now = useServerNow();
  const session = useSession();
  const enabled = change !== undefined;
  const reading = useQuery({ ...accessQuery, enabled });
  const tokens = useQuery({ ...tokensQuery("personal", "plan"), enabled });
  const { data } = reading;
  const effect = useMemo(
    () => (data === undefined || change === undefined ? undefined : effectOf(data.access, change)),
    [data, change],
  );
  const personal = tokens.data;
  const whole = personal !== undefined && personal.visibility === "complete" && personal.steady;
  const losing = effect && whole ? losingTokens(effect, personal.tokens, now) : undefined;
  const loses = effect?.differences.some(({ lost }) => lost.length > 0) ?? enabled;
  return {
    waiting: enabled && (reading.isLoading || tokens.isLoading),
    effect,
    losing,
    ownLoss: effect && ownLossWords(differenceOf(effect, session.user?.id)),
    mayHarm: loses && (losing === undefined || losing.inUse + losing.unknown > 0),
  };
}

/** Differences that are told at most before the others are counted. */
const fewDifferences = 5;

/** Says who gains and loses what by a change, before it is made. */
export function Effects({ known }: { readonly known: KnownEffect }) {
  const { effect, losing, ownLoss } = known;
  const { data, isError, error, refetch } = useQuery(accessQuery);
  if (data === undefined) {
    if (!isError) return <Typography role="status">Working out who gains and loses what.</Typography>;
    const failure = failureOf(error);
    return failure.kind === "refused" ? (
      <Typography>
        Who gains or loses what by this is not shown to you: it takes the organization permission to manage users (
        <code>ManageUsers</code>).
      </Typography>
    ) : (
      <ErrorState title="It could not be read who gains and loses what" failure={failure} onRetry={() => void refetch()} />
    );
  }
  if (effect === undefined) return null;
  const unchanged = unchangedWords(effect);
  const tokens = tokensWords(effect, losing);
  const shown = effect.differences.slice(0, fewDifferences);
  const others = effect.differences.slice(fewDifferences).reduce((sum, { users }) => sum + users.length, 0);
  return (
    <Box component="section" aria-label="Who gains and loses what" sx={{ display: "flex", flexDirection: "column", gap: 3 }}>
      {shown.map((difference) => (
        <Difference key={difference.users[0]?.id} difference={difference} placeName={(id) => data.places.get(id) ?? id} />
      ))}
      {others > 0 && <Typography>{countOf(others, "more user")} gain or lose other combinations of these.</Typography>}
      {unchanged !== undefined && (
        <Typography sx={{ color: "text.secondary" }}>
          <Words>{unchanged}</Words>
        </Typography>
      )}
      {tokens !== undefined && <Typography>{tokens}</Typography>}
      {!data.whole && <Typography>There are more groups than were read, so some may keep what is called lost here.</Typography>}
      {/* Last, beside the field in which the reader agrees: a long dialog opens at its end. */}
      {ownLoss !== undefined && <Alert severity="warning">{ownLoss}</Alert>}
    </Box>
  );
}

interface DifferenceProps {
  readonly difference: AccessDifference;
  readonly placeName: (id: string) => string;
}

function Difference({ difference: { users, gained, lost }, placeName }: DifferenceProps) {
  const who = usersInWords(users);
  return (
    <div>
      {lost.length > 0 && (
        <Rights title={`${who} ${users.length === 1 ? "loses" : "lose"}`} rights={lost} placeName={placeName} />
      )}
      {gained.length > 0 && (
        <Rights
          title={`${lost.length > 0 ? (users.length === 1 ? "and" : "and all of them") : who} ${users.length === 1 ? "gains" : "gain"}`}
          rights={gained}
          placeName={placeName}
        />
      )}
      {users.length > 4 && (
        <details>
          <summary>All {countOf(users.length, "user")}</summary>
          <Box component="ul" sx={{ ...list, maxHeight: 200, overflowY: "auto" }}>
            {users.slice(0, mostUsers).map(({ id, username }) => (
              <li key={id}>
                <Name>{username}</Name>
              </li>
            ))}
            {users.length > mostUsers && <li>and {countOf(users.length - mostUsers, "other")}</li>}
          </Box>
        </details>
      )}
    </div>
  );
}

/** Users that are named at most, even where all are asked for. */
const mostUsers = 500;

/** Permissions that are named at most before somebody asks for all. */
const fewLabels = 6;

interface RightsProps extends Pick<DifferenceProps, "placeName"> {
  readonly title: string;
  readonly rights: AccessDifference["lost"];
}

function Rights({ title, rights, placeName }: RightsProps) {
  return (
    <>
      <Typography sx={{ fontWeight: 600 }}>
        <Words>{title}</Words>
      </Typography>
      <Box component="ul" sx={list}>
        {rightsLines(rights, placeName).map(({ where, labels }) => (
          <li key={where}>
            {labels.length <= fewLabels ? (
              <Words>{`${where}: ${labels.join(", ")}`}</Words>
            ) : (
              <details>
                <summary>
                  <Words>{`${where}: ${countOf(labels.length, "permission")}`}</Words>
                </summary>
                {labels.join(", ")}
              </details>
            )}
          </li>
        ))}
      </Box>
    </>
  );
}

const list = { marginBlock: 1, paddingInlineStart: 5, overflowWrap: "anywhere" } as const;
