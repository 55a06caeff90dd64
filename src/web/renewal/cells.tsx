import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { hasExpired, inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import type { Long } from "#domain/long.ts";
import { tokenLink } from "#web/inventory/link.ts";
import { monospace } from "#web/theme.ts";
import { Hint } from "#web/ui/Hint.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { Name } from "#web/ui/Name.tsx";
import { localTime, presentAfter } from "#web/ui/times.ts";

export function TokenCell({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { name, id, createdAt, kind } = token;
  return (
    <Hint
      cut
      component={RouterLink}
      to={tokenLink(token)}
      hint={
        <>
          <Name>{name}</Name>, {inventoryTraits[kind].noun} token
          {id !== undefined && (
            <>
              <br />
              <span style={{ fontFamily: monospace }}>{id}</span>
            </>
          )}
          {createdAt !== undefined && (
            <>
              <br />
              Made {localTime(createdAt)}
            </>
          )}
          {hasExpired(token, now) && (
            <>
              <br />
              It has expired.
            </>
          )}
        </>
      }
    >
      <Name>{name}</Name>
    </Hint>
  );
}

export function UsedCell({ token: { lastUse }, now }: { readonly token: InventoryToken; readonly now: number }) {
  if (lastUse === undefined) return <Quiet>not known</Quiet>;
  if (lastUse.at === null) return <Quiet>never</Quiet>;
  return (
    <When
      at={lastUse.at}
      now={now}
      {...(lastUse.source === "at-least" && { more: "As the audit log has it; it may have been used since." })}
    />
  );
}

export function FromCell({ token: { lastUse } }: { readonly token: InventoryToken }) {
  return lastUse?.from ?? <Quiet>{lastUse?.at === null ? "never used" : "not known"}</Quiet>;
}

export function FirstUsedCell({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { firstUse, lastUse } = token;
  if (firstUse != null) return <When at={firstUse} now={now} />;
  if (lastUse === undefined) return <Quiet>not known</Quiet>;
  if (lastUse.at === null) return <Quiet>not yet</Quiet>;
  // Of its uses the last one is all that is told.
  return (
    <>
      <Quiet>last</Quiet>{" "}
      <When at={lastUse.at} now={now} more="The first use is not on record; this is the last that is known." />
    </>
  );
}

export function EndCell({ token, now }: { readonly token: InventoryToken; readonly now: number }) {
  const { expireAt } = token;
  if (expireAt === undefined) return <Quiet>not known</Quiet>;
  if (expireAt === null) return <>never</>;
  return expireAt > now ? (
    <Instant at={expireAt} now={now} />
  ) : (
    <Quiet>
      expired <Instant at={expireAt} now={now} />
    </Quiet>
  );
}

export function When({ at, now, more }: { readonly at: Long | undefined; readonly now: number; readonly more?: string }) {
  if (at === undefined) return <Quiet>not known</Quiet>;
  return <Instant at={at} now={presentAfter(at, now)} {...(more !== undefined && { more })} />;
}

export function Quiet({ children }: { readonly children: ReactNode }) {
  return <span className="quiet">{children}</span>;
}
