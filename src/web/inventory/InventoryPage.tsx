import { useCallback } from "react";

import { inventoryTraits, type InventoryKind, type InventoryToken } from "#domain/inventory/item.ts";
import { ListPage } from "#web/list/ListPage.tsx";
import { paths } from "#web/paths.ts";
import { EmptyState } from "#web/ui/EmptyState.tsx";

import { InventoryTable } from "./InventoryTable.tsx";
import { ThresholdsButton } from "./notes/ThresholdsButton.tsx";
import { useInventory } from "./useInventory.ts";

/** The tokens that the caller may list: of every kind, or of one. */
export function InventoryPage({ kind }: { readonly kind?: InventoryKind }) {
  const inventory = useInventory();
  const ofKind = useCallback((token: InventoryToken) => token.kind === kind, [kind]);
  return (
    <ListPage
      title={kind === undefined ? "All tokens" : `${inventoryTraits[kind].title} tokens`}
      path={kind === undefined ? paths.tokens : paths.tokensOf(kind)}
      what="tokens"
      purpose="Every token of the organization that you may list, of every kind, in one place."
      data={inventory.waiting && inventory.tokens.length === 0 ? undefined : inventory}
      failure={undefined}
      reading={inventory.loading}
      onRead={inventory.reload}
      hidden={undefined}
      partial={undefined}
      readAt={inventory.readAt}
      create={<ThresholdsButton />}
    >
      {(read) => (
        <InventoryTable
          inventory={read}
          kind={kind}
          within={kind === undefined ? undefined : ofKind}
          noun={["token", "tokens"]}
          empty={<EmptyState title="There are no tokens" />}
        />
      )}
    </ListPage>
  );
}
