import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";

import { Name } from "#web/ui/Name.tsx";

import type { LinkedForm } from "./formLink.ts";

/** Says that a link filled in the form, and what of it was left out. */
export function FormLinkNotice({ linked: { leftOut } }: { readonly linked: LinkedForm }) {
  return (
    <Alert severity={leftOut.length === 0 ? "info" : "warning"} sx={{ marginBottom: 4 }}>
      This form comes filled in by a link. Nothing is created until you create it: check it as if it were your own.
      {leftOut.length > 0 && (
        <>
          {" "}
          Left out of it:
          <Box component="ul" aria-label="Left out" sx={{ margin: 0, paddingLeft: 5, overflowWrap: "anywhere" }}>
            {leftOut.map(({ text, why }) => (
              <li key={`${text} ${why}`}>
                <code>
                  <Name>{text}</Name>
                </code>
                : {why}
              </li>
            ))}
          </Box>
        </>
      )}
    </Alert>
  );
}
