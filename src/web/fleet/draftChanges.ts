import type { QueryClient } from "@tanstack/react-query";

import type { Failure } from "#logscale/errors.ts";
import { PublishCollectorConfigurationDocument, SaveCollectorDraftDocument } from "#logscale/generated/configurations.ts";
import { notShown, type ShownCall } from "#web/api-call/ApiCallButton.tsx";
import { call } from "#web/api/client.ts";
import { changeFinding, lostWords } from "#web/form/findings.ts";
import type { ActionOptions } from "#web/form/useAction.ts";
import { stopped } from "#web/form/useSending.ts";
import { announce } from "#web/ui/LiveRegion.tsx";

import { baseOf, isCurrent, textOf, type Edit } from "./edit.ts";
import { configurationQuery, fleetChanged, type ConfigurationTexts } from "./queries.ts";

/** What can be done with the text of a draft. */
export type DraftChange = "save" | "publish" | "discard";

/** What changes of a draft start from, and whom they tell. */
export interface DraftContext {
  readonly client: QueryClient;
  readonly configuration: ConfigurationTexts;
  readonly edit: Edit | undefined;
  /** Called instead of sending, where somebody else made a change. */
  readonly onOvertaken: (what: DraftChange) => void;
  /** Called once it was done. */
  readonly onDone: () => void;
}

export const draftFailures = {
  save: "The draft was not saved",
  publish: "The configuration was not published",
  discard: "The draft was not discarded",
} as const satisfies Record<DraftChange, string>;

/** The message where somebody else made a change and nothing was typed that needs a decision. */
export const overtakenUnseen: Failure = {
  kind: "refused",
  message: "Somebody else changed it meanwhile, and what you see now is theirs.",
};

/** The changes of a draft, each as what sends it. */
export function draftChanges({ client, configuration, edit, onOvertaken, onDone }: DraftContext) {
  const { id, version } = configuration;
  const text = edit?.text ?? textOf(configuration);
  const base = edit?.base ?? baseOf(configuration);
  const read = () => client.query({ ...configurationQuery(id), staleTime: 0 });

  const change = (
    what: DraftChange,
    told: string,
    [first, ...others]: readonly [ShownCall, ...ShownCall[]],
    send: () => Promise<unknown>,
    holds: (now: ConfigurationTexts) => boolean,
  ): ActionOptions<void> => ({
    failure: draftFailures[what],
    calls: () => [first, ...others],
    lost: {
      ...lostWords,
      watch: async () => {
        // LogScale replaces a draft without asking whose it is, so the present one is read first.
        if (!isCurrent(base, await read())) {
          onOvertaken(what);
          return stopped;
        }
        return async () => {
          const now = await read();
          return holds(now) ? { found: undefined } : changeFinding("configuration", now, false);
        };
      },
    },
    send: async () => void (await send()),
    done: async () => {
      await fleetChanged(client);
      announce(told);
      onDone();
    },
    failed: () => void fleetChanged(client),
  });

  const saving: ShownCall = {
    title: "Save the draft of a collector configuration",
    document: SaveCollectorDraftDocument,
    variables: { id, draft: notShown },
    note: "The text is not shown, since it may name ingest tokens. A script does not look first whether somebody else changed the draft.",
  };
  const publishing: ShownCall = {
    title: `Publish version ${base.version + 1} of a collector configuration`,
    document: PublishCollectorConfigurationDocument,
    variables: { id, yaml: notShown, currentVersion: base.version },
    note: "The text is not shown, since it may name ingest tokens. Whoever published another version meanwhile is not overwritten: it is refused then.",
  };
  const discarding: ShownCall = {
    title: "Discard the draft of a collector configuration",
    document: SaveCollectorDraftDocument,
    variables: { id, draft: null },
    note: "A script does not look first whether somebody else changed the draft.",
  };
  return {
    save: {
      ...change(
        "save",
        "The draft was saved.",
        [saving, publishing],
        () => call(SaveCollectorDraftDocument, { id, draft: text }),
        (now) => now.draft !== null && textOf(now) === text,
      ),
      repeats: true,
    },
    publish: change(
      "publish",
      `Version ${version + 1} was published.`,
      [publishing],
      () => call(PublishCollectorConfigurationDocument, { id, yaml: text, currentVersion: base.version }),
      (now) => now.version === base.version + 1 && textOf({ draft: null, yaml: now.yaml }) === text,
    ),
    discard: change(
      "discard",
      "The draft was discarded.",
      [discarding],
      () => call(SaveCollectorDraftDocument, { id, draft: null }),
      (now) => now.draft === null,
    ),
  } as const satisfies Record<DraftChange, ActionOptions<void>>;
}
