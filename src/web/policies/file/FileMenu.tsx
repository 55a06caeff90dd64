import ListItemText from "@mui/material/ListItemText";
import Menu from "@mui/material/Menu";
import MenuItem, { type MenuItemProps } from "@mui/material/MenuItem";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Policies } from "#domain/policy/policy.ts";
import { writePoliciesFile } from "#logscale/writePoliciesFile.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import type { Draft } from "#web/policies/draft/useDraft.ts";
import { ConfirmDialog } from "#web/ui/ConfirmDialog.tsx";
import { downloadText } from "#web/ui/download.ts";
import { lazyDialog } from "#web/ui/lazyPart.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { textOfFile, type FileText } from "#web/ui/textOfFile.ts";

// With what reads YAML, which saving needs not.
const FileDialog = lazyDialog(async () => (await import("./FileDialog.tsx")).FileDialog);

/** What opening and saving files has to know of a draft. */
export interface DraftForFiles extends Pick<Draft, "form" | "restart"> {
  /** Whether the draft says anything else than what is in force. */
  readonly edited: boolean;
  /** Whether the caller may change the policy of system tokens. */
  readonly withSystem: boolean;
}

export interface FileMenuProps {
  /** The draft; undefined for those who may not change the policies. */
  readonly draft: DraftForFiles | undefined;
  /** What the menu stands at. */
  readonly at: HTMLElement;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

/** A file that could not be saved. */
interface Unsaved {
  readonly why: string;
  readonly again: () => void;
}

/** What can be done with files of policies. Nothing is applied from here. */
export function FileMenu({ draft, at, open, setOpen }: FileMenuProps) {
  const client = useQueryClient();
  const onClose = () => setOpen(false);
  const input = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState<{ readonly file: string; readonly read: FileText }>();
  const [unsaved, setUnsaved] = useState<Unsaved>();

  const save = (file: string, policies: () => Policies | Promise<Policies>) => {
    void (async () => {
      try {
        downloadText(file, "application/yaml", writePoliciesFile(await policies(), await listedFilters(client)));
        announce(`Saved as ${file}.`);
      } catch (error) {
        setUnsaved({ why: failureOf(error).message, again: () => save(file, policies) });
      }
    })();
  };
  const saveInForce = () => {
    onClose();
    save("policies.yaml", async () => (await client.query({ ...policiesQuery, staleTime: 0 })).policies);
  };
  const saveDraft = ({ form }: DraftForFiles) => {
    onClose();
    // What is not valid is said at its field, and nothing is saved.
    void form.handleSubmit((policies) => save("policies-draft.yaml", () => policies))();
  };

  return (
    <>
      <Menu anchorEl={at} open={open} onClose={onClose}>
        <Item label="Save as file" about="What is in force, as policies.yaml" onClick={saveInForce} />
        {draft?.edited === true && (
          <Item
            label="Save the draft as file"
            about="What it would put in force, as policies-draft.yaml"
            onClick={() => saveDraft(draft)}
          />
        )}
        {draft && (
          <Item
            label="Open a file"
            about="Puts its policies in the draft; nothing is applied"
            onClick={() => {
              onClose();
              input.current?.click();
            }}
          />
        )}
      </Menu>
      <input
        ref={input}
        type="file"
        accept=".yaml,.yml,application/yaml,text/yaml"
        aria-label="File of policies"
        tabIndex={-1}
        hidden
        onChange={({ target }) => {
          const chosen = target.files?.[0];
          if (chosen) void textOfFile(chosen).then((read) => setOpened({ file: chosen.name, read }));
          // So that choosing the same file again is a change.
          target.value = "";
        }}
      />
      {opened && draft && (
        <Suspense fallback={null}>
          <FileDialog {...opened} draft={draft} onClose={() => setOpened(undefined)} />
        </Suspense>
      )}
      {unsaved && (
        <ConfirmDialog
          title="The file was not saved"
          confirm="Try again"
          cancel="Close"
          onConfirm={() => {
            setUnsaved(undefined);
            unsaved.again();
          }}
          onCancel={() => setUnsaved(undefined)}
        >
          {unsaved.why}
        </ConfirmDialog>
      )}
    </>
  );
}

interface ItemProps {
  readonly label: string;
  readonly about: string;
  readonly onClick: () => void;
}

function Item({ label, about, ...item }: ItemProps & Omit<MenuItemProps, keyof ItemProps>) {
  return (
    <MenuItem {...item}>
      <ListItemText primary={label} secondary={about} />
    </MenuItem>
  );
}

/** All IP filters; none where they cannot be listed, since a name of which nobody knows whether others have it names nothing. */
async function listedFilters(client: QueryClient): Promise<readonly IpFilter[]> {
  try {
    return await client.query({ ...ipFiltersQuery, staleTime: 0 });
  } catch (error) {
    if (failureOf(error).kind === "refused") return [];
    throw error;
  }
}
