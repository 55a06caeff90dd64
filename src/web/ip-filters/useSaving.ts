import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { flushSync } from "react-dom";
import { useNavigate } from "react-router";

import { nameInText } from "#domain/name.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/client.ts";
import { paths } from "#web/paths.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { createIpFilter, filtersChanged, readFilters, readUse, updateIpFilter } from "./requests.ts";
import { changesOf, fieldOfFailure, findBase, hasChanges, rebase, settleCreation, settleUpdate, type Settled } from "./saving.ts";
import type { FilterEdit, FormValues } from "./useFilterEdit.ts";
import { isUnused, type FilterUse } from "./use.ts";

/** How far saving is. */
export type SavingStage =
  | { readonly type: "editing"; readonly failure?: Failure }
  /** Asks before rules in use are replaced; `pending` once that is under way. */
  | { readonly type: "confirming"; readonly values: FormValues; readonly pending?: boolean }
  /** Somebody else changed the filter meanwhile. */
  | { readonly type: "conflict"; readonly theirs: IpFilter; readonly values: FormValues }
  /** Somebody else deleted it. */
  | { readonly type: "gone" }
  /** The answer was lost; `settle` tells from the filters as they are now what became of the request. */
  | { readonly type: "lost"; readonly failure: Failure; readonly settle: (filters: readonly IpFilter[]) => Settled }
  | { readonly type: "done" };

/** Saving an edit, with every question and answer that it takes. */
export interface Saving {
  readonly stage: SavingStage;
  /** What somebody else made of the filter, where the page learnt of it while nothing was being saved. */
  readonly overtaken: IpFilter | undefined;
  /** Creates the filter, or saves what changed of it; asks first where new rules may affect somebody. */
  readonly save: (values: FormValues) => Promise<void>;
  /** Saves what was asked about. */
  readonly confirm: (values: FormValues) => void;
  /** Goes on after a lost answer, once the filters were read again. */
  readonly settled: (outcome: Settled) => void;
  /** Goes on with an edit as one of what is in force now, and asks anew: it is another change. */
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
  // What the list still holds after a save, until it is read again: nobody else's change.
  const [stale, setStale] = useState<IpFilter>();
  const { base, form } = edit;

  const found =
    filter !== undefined && filter !== stale && base !== undefined && stage.type === "editing"
      ? findBase(base, [filter])
      : undefined;

  const saved = (next: IpFilter) => {
    edit.restart(next);
    setStale(filter);
    setStage({ type: "editing" });
    announce(`The IP filter ${nameInText(next.name)} was saved. Its rules hold from now on.`);
    void filtersChanged(client);
  };
  const created = (id: string, called: string) => {
    // First the form gives up its guard against leaving; then the page is left.
    flushSync(() => setStage({ type: "done" }));
    announce(`The IP filter ${called} was created.`);
    void filtersChanged(client);
    void navigate(paths.ipFilter(id), { replace: true });
  };
  const failed = (failure: Failure, settle: (filters: readonly IpFilter[]) => Settled) => {
    if (failure.kind === "unknown-outcome") return setStage({ type: "lost", failure, settle });
    const field = fieldOfFailure(failure);
    if (field === undefined) return setStage({ type: "editing", failure });
    setStage({ type: "editing" });
    form.setError(field, { type: "server", message: failure.message }, { shouldFocus: true });
  };

  const create = async (next: FormValues) => {
    let known: ReadonlySet<string>;
    try {
      // What is there before tells, should the answer be lost, whether the filter was created.
      known = new Set((await readFilters(client)).map(({ id }) => id));
    } catch (error) {
      return setStage({ type: "editing", failure: failureOf(error) });
    }
    try {
      created(await createIpFilter(next), next.name);
    } catch (error) {
      failed(failureOf(error), (now) => settleCreation(next, known, now));
    }
  };
  /** Whether what is in force is no longer what the edit started from; the page then says so. */
  const overtakenIn = (filters: readonly IpFilter[], started: IpFilter, next: FormValues): boolean => {
    const now = findBase(started, filters);
    if (now.type === "gone") setStage({ type: "gone" });
    if (now.type === "changed") setStage({ type: "conflict", theirs: now.theirs, values: next });
    return now.type !== "as-before";
  };
  const update = async (started: IpFilter, next: FormValues) => {
    try {
      if (overtakenIn(await readFilters(client), started, next)) return;
    } catch (error) {
      return setStage({ type: "editing", failure: failureOf(error) });
    }
    try {
      saved(await updateIpFilter(started.id, changesOf(started, next)));
    } catch (error) {
      failed(failureOf(error), (now) => settleUpdate(started, next, now));
    }
  };
  /** Saves at once what changes no rule that anybody uses; asks about everything else. */
  const askOrUpdate = async (started: IpFilter, next: FormValues) => {
    if (next.ipFilter === started.ipFilter) return update(started, next);
    try {
      const [filters, usedBy] = await Promise.all([readFilters(client), readUse(client, started.id)]);
      if (overtakenIn(filters, started, next)) return;
      if (!isUnused(usedBy)) return setStage({ type: "confirming", values: next });
    } catch (error) {
      return setStage({ type: "editing", failure: failureOf(error) });
    }
    return update(started, next);
  };

  return {
    stage,
    overtaken: found?.type === "changed" ? found.theirs : undefined,
    save: async (next) => {
      setStage({ type: "editing" });
      await (base === undefined ? create(next) : askOrUpdate(base, next));
    },
    confirm: (next) => {
      if (base === undefined) return;
      setStage({ type: "confirming", values: next, pending: true });
      void update(base, next);
    },
    settled: (outcome) => {
      switch (outcome.type) {
        case "done":
          return base === undefined ? created(outcome.filter.id, outcome.filter.name) : saved(outcome.filter);
        case "not-done":
          return setStage({
            type: "editing",
            failure: { kind: "refused", message: "It was read again: the filter was not saved. You can save it now." },
          });
        case "other":
          return setStage({ type: "conflict", theirs: outcome.theirs, values: edit.values });
        case "gone":
          return setStage({ type: "gone" });
        default:
          return outcome satisfies never;
      }
    },
    keepMine: (mine, theirs) => {
      if (base === undefined) return;
      const next = rebase(base, mine, theirs);
      edit.carryOver(theirs, next);
      const unasked = next.ipFilter === theirs.ipFilter || (use !== undefined && isUnused(use));
      if (!unasked) return setStage({ type: "confirming", values: next });
      setStage({ type: "editing" });
      if (hasChanges(changesOf(theirs, next))) void update(theirs, next);
    },
    restart: (next) => {
      edit.restart(next);
      setStage({ type: "editing" });
    },
    makeNew: () => {
      edit.carryOver(undefined);
      setStage({ type: "editing" });
    },
    backToForm: () => setStage({ type: "editing" }),
  };
}
