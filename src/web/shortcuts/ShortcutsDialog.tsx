import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { Fragment, useState } from "react";

import { useStore } from "#web/state/store.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { Spoken } from "#web/ui/Spoken.tsx";

import { listKey, listKeyActs, setListKeyActs } from "./listKey.ts";
import { keysOf, shortcutGroups, type ShortcutGroup } from "./table.ts";

/** What can be done by keyboard: what this page has first, then what others have. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const acts = useStore(listKeyActs);
  // The page does not change while the dialog is open. The root is asked, since the dialog itself has its place beside it.
  const [here] = useState(() =>
    shortcutGroups.filter(({ where }) => where === "body" || document.querySelector(`main ${where}`) !== null),
  );
  const elsewhere = shortcutGroups.filter((group) => !here.includes(group));
  return (
    <DialogFrame title="Keyboard shortcuts" onClose={onClose} actions={<Button onClick={onClose}>Close</Button>}>
      {here.map((group) => (
        <Group key={group.title} group={group} />
      ))}
      {elsewhere.length > 0 && (
        <>
          <Typography variant="h2" sx={{ borderTop: 1, borderColor: "divider", paddingTop: 4 }}>
            Where other pages have them
          </Typography>
          {elsewhere.map((group) => (
            <Group key={group.title} group={group} />
          ))}
        </>
      )}
      <FormControlLabel
        label={`Open this list with ${listKey}`}
        control={<Checkbox checked={acts} onChange={(_, checked) => setListKeyActs(checked)} />}
      />
    </DialogFrame>
  );
}

function Group({ group: { title, shortcuts } }: { readonly group: ShortcutGroup }) {
  return (
    <section>
      <Typography variant="h3" sx={{ marginBottom: 1 }}>
        {title}
      </Typography>
      <Box
        component="dl"
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "1fr", sm: "minmax(0, 2fr) minmax(0, 3fr)" },
          gap: 1,
          columnGap: 4,
          margin: 0,
        }}
      >
        {shortcuts.map(({ keys, does }) => (
          <Fragment key={does}>
            <Box component="dt">
              {keys.map((way, index) => (
                <Fragment key={way}>
                  {index > 0 && <Spoken>, or </Spoken>}
                  <Way way={way} />{" "}
                </Fragment>
              ))}
            </Box>
            <Box component="dd" sx={{ margin: 0, marginBottom: { xs: 1, sm: 0 }, color: "text.secondary" }}>
              {does}
            </Box>
          </Fragment>
        ))}
      </Box>
    </section>
  );
}

/** Keys that are pressed together. */
function Way({ way }: { readonly way: string }) {
  return (
    <Box component="span" sx={{ whiteSpace: "nowrap" }}>
      {keysOf(way).map(({ shown, said }, index) => (
        <Fragment key={said}>
          {index > 0 && <span aria-hidden>+</span>}
          <Box
            component="kbd"
            sx={{
              display: "inline-block",
              minWidth: 24,
              paddingInline: 1,
              textAlign: "center",
              border: 1,
              borderColor: "text.disabled",
              borderRadius: 1,
              backgroundColor: "frame.well",
            }}
          >
            <span aria-hidden>{shown}</span>
            <Spoken>{said} </Spoken>
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}
