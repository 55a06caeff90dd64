import AskIcon from "@mui/icons-material/FindInPageOutlined";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useEffect, useRef, useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { lookupsAMinute, type FoundValue, type ValueLookup } from "#logscale/valueLookup.ts";
import { failureOf } from "#web/api/client.ts";
import { offers, type Session } from "#web/api/session.ts";
import { BusyButton } from "#web/ui/BusyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Panel } from "#web/ui/Panel.tsx";

import { FoundValueCard } from "./FoundValueCard.tsx";
import { lookUpValues } from "./lookUp.ts";
import { NoLookup } from "./NoLookup.tsx";
import type { Find } from "./useScan.ts";
import { whereWords } from "./words.ts";

/** Strings that are listed at most; the others are counted. */
const mostListed = 30;

export interface ValueFindsProps {
  readonly finds: readonly Find[];
  readonly session: Session;
}

/** Strings that may be values of ingest or fleet tokens. They are looked up only when somebody asks for it, each time. */
export function ValueFinds({ finds, session }: ValueFindsProps) {
  const [results, setResults] = useState<ReadonlyMap<string, FoundValue | null>>(new Map());
  const [last, setLast] = useState<ValueLookup>();
  const [state, setState] = useState<{ readonly pending: boolean; readonly failure?: Failure }>({ pending: false });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The button that asked is gone, or was disabled while it waited.
    if (last !== undefined && document.activeElement === document.body) heading.current?.focus();
  }, [last]);
  const candidates = finds
    .filter(({ value }) => value !== undefined)
    // Those first that stand near a word such as "token".
    .toSorted((a, b) => Number(b.named) - Number(a.named));
  if (candidates.length === 0) return null;

  const open = candidates.filter(({ key }) => !results.has(key));
  const named = open.filter((find) => find.named);
  const next = (named.length > 0 ? named : open).slice(0, lookupsAMinute);
  const recognised = candidates.flatMap((find) => {
    const found = results.get(find.key);
    return found == null ? [] : [{ find, found }];
  });
  const others = candidates.filter(({ key }) => results.get(key) === null);

  const ask = async () => {
    setState({ pending: true });
    try {
      const answer = await lookUpValues(next.map(({ value }) => value?.reveal() ?? ""));
      const told = answer.results.flatMap((found, index) => {
        const find = next[index];
        return find === undefined ? [] : [[find.key, found] as const];
      });
      setResults((former) => new Map([...former, ...told]));
      setLast(answer);
      setState({ pending: false });
      announce(`${countOf(told.filter(([, found]) => found !== null).length, "value")} recognised.`);
    } catch (error) {
      setState({ pending: false, failure: failureOf(error) });
    }
  };

  return (
    <Panel title="Perhaps values of ingest and fleet tokens" headingRef={heading}>
      <Typography sx={{ maxWidth: "90ch" }}>
        {countOf(candidates.length, "string has", "strings have")} the form of such a value: a UUID as ingest tokens have, 32
        letters and digits as fleet tokens have, or a fleet token’s JWT. Most strings of these forms are something else, such as
        the id of a request. Only the server can tell.
      </Typography>
      {!offers(session, "valueLookup") ? (
        <NoLookup />
      ) : (
        open.length > 0 && (
          <Box>
            <BusyButton variant="outlined" busy={state.pending} startIcon={<AskIcon />} onClick={() => void ask()}>
              Ask the server about {count(next.length)}
              {named.length > 0 && named.length < open.length
                ? " near a word such as “token”"
                : next.length === 1
                  ? " value"
                  : " values"}
            </BusyButton>
            <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 1, maxWidth: "90ch" }}>
              This sends {next.length === 1 ? "this string" : "these strings"} to this server, in a request of which it logs and
              keeps nothing, to be compared by a keyed hash with the tokens whose values you may read. {lookupsAMinute} a minute
              may be asked about{open.length > next.length && `; ${count(open.length - next.length)} remain for later`}.
            </Typography>
          </Box>
        )
      )}
      {state.failure !== undefined && <ErrorState title="The server was not asked" failure={state.failure} />}
      {last !== undefined && <LookupNotes lookup={last} />}
      {recognised.map(({ find, found }) => (
        <FoundValueCard key={find.key} found={found} value={find.value} where={whereWords(find)} />
      ))}
      {others.length > 0 && (
        <StringList
          title={`${countOf(others.length, "string is", "strings are")} no value of a token that you may read`}
          finds={others}
        />
      )}
      {open.length > 0 && <StringList title="Not looked up" finds={open} />}
    </Panel>
  );
}

const formWords = { uuid: "looks like an ingest token", letters: "looks like a fleet token", jwt: "a fleet token’s JWT" };

/** Strings by their beginning and place: what each is, its owner has to find there. */
function StringList({ title, finds }: { readonly title: string; readonly finds: readonly Find[] }) {
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="h3">{title}</Typography>
      <Box component="ul" sx={{ margin: 0, paddingInlineStart: 5 }}>
        {finds.slice(0, mostListed).map((find) => (
          <li key={find.key}>
            {find.kind === "uuid" || find.kind === "letters" || find.kind === "jwt" ? formWords[find.kind] : ""}
            {find.named && ", near a word such as “token”"}. {whereWords(find)}.
          </li>
        ))}
        {finds.length > mostListed && <li>{countOf(finds.length - mostListed, "further string")}.</li>}
      </Box>
    </Box>
  );
}

/** What the last lookup left open. */
export function LookupNotes({ lookup: { compared, retryAfter } }: { readonly lookup: ValueLookup }) {
  const notes = [
    compared.ingest === "none"
      ? "You may read the ingest tokens of no repository, so nothing was compared with those."
      : compared.ingest === "some"
        ? "Compared with the ingest tokens of those repositories alone where you may read them."
        : undefined,
    compared.fleet ? undefined : "You may not see fleet tokens, so nothing was compared with those.",
    retryAfter === null
      ? undefined
      : `${lookupsAMinute} values a minute may be asked about: ask about the others in ${retryAfter} seconds.`,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? null : <Typography sx={{ color: "warning.main" }}>{notes.join(" ")}</Typography>;
}
