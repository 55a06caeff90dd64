import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useId, useState, type SubmitEvent } from "react";

import { isClientAddress } from "#domain/filter/ipFilter.ts";
import type { IncidentSubject } from "#domain/incident/incident.ts";
import { visibleName } from "#domain/name.ts";
import { count } from "#web/ui/counts.ts";
import { Field, SelectField } from "#web/ui/Field.tsx";
import { readLocal, writeLocal } from "#web/ui/localTime.ts";

import { isId } from "./link.ts";
import type { NamedUser } from "./users.ts";

export interface SubjectFormProps {
  readonly subject: IncidentSubject;
  /** Those who are known, by name. */
  readonly users: ReadonlyMap<string, readonly NamedUser[]>;
  readonly onGather: (subject: IncidentSubject) => void;
}

interface Texts {
  readonly user: string;
  /** Id of the one who is meant, where several users have the name. */
  readonly which: string;
  readonly token: string;
  readonly address: string;
  readonly since: string;
  readonly until: string;
}

/** What is wrong with a field. */
type Problems = { readonly [Part in keyof Texts]?: string | undefined };

/** Asks whom or what the incident is about. */
export function SubjectForm({ subject, users, onGather }: SubjectFormProps) {
  const listId = useId();
  const [texts, setTexts] = useState<Texts>(() => textsOf(subject));
  const [problems, setProblems] = useState<Problems>({});
  const named = namedIn(users, texts.user);
  const field = (part: keyof Texts) => ({
    value: texts[part],
    error: problems[part] !== undefined,
    helper: problems[part],
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      // Whoever pastes a whole token gives its id; the secret is dropped before it is anywhere.
      const value = part === "token" ? (target.value.trim().split(/~|%7e/iu)[0] ?? "") : target.value;
      setTexts({ ...texts, ...(part === "user" && { which: "" }), [part]: value });
      setProblems({ ...problems, ...(part === "user" && { which: undefined }), [part]: undefined });
    },
  });
  const gather = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readTexts(texts, users, subject.user);
    if ("problems" in read) setProblems(read.problems);
    else onGather(read.subject);
  };
  return (
    <Box component="form" aria-label="Whom or what it is about" noValidate onSubmit={gather} sx={formStyle}>
      <Field label="User, by name or id" {...field("user")} input={{ list: listId, maxLength: 200 }} />
      <datalist id={listId}>
        {[...users.keys()].slice(0, 500).map((shown) => (
          <option key={shown}>{shown}</option>
        ))}
      </datalist>
      {named.length > 1 && (
        <SelectField label="Which of them" {...field("which")}>
          <option value="">{`${count(named.length)} have or had this name`}</option>
          {named.map(({ id, about }) => (
            <option key={id} value={id}>
              {about}
            </option>
          ))}
        </SelectField>
      )}
      <Field label="Token, by its id" {...field("token")} input={{ autoComplete: "off" }} />
      <Field label="Address" {...field("address")} />
      <Field label="From" type="datetime-local" shrink {...field("since")} />
      <Field label="Until" type="datetime-local" shrink {...field("until")} />
      <Button type="submit" variant="contained" sx={{ justifySelf: { sm: "start" }, minHeight: 40 }}>
        Gather
      </Button>
    </Box>
  );
}

const formStyle = {
  display: "grid",
  gridTemplateColumns: "repeat(auto-fit, minmax(min(250px, 100%), 1fr))",
  gap: 3,
  maxWidth: 1100,
  marginBottom: 5,
  alignItems: "start",
} as const;

function textsOf({ user, token, address, since, until }: IncidentSubject): Texts {
  return {
    user: user ?? "",
    which: "",
    token: token ?? "",
    address: address ?? "",
    since: since === undefined ? "" : writeLocal(since),
    until: until === undefined ? "" : writeLocal(until),
  };
}

function namedIn(users: ReadonlyMap<string, readonly NamedUser[]>, typed: string): readonly NamedUser[] {
  return users.get(visibleName(typed.trim())) ?? [];
}

/** Characters of a user’s id at least. */
const shortestId = 20;

function readTexts(
  texts: Texts,
  users: ReadonlyMap<string, readonly NamedUser[]>,
  known: string | undefined,
): { readonly subject: IncidentSubject } | { readonly problems: Problems } {
  const problems: { -readonly [Part in keyof Texts]?: string } = {};
  const [typed, token, address] = [texts.user.trim(), texts.token.trim(), texts.address.trim()];
  const named = namedIn(users, typed);
  const user = named.length > 1 ? texts.which : (named[0]?.id ?? typed);
  if (named.length > 1 && user === "") problems.which = "Say which of them it is about: what each made and did is not the same.";
  // A name that nobody is known by would be taken for an id, and all that is on record of its user for nothing.
  if (user !== "" && user !== known && named.length === 0 && (!isId(user) || user.length < shortestId)) {
    problems.user =
      "No user of this name is listed to you, and none made a token. Give the user’s id, or come here from a record of theirs in Activity.";
  }
  if (token !== "" && !isId(token)) problems.token = "An id has at most 40 letters and digits. Never put a secret here.";
  if (address !== "" && !isClientAddress(address)) problems.address = "This is no IP address, such as 192.0.2.1 or 2001:db8::1.";
  const [since, until] = [instantOf(texts.since), instantOf(texts.until)];
  if (since === null) problems.since = "This is no date and time.";
  if (until === null) problems.until = "This is no date and time.";
  if (since != null && until != null && since >= until) problems.until = "It ends before it begins.";
  if (Object.keys(problems).length > 0 || since === null || until === null) return { problems };
  if ([user, token, address].every((text) => text === "") && since === undefined && until === undefined) {
    return { problems: { user: "Say whom or what it is about: one field is enough." } };
  }
  return {
    subject: {
      ...(user !== "" && { user }),
      ...(token !== "" && { token }),
      ...(address !== "" && { address }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    },
  };
}

/** An instant, undefined for an empty field, null for one that cannot be read. */
function instantOf(text: string): number | undefined | null {
  if (text === "") return undefined;
  const reading = readLocal(text);
  return reading.type === "read" ? reading.instants[0] : null;
}
