import type { Acting } from "#domain/inventory/acting.ts";
import { Name } from "#web/ui/Name.tsx";

/** Who is to be asked about a token. That nobody is known does not say that there is nobody. */
export function OwnerWords({ acting }: { readonly acting: Acting }) {
  const { kind, name } = acting;
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
