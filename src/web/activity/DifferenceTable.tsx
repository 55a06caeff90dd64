import Box from "@mui/material/Box";

import { visibleName } from "#domain/name.ts";

import type { Difference } from "./differences.ts";

/** What was before and what is after, line by line. What came and went of a list stands alone, each with its sign. */
export function DifferenceTable({ differences }: { readonly differences: readonly Difference[] }) {
  const [came, went] = [differences.every(({ before }) => before === null), differences.every(({ after }) => after === null)];
  const both = !came && !went;
  return (
    <Box component="table" aria-label="Before and after" sx={tableStyle}>
      <thead>
        <tr>
          <th scope="col">What</th>
          {!came && <th scope="col">{both ? "Before" : "What it was"}</th>}
          {!went && <th scope="col">{both ? "After" : "What it is since"}</th>}
        </tr>
      </thead>
      <tbody>
        {differences.map(({ label, before, after, added, removed }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {both && added.length + removed.length > 0 ? (
              <td colSpan={2}>
                <Box component="ul" sx={{ listStyle: "none", margin: 0, padding: 0 }}>
                  {removed.map((item) => (
                    <li key={`-${item}`}>
                      <Sign of="removed" /> <del>{shown(item)}</del>
                    </li>
                  ))}
                  {added.map((item) => (
                    <li key={`+${item}`}>
                      <Sign of="added" /> <ins>{shown(item)}</ins>
                    </li>
                  ))}
                </Box>
              </td>
            ) : (
              <>
                {!came && <td>{before === null ? "–" : text(before)}</td>}
                {!went && <td>{after === null ? "–" : text(after)}</td>}
              </>
            )}
          </tr>
        ))}
      </tbody>
    </Box>
  );
}

function Sign({ of }: { readonly of: "added" | "removed" }) {
  return (
    <Box component="span" sx={{ color: of === "added" ? "success.main" : "error.main", fontWeight: 600 }}>
      {of === "added" ? "+ added" : "− removed"}
    </Box>
  );
}

/** A text that somebody may have written, each line of it. */
function text(value: string) {
  return value.split("\n").map((line, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- the lines have nothing but their order
    <div key={index}>{shown(line)}</div>
  ));
}

/** An empty line stays one. */
function shown(line: string) {
  return line === "" ? "" : <bdi>{visibleName(line)}</bdi>;
}

const tableStyle = {
  width: "100%",
  tableLayout: "fixed",
  borderCollapse: "collapse",
  overflowWrap: "anywhere",
  "& th, & td": { textAlign: "start", verticalAlign: "top", padding: "6px 8px", borderBottom: 1, borderColor: "divider" },
  "& th": { fontWeight: 500, color: "text.secondary" },
  "& ins": { textDecoration: "none" },
} as const;
