import { indexOwners, type OwnerIndex, type WrittenOwner as Written } from "#domain/inventory/notes.ts";
import { whoActs } from "#domain/inventory/whoActs.ts";
import { useFindingNotes } from "#web/inventory/notes/queries.ts";
import { Spoken } from "#web/ui/Spoken.tsx";

import type { OwnerProps } from "./Owner.tsx";
import { OwnerWords } from "./OwnerWords.tsx";

/** Who is to act for a token, whom somebody wrote down first. */
export function WrittenOwner({ of }: OwnerProps) {
  const acting = whoActs(of, indexOf(useFindingNotes().notes.owners));
  return (
    <>
      <OwnerWords acting={acting} />
      {acting.kind === "written" && <Spoken>, written down</Spoken>}
    </>
  );
}

const indexes = new WeakMap<readonly Written[], OwnerIndex>();

/** One index for all rows. */
function indexOf(owners: readonly Written[]): OwnerIndex {
  const index = indexes.get(owners) ?? indexOwners(owners);
  indexes.set(owners, index);
  return index;
}
