import { likeness, nameInText } from "#domain/name.ts";

/** What else there is that has a name, or is taken for it. */
export interface Namesakes {
  /** How many have the very name. */
  readonly same: number;
  /** The names of those that only look like it. */
  readonly alike: readonly string[];
}

/** The namesakes of a name, as it is typed, among the names of others. */
export function namesakesIn(name: string, others: Iterable<string>): Namesakes {
  const wanted = name.trim();
  let same = 0;
  const alike: string[] = [];
  if (wanted === "") return { same, alike };
  const key = likeness(wanted);
  for (const other of others) {
    if (other === wanted) same++;
    else if (likeness(other) === key) alike.push(other);
  }
  return { same, alike };
}

/** Warns of things with the same name or a lookalike, where names need not be distinct. */
export function namesakesWords(what: string, namesakes: Namesakes): string | undefined {
  return namesakes.same > 0
    ? `There is a ${what} of this name already. Another one is possible, but hard to tell apart.`
    : alikeWords(what, namesakes);
}

/** Warns, in a sentence, of things whose names only look like one; undefined when there are none. `what` is one of them: `token`, `IP filter`. */
export function alikeWords(what: string, { alike }: Namesakes): string | undefined {
  const [first, ...more] = alike;
  if (first === undefined) return undefined;
  return more.length === 0
    ? `Another ${what} is called ${nameInText(first)}, which looks almost the same. People will take one for the other.`
    : `${alike.length} other ${what}s have names that look almost the same, such as ${nameInText(first)}. People will take one for another.`;
}
