import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import useAutocomplete from "@mui/material/useAutocomplete";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useNavigate } from "react-router";

import { failureOf } from "#web/api/failure.ts";
import { ipFiltersQuery } from "#web/api/queries.ts";
import { monospace } from "#web/theme.ts";
import { count, countOf } from "#web/ui/counts.ts";
import { announce } from "#web/ui/LiveRegion.tsx";
import { noManager } from "#web/ui/noManager.ts";
import { useOthers } from "./findOthers.ts";
import { findTokensQuery, type FoundTokens } from "./findTokens.ts";
import { filtersFor, pagesFor, searchedFor, withoutSecret, type Place } from "./places.ts";

/** How long typing has to rest before the server is asked, ms. */
const rest = 200;

/** IP filters shown at most. */
const mostFilters = 10;

/** Finds tokens of every kind, IP filters, collectors and pages by name or id, and goes there. */
export function FindDialog({ onClose }: { readonly onClose: () => void }) {
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const { wanted, removed } = searchedFor(text);
  const asked = useRested(wanted);
  const tokens = useQuery({ ...findTokensQuery(asked), enabled: asked !== "" });
  const filters = useQuery(ipFiltersQuery).data ?? [];
  const found = asked === wanted && wanted !== "" ? tokens.data : undefined;
  // By what was asked last, so that the lists are read once for each opening and not with every letter.
  const others = useOthers(asked);
  const searching = wanted !== "" && (asked !== wanted || tokens.isFetching || others.searching);
  const places = [
    ...pagesFor(wanted),
    ...filtersFor(filters, wanted, mostFilters),
    ...(found?.places ?? []),
    ...(asked === wanted ? others.places : []),
  ];

  const { getRootProps, getInputLabelProps, getInputProps, getListboxProps, getOptionProps } = useAutocomplete<Place>({
    id,
    open: true,
    options: places,
    filterOptions: (all) => all,
    getOptionLabel: ({ label }) => label,
    getOptionKey: ({ to }) => to,
    isOptionEqualToValue: (a, b) => a.to === b.to,
    value: null,
    inputValue: text,
    onInputChange: (_event, typed, reason) => {
      if (reason === "input") setText(withoutSecret(typed));
    },
    autoHighlight: true,
    clearOnBlur: false,
    onChange: (_event, place) => {
      if (place === null) return;
      onClose();
      void navigate(place.to);
    },
    onClose: (_event, reason) => {
      if (reason === "escape") onClose();
    },
  });

  const status = statusWords(
    wanted,
    searching,
    tokens.isError ? failureOf(tokens.error).message : undefined,
    found,
    places.length,
    others.unsearched,
  );
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
            Name or id of a token, an IP filter, a collector, or a page
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
              The secret was taken out and sent nowhere: a token is found by its id, which stands before the ~.
            </Typography>
          )}
          <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginBlock: 2, minHeight: 18 }}>
            {status}
          </Typography>
          <Box
            component="ul"
            {...getListboxProps()}
            sx={{ listStyle: "none", margin: 0, padding: 0, maxHeight: "50dvh", overflow: "auto", position: "relative" }}
          >
            {places.map((place, index) => {
              const { key, ...props } = getOptionProps({ option: place, index });
              return (
                <Box
                  component="li"
                  key={key}
                  {...props}
                  sx={{
                    display: "flex",
                    alignItems: "baseline",
                    gap: 3,
                    padding: 2,
                    borderRadius: 1,
                    cursor: "pointer",
                    "&.Mui-focused": { backgroundColor: "action.selected" },
                  }}
                >
                  <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
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
                  <Typography component="span" variant="caption" sx={{ color: "text.secondary", flexShrink: 0 }}>
                    {place.group}
                  </Typography>
                </Box>
              );
            })}
          </Box>
        </div>
      </DialogContent>
    </Dialog>
  );
}

/** What there is to say about the list. */
function statusWords(
  wanted: string,
  searching: boolean,
  failure: string | undefined,
  found: FoundTokens | undefined,
  places: number,
  unsearched: readonly string[],
): string {
  if (wanted === "") return "Tokens of every kind, IP filters and collectors are found as you type.";
  if (searching) return "Searching";
  if (failure !== undefined) return `The tokens could not be searched. ${failure}`;
  const parts = [
    places === 0 && (found?.unknown ?? 0) === 0 ? "Nothing found among what you may list." : "",
    found !== undefined && found.more > 0 ? `${count(found.more)} more tokens match: go on typing.` : "",
    found !== undefined && found.unknown > 0
      ? `${countOf(found.unknown, "token")} of a type that this page does not know ${found.unknown === 1 ? "matches and is" : "match and are"} left out.`
      : "",
    found?.personalToo === false ? "Personal tokens are not searched: LogScale does not list them." : "",
    ...unsearched,
  ];
  return parts.filter((words) => words !== "").join(" ");
}

/** A text once it has not changed for {@link rest}; an empty one at once. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), rest);
    return () => clearTimeout(timer);
  }, [text]);
  return text === "" ? "" : rested;
}
