import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { inventoryTraits } from "#domain/inventory/item.ts";
import { carriesPermissions, kindTraits, tokenKinds, type PermissionKind } from "#domain/token/kinds.ts";
import { rootHoldings, unknownHoldings } from "#domain/token/rights.ts";
import { permissionGroups } from "#web/permissions/groups.ts";
import { holdingsQuery } from "#web/permissions/holdings.ts";
import { TabRow } from "#web/secrets/TabRow.tsx";
import { CheckTree } from "#web/ui/CheckTree.tsx";
import { count, countOf } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { SelectField } from "#web/ui/Field.tsx";

import type { ChoiceProps } from "./ParserChoice.tsx";

const kinds = tokenKinds.filter(carriesPermissions);
const nothing: ReadonlySet<string> = new Set();

/** Chooses which permissions tokens of one kind are to gain and to lose. */
export function PermissionsChoice({ tokens, onChoose, onCancel }: ChoiceProps) {
  const holdings = useQuery(holdingsQuery).data ?? unknownHoldings;
  const counted = useMemo(
    () =>
      kinds
        .map((kind) => ({ kind, tokens: tokens.filter((token) => token.kind === kind).length }))
        .filter(({ tokens: n }) => n > 0),
    [tokens],
  );
  const [kind, setKind] = useState<PermissionKind>(counted[0]?.kind ?? "view");
  const [tab, setTab] = useState("add");
  const [add, setAdd] = useState(nothing);
  const [remove, setRemove] = useState(nothing);
  // Which views a token names differs from one to the next; what may be granted is judged for each, and shown before anything is done.
  const groups = useMemo(
    () => permissionGroups({ kind, holdings: tab === "add" ? holdings : rootHoldings, viewIds: [], present: [] }),
    [kind, holdings, tab],
  );
  const choose = (next: ReadonlySet<string>) => {
    const without = (others: ReadonlySet<string>) => new Set([...others].filter((name) => !next.has(name)));
    if (tab === "add") {
      setAdd(next);
      setRemove(without(remove));
    } else {
      setRemove(next);
      setAdd(without(add));
    }
  };
  const ready = add.size + remove.size > 0;
  return (
    <DialogFrame
      title="Change the permissions of tokens"
      width="md"
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button
            variant="contained"
            disabled={!ready}
            onClick={() => onChoose({ type: "permissions", kind, add: [...add], remove: [...remove] })}
          >
            See what would happen
          </Button>
        </>
      }
    >
      <Typography>
        Every token keeps its string and its other permissions. What uses it gains and loses rights at once. Nothing is changed
        before you have seen what happens to each token.
      </Typography>
      {counted.length > 1 && (
        <SelectField
          label="Tokens of the kind"
          value={kind}
          onChange={({ target }) => {
            setKind(kinds.find((one) => one === target.value) ?? kind);
            setAdd(nothing);
            setRemove(nothing);
          }}
          helper="Each kind has permissions of its own, so one kind is changed at a time."
        >
          {counted.map(({ kind: one, tokens: many }) => (
            <option key={one} value={one}>
              {inventoryTraits[one].title}: {countOf(many, "selected token")}
            </option>
          ))}
        </SelectField>
      )}
      <div>
        <TabRow
          label="What to change"
          tabs={[
            { id: "add", label: `Add (${count(add.size)})` },
            { id: "remove", label: `Take away (${count(remove.size)})` },
          ]}
          value={tab}
          onChange={setTab}
          panel="bulk-permissions"
        >
          <CheckTree
            key={`${kind} ${tab}`}
            label={
              tab === "add"
                ? `Permissions to add to ${kindTraits[kind].noun} tokens`
                : `Permissions to take away from ${kindTraits[kind].noun} tokens`
            }
            searchLabel="Search permissions"
            nouns={["permission", "permissions"]}
            groups={groups}
            chosen={tab === "add" ? add : remove}
            onChange={choose}
          />
        </TabRow>
      </div>
    </DialogFrame>
  );
}
