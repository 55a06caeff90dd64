import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import Typography from "@mui/material/Typography";
import { useId, useImperativeHandle, useRef, type Ref } from "react";

import { lineStyle, RuleLines, type LineMark } from "./RuleLines.tsx";
import { lineSpan } from "./text.ts";
import { noManager } from "#web/ui/noManager.ts";

/** What a page can ask of the editor. */
export interface RuleEditorHandle {
  /** Selects a line (from 1), from a column (from 1) on, and takes the focus there. */
  readonly showLine: (line: number, column?: number) => void;
  readonly focus: () => void;
}

export interface RuleEditorProps {
  /** The text, with whatever line ends it has. */
  readonly value: string;
  /** Called with the text area's content, which knows only `\n`. */
  readonly onChange: (content: string) => void;
  readonly onBlur: () => void;
  /** What there is to say of the lines, by line from 1. */
  readonly marks: ReadonlyMap<number, readonly LineMark[]>;
  /** What is wrong with the text as a whole; shown below it. */
  readonly error: string | undefined;
  /** Id of the element that lists faults and remarks in words. */
  readonly describedBy: string;
  readonly ref?: Ref<RuleEditorHandle>;
}

/**
 * A text area for the rules of a filter. Its lines lie below it once more, unseen but for numbers, signs and notes, so that what there is to
 * say of a line stands at that line, and the text remains a plain text area for everybody and everything.
 */
export function RuleEditor({ value, onChange, onBlur, marks, error, describedBy, ref }: RuleEditorProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const content = value.replaceAll(/\r\n?/gu, "\n");

  useImperativeHandle(ref, () => ({
    focus: () => area.current?.focus(),
    showLine(line, column = 1) {
      const { current } = area;
      if (current === null) return;
      const { start, end } = lineSpan(current.value, line);
      current.focus({ preventScroll: true });
      current.setSelectionRange(Math.min(start + column - 1, end), end);
      const row = frame.current?.querySelector(`[data-line="${line}"]`);
      row?.scrollIntoView({ block: "nearest" });
    },
  }));

  return (
    <div>
      <Typography component="label" htmlFor={id} sx={{ display: "block", fontWeight: 600, marginBottom: 1 }}>
        Rules
      </Typography>
      <Box
        ref={frame}
        sx={{
          maxHeight: "max(240px, calc(100dvh - 420px))",
          overflow: "auto",
          border: 1,
          borderColor: error === undefined ? "text.disabled" : "error.main",
          borderRadius: 1,
          backgroundColor: "background.paper",
          paddingBlock: 2,
          scrollPaddingBlock: 22,
          "&:focus-within": { outline: "2px solid", outlineColor: "frame.focus", outlineOffset: 1 },
        }}
      >
        <Box sx={{ display: "grid", minHeight: 176, "& > *": { gridArea: "1 / 1" } }}>
          <div aria-hidden>
            <RuleLines text={content} marks={marks} underlay />
          </div>
          <Box
            component="textarea"
            ref={area}
            id={id}
            value={content}
            onChange={(event: React.ChangeEvent<HTMLTextAreaElement>) => onChange(event.target.value)}
            onBlur={onBlur}
            rows={1}
            spellCheck={false}
            {...noManager}
            autoCapitalize="off"
            aria-invalid={error !== undefined}
            aria-describedby={`${id}-help ${describedBy}`}
            sx={{
              ...lineStyle,
              display: "block",
              width: "100%",
              height: "100%",
              boxSizing: "border-box",
              margin: 0,
              paddingBlock: 0,
              border: 0,
              outline: "none",
              resize: "none",
              overflow: "hidden",
              background: "transparent",
              color: "text.primary",
              position: "relative",
              "&:focus-visible": { outline: "none" },
            }}
          />
        </Box>
      </Box>
      <FormHelperText id={`${id}-help`} error={error !== undefined}>
        {error ??
          "One rule a line (or separated by semicolons): allow or deny, then all, an address or a CIDR. The first rule that matches decides. Lines that begin with # are comments."}
      </FormHelperText>
    </div>
  );
}
