import { lazy, Suspense } from "react";

import { ownerOf } from "#domain/token/creator.ts";
import { loadPart } from "#web/api/loadPart.ts";

import type { SeenToken } from "./effects.ts";
import { OwnerWords } from "./OwnerWords.tsx";

export interface OwnerProps {
  readonly of: SeenToken;
}

// What people write down comes behind the first rows. Where it does not come, whose a token is by itself stands there.
const WrittenOwner = lazy(() =>
  loadPart(() => import("./WrittenOwner.tsx")).then(
    (module) => ({ default: module.WrittenOwner }),
    () => ({ default: OwnOwner }),
  ),
);

/** Who is to act for a token. */
export function Owner({ of }: OwnerProps) {
  return (
    <Suspense fallback={<OwnOwner of={of} />}>
      <WrittenOwner of={of} />
    </Suspense>
  );
}

function OwnOwner({ of }: OwnerProps) {
  return <OwnerWords acting={ownerOf(of)} />;
}
