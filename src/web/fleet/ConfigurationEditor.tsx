import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useId, useState } from "react";

import { TabRow } from "#web/secrets/TabRow.tsx";

import { DraftEditor } from "./DraftEditor.tsx";
import { textOf } from "./edit.ts";
import { LazyYamlEditor } from "./LazyYamlEditor.tsx";
import type { ConfigurationTexts } from "./queries.ts";

export interface ConfigurationEditorProps {
  readonly configuration: ConfigurationTexts;
  readonly mayChange: boolean;
  /** How many fleet tokens have the configuration; undefined while that is not known. */
  readonly uses: number | undefined;
}

/** The texts of a configuration: the draft to work on, and what is published. */
export function ConfigurationEditor({ configuration, mayChange, uses }: ConfigurationEditorProps) {
  const { version, yaml } = configuration;
  const id = useId();
  const [tab, setTab] = useState(mayChange || yaml === null ? "draft" : "published");
  const label = version === 0 ? "Published" : `Published, version ${version}`;
  return (
    <TabRow
      label="Texts"
      tabs={[
        { id: "draft", label: "Draft" },
        { id: "published", label },
      ]}
      value={tab}
      onChange={setTab}
      panel={`${id}-texts`}
    >
      <Box sx={{ paddingTop: 4 }}>
        {/* Stays there while the other one is looked at, with what was typed and can be undone. */}
        <Box hidden={tab !== "draft"}>
          <DraftEditor configuration={configuration} mayChange={mayChange} uses={uses} />
        </Box>
        {tab === "published" &&
          (yaml === null ? (
            <Typography sx={{ color: "text.secondary" }}>Nothing is published yet, so machines collect nothing.</Typography>
          ) : (
            <LazyYamlEditor label={`Published text, version ${version}`} value={textOf({ draft: null, yaml })} readOnly />
          ))}
      </Box>
    </TabRow>
  );
}
