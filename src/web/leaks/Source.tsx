import SearchIcon from "@mui/icons-material/FindInPageOutlined";

import { TextSource } from "#web/ui/TextSource.tsx";

import type { ScanInput } from "./scanTypes.ts";

export interface SourceProps {
  readonly onScan: (input: ScanInput) => void;
  readonly onForget: () => void;
}

/** Where the text comes from that is searched for tokens. */
export function Source({ onScan, onForget }: SourceProps) {
  return (
    <TextSource
      label="Paste a log, a configuration or a single string"
      chooserLabel="Files to search"
      action="Search the text"
      icon={<SearchIcon />}
      hint="Or drop files here, of any size; what gzip packed is unpacked."
      longNote="The pasted text is searched, but too long to be shown here."
      onText={(text) => onScan({ type: "text", text })}
      onFiles={(files) => onScan({ type: "files", files })}
      onForget={onForget}
    />
  );
}
