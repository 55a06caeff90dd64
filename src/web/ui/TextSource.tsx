import UploadIcon from "@mui/icons-material/UploadOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useEffect, useId, useRef, useState, type ClipboardEvent, type DragEvent, type ReactNode } from "react";

import { monospace } from "#web/theme.ts";

import { noManager } from "./noManager.ts";

/** A longer text is taken as it is pasted, and not shown: a field that holds it would make the page slow. */
const longestShown = 500_000;

export interface TextSourceProps {
  /** What to paste, and what the files are chosen for. */
  readonly label: string;
  readonly chooserLabel: string;
  /** What is done with a text: the words of the button, and its sign. */
  readonly action: string;
  readonly icon: ReactNode;
  /** What else can be dropped, as a sentence. */
  readonly hint: string;
  /** What becomes of a text that is too long to be shown. */
  readonly longNote: string;
  readonly onText: (text: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  /** What came of it is forgotten with what was pasted. */
  readonly onForget: () => void;
}

/** Where a text is pasted, or files are chosen or dropped. What is pasted stays in the field alone, and goes with the page. */
export function TextSource({ label, chooserLabel, action, icon, hint, longNote, onText, onFiles, onForget }: TextSourceProps) {
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

  const takeFiles = (files: FileList | null) => {
    if (files === null || files.length === 0) return;
    setNote(undefined);
    onFiles([...files]);
  };
  const takeText = (text: string) => {
    if (text.trim() === "") {
      setNote("Paste something first, or choose a file.");
      field.current?.focus();
      return;
    }
    setNote(undefined);
    onText(text);
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    if (event.clipboardData.files.length > 0) {
      event.preventDefault();
      takeFiles(event.clipboardData.files);
    } else if (text.length > longestShown) {
      event.preventDefault();
      takeText(text);
      setNote(longNote);
    }
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    takeFiles(event.dataTransfer.files);
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
        {label}
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
        aria-label={chooserLabel}
        tabIndex={-1}
        hidden
        onChange={(event) => {
          takeFiles(event.target.files);
          // So that choosing the same file again is a change.
          event.target.value = "";
        }}
      />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        <Button variant="contained" startIcon={icon} onClick={() => takeText(field.current?.value ?? "")}>
          {action}
        </Button>
        <Button variant="outlined" startIcon={<UploadIcon />} onClick={() => chooser.current?.click()}>
          Choose files
        </Button>
        <Button onClick={forget}>Forget everything</Button>
      </Box>
      <Typography id={`${id}-note`} role="status" sx={{ color: note === undefined ? "text.secondary" : "warning.main" }}>
        {note ?? hint}
      </Typography>
    </Box>
  );
}
