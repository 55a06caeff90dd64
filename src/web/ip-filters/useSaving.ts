import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import { parseIpFilter } from "#domain/filter/parseIpFilter.ts";
import { nameInText } from "#domain/name.ts";
import { CreateIpFilterDocument, UpdateIpFilterDocument } from "#logscale/generated/ipFilters.ts";
import type { ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { stopped, useSending, type Looked, type Sending } from "#web/form/useSending.ts";
import { paths } from "#web/paths.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { createIpFilter, filtersChanged, readFilters, readUse, updateIpFilter } from "./requests.ts";
import { changesOf, findBase, hasChanges, rebase, settleCreation, settleUpdate, type Settled } from "./saving.ts";
import { isUnused, type FilterUse } from "./use.ts";
import type { FilterEdit, FormValues } from "./useFilterEdit.ts";

/** What else than sending and its questions saving can come to. */
export type SavingStage =
  | { readonly type: "editing" }
  /** Somebody else changed the filter meanwhile. */
  | { readonly type: "conflict"; readonly theirs: IpFilter; readonly values: FormValues }
  /** Somebody else deleted it. */
  | { readonly type: "gone" };

/** An edit as it is saved. */
export interface EditToSave {
  /** What it started from; undefined for a new filter. */
  readonly base: IpFilter | undefined;
  readonly next: FormValues;
}

/** Saving an edit, with every question and answer that it takes. */
export interface Saving {
  /** Sends it; asks first where new rules may affect somebody. */
  readonly sending: Sending<EditToSave, keyof FormValues>;
  readonly stage: SavingStage;
  /** What somebody else made of the filter, where the page learnt of it while nothing was being saved. */
  readonly overtaken: IpFilter | undefined;
  /** Creates the filter, or saves what changed of it. */
  readonly save: (values: FormValues) => Promise<void>;
  /** Makes this an edit of the present rules, and asks again, since it is another change. */
  readonly keepMine: (values: FormValues, theirs: IpFilter) => void;
  /** Goes on from what is given, without what was typed. */
  readonly restart: (filter: IpFilter) => void;
  /** Makes what is typed a new filter. */
  readonly makeNew: () => void;
  /** Goes back to the form with everything as it is typed. */
  readonly backToForm: () => void;
}

/** Saves an edit. `filter` is what is in force as last read, `use` who uses it; both undefined for a new filter. */
export function useSaving(edit: FilterEdit, filter: IpFilter | undefined, use: FilterUse | undefined): Saving {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [stage, setStage] = useState<SavingStage>({ type: "editing" });
  // The list's entry until it is read again after a save; it is not somebody else's change.
  const [stale, setStale] = useState<IpFilter>();
  const { base, form } = edit;

  /** What a lost answer comes to, by the filters as they are now. */
  const looked = (outcome: Settled, next: FormValues): Looked<IpFilter> => {
    switch (outcome.type) {
      case "done":
        return { found: outcome.filter };
      case "not-done":
        return {
          done: false,
          title: "The IP filter was not saved",
          message: "It was read again and is not as you typed it. You can save it now.",
        };
      case "other":
        setStage({ type: "conflict", theirs: outcome.theirs, values: next });
        return "not-done";
      case "gone":
        setStage({ type: "gone" });
        return "not-done";
      default:
        return outcome satisfies never;
    }
  };
  const sending = useSending<EditToSave, keyof FormValues, IpFilter>(
    {
      failure: "The IP filter was not saved",
      fields: { name: "name", ipFilter: "ipFilter" },
      calls: ({ base: started, next }) => [apiCallOf(started, next)],
      lost: {
        title: `It is not known whether the IP filter was ${base === undefined ? "created" : "saved"}`,
        action: "Read again",
        watch: async ({ base: started, next }) => {
          const filters = await readFilters(client);
          if (started === undefined) {
            const known = new Set(filters.map(({ id }) => id));
            return async () => looked(settleCreation(next, known, await readFilters(client)), next);
          }
          // What is in force may no longer be what the edit started from; the page then says so.
          const now = findBase(started, filters);
          if (now.type !== "as-before") {
            setStage(now.type === "gone" ? now : { type: "conflict", theirs: now.theirs, values: next });
            return stopped;
          }
          return async () => looked(settleUpdate(started, next, await readFilters(client)), next);
        },
      },
      // What changes no rule that anybody uses is saved at once; everything else is asked about.
      ask: async ({ base: started, next }) => {
        if (started === undefined || next.ipFilter === started.ipFilter) return false;
        const [filters, usedBy] = await Promise.all([readFilters(client), readUse(client, started.id)]);
        return findBase(started, filters).type === "as-before" && !isUnused(usedBy);
      },
      send: async ({ base: started, next }) =>
        started === undefined
          ? { id: await createIpFilter(next), ...next }
          : updateIpFilter(started.id, changesOf(started, next)),
      done: (saved, { base: started }) => {
        if (started === undefined) {
          announce(`The IP filter ${nameInText(saved.name)} was created.`);
          void navigate(paths.ipFilter(saved.id), { replace: true });
        } else {
          edit.restart(saved);
          setStale(filter);
          announce(`The IP filter ${nameInText(saved.name)} was saved. Its rules hold from now on.`);
        }
        void filtersChanged(client);
      },
      repeats: base !== undefined,
    },
    (field, message) => form.setError(field, { type: "server", message }, { shouldFocus: true }),
  );
  const backToForm = () => {
    sending.forget();
    setStage({ type: "editing" });
  };
  const watched = filter !== undefined && filter !== stale && stage.type === "editing" && !sending.unknown;
  const found = watched && base !== undefined ? findBase(base, [filter]) : undefined;

  return {
    sending,
    stage,
    overtaken: found?.type === "changed" ? found.theirs : undefined,
    save: async (next) => {
      setStage({ type: "editing" });
      await sending.submit({ base, next });
    },
    keepMine: (mine, theirs) => {
      if (base === undefined) return;
      const next = rebase(base, mine, theirs);
      edit.carryOver(theirs, next);
      setStage({ type: "editing" });
      const unasked = next.ipFilter === theirs.ipFilter || (use !== undefined && isUnused(use));
      if (!unasked) sending.askAbout({ base: theirs, next });
      else if (hasChanges(changesOf(theirs, next))) void sending.send({ base: theirs, next });
    },
    restart: (next) => {
      edit.restart(next);
      backToForm();
    },
    makeNew: () => {
      edit.carryOver(undefined);
      backToForm();
    },
    backToForm,
  };
}

function apiCallOf(base: IpFilter | undefined, next: FormValues): ShownCall {
  const shared = {
    resource: { type: "ip-filter", name: next.name, rules: parseIpFilter(next.ipFilter).rules },
  } as const;
  if (base === undefined) {
    return { ...shared, title: "Create an IP filter", document: CreateIpFilterDocument, variables: { input: next } };
  }
  return {
    ...shared,
    title: "Change an IP filter",
    document: UpdateIpFilterDocument,
    variables: { input: { id: base.id, ...next } },
    note: "It does not look first whether somebody else changed the filter meanwhile.",
  };
}
