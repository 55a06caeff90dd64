import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import useAutocomplete from "@mui/material/useAutocomplete";
import { useEffect, useId, useState } from "react";
import { useNavigate } from "react-router";

import { monospace } from "#web/theme.ts";
import { countOf } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { noManager } from "#web/ui/noManager.ts";
import { entryPlaces } from "./entries.ts";
import { grouped, isCutShort, keyOf, listPlace, type Place } from "./places.ts";
import { isReading, reachWords } from "./reach.ts";
import { useFindRights, useFound } from "./sources.ts";
import { useActs } from "./useActs.ts";
import { searchedFor, withoutSecret } from "./wanted.ts";

/** How long typing has to rest before the server is asked, ms. */
const rest = 200;

/** Places shown at most under each heading. */
const mostOfGroup = 8;

/** Finds everything that has a name or an id, pages and actions, and goes there or does it. */
export function FindDialog({ onClose }: { readonly onClose: () => void }) {
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [owner, setOwner] = useState<Place>();
  const [failure, setFailure] = useState<string>();
  const { wanted, removed } = searchedFor(text);
  const asked = useRested(wanted);
  const rights = useFindRights();
  const found = useFound(asked);
  const act = useActs(onClose);
  if (found.byValue !== undefined && found.byValue !== owner) {
    // The field held the value of a fleet token, which looks like an id.
    setOwner(found.byValue);
    setText(withoutSecret("~"));
  }

  const searching = wanted !== "" && (asked !== wanted || isReading(found));
  const named = asked === wanted ? found.places : [];
  // All pages of the menu are there at first; the token of a value stands alone.
  const groups =
    owner === undefined
      ? grouped([...entryPlaces(wanted, rights), ...named], wanted === "" ? Infinity : mostOfGroup)
      : grouped([owner], 1);
  const matching = groups.flatMap((group) => group.places);
  if (wanted !== "" && !searching && (matching.length === 0 || isCutShort(groups, found))) {
    groups.push(...grouped([listPlace(wanted)], 1));
  }
  const places = groups.flatMap((group) => group.places);

  const { getRootProps, getInputLabelProps, getInputProps, getListboxProps, getOptionProps } = useAutocomplete<Place>({
    id,
    open: true,
    options: places,
    filterOptions: (all) => all,
    getOptionLabel: ({ label }) => label,
    getOptionKey: keyOf,
    isOptionEqualToValue: (a, b) => keyOf(a) === keyOf(b),
    value: null,
    inputValue: text,
    onInputChange: (_event, typed, reason) => {
      if (reason !== "input") return;
      setText(withoutSecret(typed, text));
      setOwner(undefined);
      setFailure(undefined);
    },
    autoHighlight: true,
    clearOnBlur: false,
    onChange: (_event, place) => {
      if (place === null) return;
      const { leads } = place;
      if ("act" in leads) {
        void act(leads.act).then(setFailure);
        return;
      }
      onClose();
      void navigate(leads.to);
    },
    onClose: (_event, reason) => {
      if (reason === "escape") onClose();
    },
  });

  const status =
    wanted === ""
      ? "Everything that has a name or an id is found as you type, and what can be done."
      : searching
        ? "Searching"
        : reachWords(found, matching.length);
  useEffect(() => {
    if (!searching && wanted !== "") announce(`${countOf(places.length, "result")}. ${status}`);
  }, [searching, wanted, places.length, status]);

  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="sm"
      fullWidth
      aria-labelledby={`${id}-title`}
      sx={{ "& .MuiDialog-container": { alignItems: "flex-start" } }}
    >
      <DialogTitle id={`${id}-title`}>Find</DialogTitle>
      <DialogContent>
        <div {...getRootProps()}>
          <Box component="label" {...getInputLabelProps()} sx={{ display: "block", marginBottom: 1, color: "text.secondary" }}>
            Name or id of a token, a user, a group, a role, a repository, an IP filter or a configuration; a page; an action
          </Box>
          <Box
            component="input"
            {...getInputProps()}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog was opened to type here
            autoFocus
            spellCheck={false}
            {...noManager}
            sx={{
              width: "100%",
              minHeight: 40,
              paddingInline: 3,
              font: "inherit",
              color: "inherit",
              backgroundColor: "transparent",
              border: 1,
              borderColor: "text.secondary",
              borderRadius: 1,
            }}
          />
          {removed && (
            <Typography role="status" sx={{ color: "warning.main", marginTop: 2 }}>
              What looks like a secret was taken out and sent nowhere. An API token is found by its id, which stands before the ~;
              what has a name that looks so, by a part of it.
            </Typography>
          )}
          {failure !== undefined && (
            <Typography role="alert" sx={{ color: "error.main", marginTop: 2 }}>
              {failure}
            </Typography>
          )}
          <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginBlock: 2, minHeight: 18 }}>
            {status}
          </Typography>
          <Box
            component="ul"
            {...getListboxProps()}
            sx={{ ...plainList, maxHeight: "50dvh", overflow: "auto", position: "relative" }}
          >
            {groups.map(({ heading, places: inGroup, more }, position) => (
              <li key={heading} role="presentation">
                <Typography
                  id={`${id}-group-${position}`}
                  role="presentation"
                  variant="caption"
                  component="div"
                  sx={{ color: "text.secondary", paddingInline: 2, paddingTop: 2 }}
                >
                  {heading}
                  {more > 0 && `: the first ${inGroup.length} of ${inGroup.length + more}`}
                </Typography>
                <Box component="ul" role="group" aria-labelledby={`${id}-group-${position}`} sx={plainList}>
                  {inGroup.map((place) => {
                    const { key, ...props } = getOptionProps({ option: place, index: places.indexOf(place) });
                    return (
                      <Box
                        component="li"
                        key={key}
                        {...props}
                        sx={{
                          paddingInline: 2,
                          paddingBlock: 1,
                          borderRadius: 1,
                          cursor: "pointer",
                          overflowWrap: "anywhere",
                          "&.Mui-focused": { backgroundColor: "action.selected" },
                        }}
                      >
                        <bdi>{place.label}</bdi>
                        {place.detail !== undefined && (
                          <Box
                            component="span"
                            sx={{ display: "block", fontFamily: monospace, fontSize: "0.75rem", color: "text.secondary" }}
                          >
                            {place.detail}
                          </Box>
                        )}
                      </Box>
                    );
                  })}
                </Box>
              </li>
            ))}
          </Box>
        </div>
      </DialogContent>
    </Dialog>
  );
}

const plainList = { listStyle: "none", margin: 0, padding: 0 } as const;

/** A text once it has not changed for {@link rest}; an empty one at once. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), rest);
    return () => clearTimeout(timer);
  }, [text]);
  return text === "" ? "" : rested;
}
