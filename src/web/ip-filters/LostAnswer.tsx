import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Failure } from "#logscale/errors.ts";
import { failureOf } from "#web/api/client.ts";
import { ErrorState } from "#web/ui/ErrorState.tsx";

import { readFilters } from "./requests.ts";
import type { IpFilter } from "./requests.ts";

/** What {@link LostAnswer} takes. */
export interface LostAnswerProps {
  /** What is not known: "It is not known whether the filter was saved". */
  readonly title: string;
  readonly failure: Failure;
  /** Called with the filters as they are now. */
  readonly onRead: (filters: readonly IpFilter[]) => void;
}

/** Said when the answer to a change was lost: nothing is sent again, what is in force is read instead. */
export function LostAnswer({ title, failure, onRead }: LostAnswerProps) {
  const client = useQueryClient();
  const [reading, setReading] = useState(false);
  const [again, setAgain] = useState<Failure>();
  const read = async () => {
    setReading(true);
    try {
      onRead(await readFilters(client));
    } catch (error) {
      setAgain(failureOf(error));
      setReading(false);
    }
  };
  return (
    <ErrorState
      title={title}
      failure={again === undefined ? failure : { ...failure, message: `${failure.message} ${again.message}` }}
      actions={
        <Button color="inherit" size="small" loading={reading} onClick={() => void read()}>
          Read again
        </Button>
      }
    />
  );
}
