import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useEffect, useRef, type ReactNode } from "react";

import type { Failure } from "#logscale/errors.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";
import { Instant } from "#web/ui/Instant.tsx";
import { announce } from "#web/ui/LiveRegion.tsx";
import { useRememberedList } from "#web/ui/lists.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { ReadAgain } from "#web/ui/ReadAgain.tsx";
import { presentAfter } from "#web/ui/times.ts";

/** Each state of a list must be given, so that no list forgets one. */
export interface ListPageProps<Data> {
  readonly title: string;
  /** The path that the items of the list lead back to. */
  readonly path: string;
  /** What the page lists, within a sentence: "IP filters". */
  readonly what: string;
  /** What these things are for. */
  readonly purpose: ReactNode;
  /** What was read last; undefined until something was. */
  readonly data: Data | undefined;
  /** Why the last reading failed. What was read before stays in sight. */
  readonly failure: Failure | undefined;
  readonly reading: boolean;
  readonly onRead: () => void;
  /** Stands in place of the list where the caller may not see it; undefined where they may. */
  readonly hidden: ReactNode;
  /** Says what the list lacks, and why; undefined where it lacks nothing. */
  readonly partial: ReactNode;
  /** When `data` was read, ms since epoch, where the page says so. */
  readonly readAt?: number | undefined;
  /** How far the first reading is. */
  readonly progress?: { readonly loaded: number; readonly total: number } | undefined;
  /** Links to the lists beside this one. */
  readonly tabs?: ReactNode;
  /** What creates another, or is there to be done about the whole list. */
  readonly create?: ReactNode;
  /** The list itself. */
  readonly children: (data: Data) => ReactNode;
}

/** The page of a list: its heading, and the list in each state that it can be in. */
export function ListPage<Data>(props: ListPageProps<Data>) {
  const {
    title,
    path,
    what,
    purpose,
    data,
    failure,
    reading,
    onRead,
    hidden,
    partial,
    readAt,
    progress,
    tabs,
    create,
    children,
  } = props;
  useRememberedList(path);
  const asked = useRef(false);
  useEffect(() => {
    if (reading || !asked.current) return;
    asked.current = false;
    // Of a failure the page tells by itself.
    if (failure === undefined) announce(`The ${what} were read again.`);
  }, [reading, failure, what]);
  const read = () => {
    asked.current = true;
    onRead();
  };
  const isHidden = hidden !== undefined;
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <>
            <Box sx={{ display: "flex", alignItems: "center", gap: 3 }}>
              {readAt !== undefined && <ReadAt at={readAt} />}
              <ReadAgain busy={reading} onRead={read} />
            </Box>
            {create}
          </>
        }
      >
        {purpose}
      </PageHeader>
      {tabs}
      {failure !== undefined && !isHidden && (
        <Box sx={{ marginBottom: 4 }}>
          <ErrorState
            title={
              data === undefined
                ? `The ${what} could not be read`
                : `The ${what} could not be read again; below is what was read before`
            }
            failure={failure}
            onRetry={read}
          />
        </Box>
      )}
      {isHidden ? (
        hidden
      ) : data === undefined ? (
        failure === undefined && <LoadingShape label={`Loading the ${what}`} shape="table" rows={12} progress={progress} />
      ) : (
        <>
          {partial}
          {children(data)}
        </>
      )}
    </>
  );
}

function ReadAt({ at }: { readonly at: number }) {
  const now = useServerNow();
  return (
    <Typography variant="caption" sx={{ color: "text.secondary" }}>
      Read <Instant at={at} now={presentAfter(at, now)} />
    </Typography>
  );
}
