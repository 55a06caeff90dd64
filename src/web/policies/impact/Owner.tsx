import { ownerOf } from "#domain/token/creator.ts";
import { Name } from "#web/ui/Name.tsx";

import type { SeenToken } from "./effects.ts";

/** Who is to be asked about a token. That nobody is known does not say that there is nobody. */
export function Owner({ of }: { readonly of: SeenToken }) {
  const { kind, name } = ownerOf(of);
  if (kind === "administrator") return <>local administrator</>;
  if (name === null) return <>owner not known</>;
  return kind === "token" ? (
    <>
      token <Name>{name}</Name>
    </>
  ) : (
    <Name>{name}</Name>
  );
}
