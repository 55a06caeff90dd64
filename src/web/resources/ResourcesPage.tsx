import CheckIcon from "@mui/icons-material/CheckOutlined";
import Box from "@mui/material/Box";
import { Suspense, useRef, useState } from "react";

import { loadPart } from "#web/api/loadPart.ts";
import { lazyPart } from "#web/ui/lazyPart.tsx";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { TextSource } from "#web/ui/TextSource.tsx";

import { pastedName, readInput, type ResourceInput } from "./readInput.ts";

const Report = lazyPart(async () => (await loadPart(() => import("./Report.tsx"))).Report);

interface Given {
  readonly input: ResourceInput;
  /** Differs from one input to the next. */
  readonly number: number;
}

/** Holds resources of humio-operator against what is in force. */
export function ResourcesPage() {
  const [given, setGiven] = useState<Given>();
  const latest = useRef(0);
  const take = async (reading: Promise<ResourceInput> | ResourceInput) => {
    const number = ++latest.current;
    const input = await reading;
    // Something else was given meanwhile.
    if (number === latest.current) setGiven({ input, number });
  };
  const forget = () => {
    latest.current++;
    setGiven(undefined);
  };
  return (
    <>
      <PageHeader title="Resources">
        Holds resources of humio-operator against what is in force: which tokens and IP filters exist, differ, are missing, or are
        refused by the security policies. The files never leave this browser, and nothing is changed.
      </PageHeader>
      <Box sx={{ display: "flex", flexDirection: "column", gap: 5, maxWidth: 1100 }}>
        <TextSource
          label="Paste resources of Kubernetes, as YAML or JSON"
          chooserLabel="Files of resources"
          action="Check the resources"
          icon={<CheckIcon />}
          hint="Or drop files here. If one of them is a file of policies, the page also shows what its plan would stop."
          longNote="The pasted text is checked, but too long to be shown here."
          onText={(text) => void take({ files: [{ name: pastedName, text, named: true }], unread: [] })}
          onFiles={(files) => void take(readInput(files))}
          onForget={forget}
        />
        {given !== undefined && (
          <Suspense fallback={<LoadingShape label="Reading the resources" shape="table" rows={4} />}>
            <Report key={given.number} input={given.input} />
          </Suspense>
        )}
      </Box>
    </>
  );
}
