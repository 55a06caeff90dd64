import AddIcon from "@mui/icons-material/AddOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useDeferredValue, useMemo, useState } from "react";

import { inventoryTraits, type InventoryToken } from "#domain/inventory/item.ts";
import { nameHolds, nameInText } from "#domain/name.ts";
import { finder } from "#web/list/finder.ts";
import { count } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { Words } from "#web/ui/Name.tsx";
import { SearchBar, SearchField } from "#web/ui/SearchField.tsx";

export interface AddTokenProps {
  readonly label: string;
  readonly tokens: readonly InventoryToken[];
  /** Keys of those that are there already. */
  readonly taken: readonly string[];
  readonly onAdd: (key: string) => void;
}

const find = finder<InventoryToken>(
  ({ name, id, ingest }, text) =>
    nameHolds(name, text) ||
    id?.toLowerCase().includes(text) === true ||
    ingest?.repository.toLowerCase().includes(text) === true,
);

/** So many of those found are offered. */
const mostOffered = 8;

/** Adds a token to a comparison, found by its name, id or repository. */
export function AddToken({ label, tokens, taken, onAdd }: AddTokenProps) {
  const [search, setSearch] = useState("");
  const deferred = useDeferredValue(search);
  const found = useMemo(() => {
    const text = deferred.trim().toLowerCase();
    if (text === "") return [];
    const matches = find(tokens, text).filter(({ key }) => !taken.includes(key));
    // Whoever types a whole name, or how it begins, means that one.
    const rankOf = ({ name }: InventoryToken) => {
      const lower = name.toLowerCase();
      return lower === text ? 0 : lower.startsWith(text) ? 1 : 2;
    };
    return matches.toSorted((a, b) => rankOf(a) - rankOf(b));
  }, [tokens, deferred, taken]);
  return (
    <Box component="section" aria-label={label}>
      <Typography variant="h2" sx={{ marginBottom: 2 }}>
        {label}
      </Typography>
      <SearchBar label="Find another token">
        <SearchField label="Name, id or repository" value={search} onChange={setSearch} />
        {deferred.trim() !== "" && (
          <Typography sx={{ color: "text.secondary" }}>
            {found.length === 0
              ? "None matches"
              : found.length > mostOffered
                ? `${mostOffered} of ${count(found.length)} that match`
                : `${count(found.length)} found`}
          </Typography>
        )}
      </SearchBar>
      <Box component="ul" sx={{ margin: 0, padding: 0, listStyle: "none", "&:empty": { display: "none" } }}>
        {found.slice(0, mostOffered).map((token) => {
          const { key, kind, name, ingest } = token;
          const where = ingest === undefined ? "" : `, ${nameInText(ingest.repository)}`;
          return (
            <li key={key}>
              <Button
                size="small"
                startIcon={<AddIcon />}
                sx={{ maxWidth: "100%", justifyContent: "flex-start", textAlign: "start", overflowWrap: "anywhere" }}
                onClick={() => {
                  onAdd(key);
                  setSearch("");
                  announce(`${nameInText(name)} was added.`);
                }}
              >
                <Words>{`${nameInText(name)} (${inventoryTraits[kind].noun}${where})`}</Words>
              </Button>
            </li>
          );
        })}
      </Box>
    </Box>
  );
}
