import SearchIcon from "@mui/icons-material/FindInPageOutlined";
import UploadIcon from "@mui/icons-material/UploadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect, useId, useRef, useState, type ClipboardEvent, type DragEvent } from "react";

import { monospace } from "#web/theme.ts";
import { noManager } from "#web/ui/noManager.ts";

import type { ScanInput } from "./scanTypes.ts";

/** A longer text is searched as it is pasted, and not shown: a field that holds it would make the page slow. */
const longestShown = 500_000;

export interface SourceProps {
  readonly onScan: (input: ScanInput) => void;
  /** What was found is forgotten with what was pasted. */
  readonly onForget: () => void;
}

/** Where a text is pasted, or files are chosen or dropped. What is pasted stays in the field alone, and goes with the page. */
export function Source({ onScan, onForget }: SourceProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [note, setNote] = useState<string>();

  useEffect(() => {
    // Dropped beside the box, a file would be opened in place of the page.
    const keep = (event: Event) => event.preventDefault();
    window.addEventListener("dragover", keep);
    window.addEventListener("drop", keep);
    return () => {
      window.removeEventListener("dragover", keep);
      window.removeEventListener("drop", keep);
    };
  }, []);

  const scanFiles = (files: FileList | null) => {
    if (files === null || files.length === 0) return;
    setNote(undefined);
    onScan({ type: "files", files: [...files] });
  };
  const scanText = (text: string) => {
    if (text.trim() === "") {
      setNote("Paste something first, or choose a file.");
      field.current?.focus();
      return;
    }
    setNote(undefined);
    onScan({ type: "text", text });
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.clipboardData.files.length > 0) {
      event.preventDefault();
      scanFiles(event.clipboardData.files);
    } else if (text.length > longestShown) {
      event.preventDefault();
      scanText(text);
      setNote("The pasted text is searched, but too long to be shown here.");
    }
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    scanFiles(event.dataTransfer.files);
  };
  const forget = () => {
    if (field.current !== null) field.current.value = "";
    setNote(undefined);
    onForget();
    field.current?.focus();
  };

  return (
    <Box
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      sx={{
        border: "1px dashed",
        borderColor: over ? "text.primary" : "text.disabled",
        backgroundColor: over ? "action.hover" : undefined,
        borderRadius: 1,
        padding: 4,
        display: "flex",
        flexDirection: "column",
        gap: 3,
      }}
    >
      <Typography component="label" htmlFor={`${id}-text`}>
        Paste a log, a configuration or a single string
      </Typography>
      <Box
        component="textarea"
        id={`${id}-text`}
        ref={field}
        rows={6}
        {...noManager}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        aria-describedby={`${id}-note`}
        onPaste={paste}
        sx={{
          fontFamily: monospace,
          fontSize: "0.8125rem",
          color: "inherit",
          backgroundColor: "transparent",
          border: 1,
          borderColor: "text.secondary",
          borderRadius: 1,
          padding: 3,
          resize: "vertical",
          width: "100%",
        }}
      />
      <input
        ref={chooser}
        type="file"
        multiple
        aria-label="Files to search"
        tabIndex={-1}
        hidden
        onChange={(event) => {
          scanFiles(event.target.files);
          // So that choosing the same file again is a change.
          event.target.value = "";
        }}
      />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        <Button variant="contained" startIcon={<SearchIcon />} onClick={() => scanText(field.current?.value ?? "")}>
          Search the text
        </Button>
        <Button variant="outlined" startIcon={<UploadIcon />} onClick={() => chooser.current?.click()}>
          Choose files
        </Button>
        <Button onClick={forget}>Forget everything</Button>
      </Box>
      <Typography id={`${id}-note`} role="status" sx={{ color: note === undefined ? "text.secondary" : "warning.main" }}>
        {note ?? "Or drop files here, of any size; what gzip packed is unpacked."}
      </Typography>
    </Box>
  );
}
