import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useId, useMemo } from "react";

import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { Session } from "#web/api/session.ts";
import { useServerNow } from "#web/api/useServerNow.ts";
import type { UseReach } from "#web/last-use/auditUse.ts";
import { ScrollBox } from "#web/ui/ScrollBox.tsx";
import { mainAndSide } from "#web/ui/mainAndSide.ts";

import { Findings } from "./Findings.tsx";
import { impactOn } from "./impact.ts";
import { RuleLines } from "./RuleLines.tsx";
import { Tester } from "./Tester.tsx";
import { readText } from "./text.ts";
import { tokensUsing, type FilterUse } from "./use.ts";
import { UsePanel } from "./UsePanel.tsx";
import { UsersTable } from "./UsersTable.tsx";
import { lineMarks, useTester } from "./useTester.ts";

export interface FilterReaderProps {
  readonly filter: IpFilter;
  readonly use: FilterUse;
  /** How far last use is known. */
  readonly reach: UseReach;
  readonly session: Session;
}

/** A filter for those who may not change filters: its rules, what there is to remark, and the tester. */
export function FilterReader({ filter: { ipFilter }, use, reach, session }: FilterReaderProps) {
  const id = useId();
  const now = useServerNow();
  const read = useMemo(() => readText(ipFilter), [ipFilter]);
  const tester = useTester(read.rules, session.clientAddress);
  const marks = useMemo(() => lineMarks(read, tester.tested), [read, tester.tested]);
  const impacts = useMemo(() => impactOn(tokensUsing(use), read.rules, read.rules, now), [use, read, now]);
  return (
    <>
      <Box sx={mainAndSide}>
        <Box sx={{ display: "flex", flexDirection: "column", gap: 5, minWidth: 0 }}>
          <Alert severity="info">
            You may read and test this filter, but not change it. That takes the permission to change IP filters.
          </Alert>
          <section aria-labelledby={`${id}-rules`}>
            <Typography id={`${id}-rules`} variant="h3" component="h2" sx={{ marginBottom: 1 }}>
              Rules
            </Typography>
            <ScrollBox label="Rules of the IP filter" maxHeight="max(240px, calc(100dvh - 420px))">
              <RuleLines text={ipFilter.replaceAll(/\r\n?/gu, "\n")} marks={marks} />
            </ScrollBox>
          </section>
          <Findings id={`${id}-findings`} read={read} onTry={tester.add} />
        </Box>
        <Box sx={{ display: "flex", flexDirection: "column", gap: 5, minWidth: 0 }}>
          <Tester
            text={tester.text}
            onChange={tester.setText}
            typed={tester.typed}
            tested={tester.tested}
            faulty={read.faults.length > 0}
            inForce={undefined}
            session={session}
          />
          <UsePanel use={use} />
        </Box>
      </Box>
      <Box sx={{ marginTop: 6 }}>
        <UsersTable impacts={impacts} edited={false} reach={reach} />
      </Box>
    </>
  );
}
