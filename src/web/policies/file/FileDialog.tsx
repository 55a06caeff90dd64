import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router";

import { nameInText } from "#domain/name.ts";
import type { FilterChange } from "#domain/policy/file/resolve.ts";
import { failureOf } from "#web/api/client.ts";
import { ipFiltersQuery, policiesQuery } from "#web/api/queries.ts";
import { paths } from "#web/paths.ts";
import { draftOf } from "#web/policies/draft/draft.ts";
import { differenceWords, valueTitle } from "#web/policies/draft/values.ts";
import { useOrganization } from "#web/state/organization.tsx";
import { CodeBlock } from "#web/ui/CodeBlock.tsx";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count } from "#web/ui/counts.ts";
import { DialogFrame } from "#web/ui/DialogFrame.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { Name, Words } from "#web/ui/Name.tsx";
import type { FileText } from "#web/ui/textOfFile.ts";

import { compareFile, type FileComparison } from "./compare.ts";
import type { DraftForFiles } from "./FileMenu.tsx";

export interface FileDialogProps {
  /** The name of the file. */
  readonly file: string;
  readonly read: FileText;
  readonly draft: DraftForFiles;
  readonly onClose: () => void;
}

/**
 * What a file says against what is in force, also once filters have changed in another tab. From here its policies get into the draft; nothing
 * is applied.
 */
export function FileDialog({ file, read, draft: { edited, withSystem, restart }, onClose }: FileDialogProps) {
  // Read anew: what is in force decides what the file means.
  const policies = useQuery({ ...policiesQuery, staleTime: 0 });
  const filters = useQuery({ ...ipFiltersQuery, staleTime: 0 });
  const failed = [policies, filters].find(({ isError }) => isError);
  const inForce = policies.isFetchedAfterMount && filters.isFetchedAfterMount ? policies.data?.policies : undefined;
  const comparison =
    "text" in read && inForce !== undefined && filters.data !== undefined
      ? compareFile(read.text, { current: inForce, filters: filters.data, withSystem })
      : undefined;
  const puts = comparison?.ok === true && (comparison.differences.length > 0 || edited);
  return (
    <DialogFrame
      title={nameInText(file)}
      width="md"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{puts ? "Cancel" : "Close"}</Button>
          {puts && inForce !== undefined && (
            <Button
              variant="contained"
              onClick={() => {
                restart(inForce, draftOf(comparison.draft));
                onClose();
              }}
            >
              {edited ? "Replace the draft" : "Put in the draft"}
            </Button>
          )}
        </>
      }
    >
      {"why" in read ? (
        <Typography>{read.why} The draft is as it was.</Typography>
      ) : failed !== undefined ? (
        <Typography>
          What is in force could not be read, so nobody can say what the file changes. {failureOf(failed.error).message}
        </Typography>
      ) : comparison === undefined ? (
        <LoadingShape label="Reading what is in force" shape="form" rows={3} />
      ) : comparison.ok ? (
        <Compared comparison={comparison} edited={edited} />
      ) : (
        <Errors errors={comparison.errors} />
      )}
    </DialogFrame>
  );
}

function Errors({ errors }: Pick<Extract<FileComparison, { ok: false }>, "errors">) {
  return (
    <>
      <Typography>The draft is as it was. Correct the file and open it again.</Typography>
      <List label="Errors of the file">
        {errors.map(({ line, column, message }) => (
          <li key={`${line}:${column}:${message}`}>
            Line {count(line)}, column {count(column)}: <Words>{message}</Words>
          </li>
        ))}
      </List>
    </>
  );
}

function Compared({
  comparison: { differences, leftOut, filters },
  edited,
}: {
  readonly comparison: Extract<FileComparison, { ok: true }>;
  readonly edited: boolean;
}) {
  const { filterName } = useOrganization();
  return (
    <>
      <Typography>
        {differences.length + leftOut.length + filters.length === 0
          ? "All that it says is in force."
          : differences.length > 0
            ? "Against what is in force now, its policies change:"
            : "Its policies change nothing of what is in force now."}
      </Typography>
      <List label="Policies that the file changes">
        {differences.map((difference) => (
          <li key={`${difference.kind}.${difference.field}`}>{differenceWords(difference, filterName)}</li>
        ))}
      </List>
      {leftOut.length > 0 && (
        <>
          <Typography>The draft cannot hold:</Typography>
          <List label="Left out of the draft">
            {leftOut.map(({ kind, field, why }) => (
              <li key={`${kind}.${field}`}>
                {valueTitle({ kind, field })}: <Words>{why}</Words>
              </li>
            ))}
          </List>
        </>
      )}
      {filters.length > 0 && (
        <>
          <Typography>
            The rules of these IP filters differ. They are not changed from here: copy them into the filter’s form, which shows
            whom they lock out. Until they are saved there, the draft is judged by the rules in force.
          </Typography>
          <List label="IP filters that differ">
            {filters.map((filter) => (
              <li key={filter.type === "create" ? filter.id : filter.filter.id}>
                <FilterRules change={filter} />
              </li>
            ))}
          </List>
        </>
      )}
      <Typography sx={{ color: "text.secondary" }}>
        Nothing is applied from here.
        {edited && " The draft begins anew with what the file says; what you changed in it is replaced."}
      </Typography>
    </>
  );
}

function FilterRules({ change }: { readonly change: FilterChange }) {
  const isNew = change.type === "create";
  const called = isNew ? change.name : change.filter.name;
  return (
    <Box sx={{ display: "flex", flexDirection: "column", gap: 1, marginBottom: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 3, rowGap: 1 }}>
        {/* In a tab of its own, so that the file stays open, and the draft as it is. */}
        <Link component={RouterLink} to={isNew ? paths.newIpFilter : paths.ipFilter(change.filter.id)} target="_blank">
          {isNew ? "Create " : "Edit "}
          <Name>{called}</Name>
        </Link>
        {isNew && <CopyButton text={() => called} label="Copy the name" labelled />}
        <CopyButton text={() => change.text} label="Copy the rules" labelled />
      </Box>
      <CodeBlock label="Rules in the file" wrap>
        {change.text}
      </CodeBlock>
    </Box>
  );
}

function List({ label, children }: { readonly label: string; readonly children: readonly ReactNode[] }) {
  return (
    children.length > 0 && (
      <Box component="ul" aria-label={label} sx={listStyle}>
        {children}
      </Box>
    )
  );
}

const listStyle = { margin: 0, paddingLeft: 5, overflowWrap: "anywhere" } as const;
