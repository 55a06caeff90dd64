import { alikeWords, namesakesIn } from "#web/ui/namesakes.ts";

/** What stands below the name of a new repository or view, and whether that name is taken. */
export function nameHelp(
  typed: string,
  places: readonly { readonly name: string }[],
): { readonly helper: string; readonly taken: boolean } {
  const namesakes = namesakesIn(
    typed,
    places.map(({ name }) => name),
  );
  if (namesakes.same > 0) return { helper: "There is a repository or view of this name already.", taken: true };
  return { helper: alikeWords("repository or view", namesakes) ?? "Unique among repositories and views.", taken: false };
}
