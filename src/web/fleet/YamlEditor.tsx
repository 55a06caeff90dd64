import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, linter, lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import Box from "@mui/material/Box";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";

import { checkCollectorYaml } from "#logscale/collectorYaml.ts";
import { styleCache } from "#web/styleCache.ts";
import { monospace } from "#web/theme.ts";

/** What a page can ask of the editor. */
export interface YamlEditorHandle {
  /** Puts the cursor at an offset of the text, and the focus into the editor. */
  readonly showPlace: (offset: number) => void;
}

export interface YamlEditorProps {
  readonly label: string;
  /** The text to show; when it becomes another one than what was typed, it takes its place. */
  readonly value: string;
  readonly onChange?: (value: string) => void;
  readonly readOnly?: boolean;
  readonly ref?: Ref<YamlEditorHandle>;
}

/**
 * An editor of YAML that marks faults as one types. The tab key leaves it, as it leaves every field; Ctrl with the square brackets moves lines
 * in and out.
 */
export default function YamlEditor({ label, value, onChange, readOnly = false, ref }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const onTyped = useRef(onChange);
  const first = useRef({ value, label, readOnly });
  useEffect(() => {
    onTyped.current = onChange;
  });

  useEffect(() => {
    if (place.current === null) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          ...extensions,
          mode.of(modeOf(first.current.label, first.current.readOnly)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onTyped.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = undefined;
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const { current } = view;
    if (current === undefined || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: mode.reconfigure(modeOf(label, readOnly)) });
  }, [label, readOnly]);

  useImperativeHandle(ref, () => ({
    showPlace(offset) {
      const { current } = view;
      if (current === undefined) return;
      const anchor = Math.min(offset, current.state.doc.length);
      current.dispatch({ selection: { anchor }, scrollIntoView: true });
      current.focus();
    },
  }));

  return <Box ref={place} sx={{ minWidth: 0 }} />;
}

const mode = new Compartment();

function modeOf(label: string, readOnly: boolean): Extension {
  return [
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-readonly": String(readOnly),
      spellcheck: "false",
      translate: "no",
    }),
  ];
}

/** Colours of the theme as the page's own variables, so that light and dark need nothing here. */
const color = (shade: string) => `var(--mui-palette-${shade})`;

const look = EditorView.theme({
  "&": {
    color: color("text-primary"),
    backgroundColor: color("background-paper"),
    border: `1px solid ${color("divider")}`,
    borderRadius: "4px",
    fontSize: "0.8125rem",
  },
  "&.cm-focused": { outline: `2px solid ${color("frame-focus")}`, outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: monospace, lineHeight: "1.6", maxHeight: "max(320px, calc(100dvh - 420px))", overflow: "auto" },
  ".cm-content": { minHeight: "240px", caretColor: color("text-primary") },
  ".cm-cursor": { borderLeftColor: color("text-primary") },
  ".cm-gutters": { backgroundColor: color("frame-well"), color: color("text-secondary"), border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: `color-mix(in srgb, ${color("frame-well")} 60%, transparent)` },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: `color-mix(in srgb, ${color("frame-focus")} 30%, transparent)`,
  },
  // The editor's own marks are images in data: URLs, which the content security policy refuses.
  ".cm-lintRange-error, .cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy 1px" },
  ".cm-lintRange-error": { textDecorationColor: color("error-main") },
  ".cm-lintRange-warning": { textDecorationColor: color("warning-main") },
  ".cm-lintRange-active": { backgroundColor: `color-mix(in srgb, ${color("warning-main")} 22%, transparent)` },
  ".cm-lint-marker": { margin: "0.3em 0.1em 0", width: "0.8em", height: "0.8em" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: color("error-main"), borderRadius: "50%" },
  ".cm-lint-marker-warning": {
    content: "normal",
    backgroundColor: color("warning-main"),
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
  },
  ".cm-diagnostic-error": { borderLeftColor: color("error-main") },
  ".cm-diagnostic-warning": { borderLeftColor: color("warning-main") },
  ".cm-tooltip": {
    color: color("text-primary"),
    backgroundColor: color("background-paper"),
    border: `1px solid ${color("divider")}`,
  },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: color("info-main"), fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string), tags.content], color: color("text-primary") },
  { tag: [tags.comment, tags.lineComment], color: color("text-secondary"), fontStyle: "italic" },
  { tag: [tags.meta, tags.keyword, tags.labelName, tags.typeName], color: color("warning-main") },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: color("text-secondary") },
]);

const extensions: readonly Extension[] = [
  // Where constructed style sheets are missing, the editor inserts style elements.
  styleCache.nonce === undefined ? [] : EditorView.cspNonce.of(styleCache.nonce),
  look,
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  history(),
  drawSelection(),
  EditorView.lineWrapping,
  EditorState.tabSize.of(2),
  indentUnit.of("  "),
  indentOnInput(),
  bracketMatching(),
  yaml(),
  syntaxHighlighting(highlighting),
  lintGutter(),
  linter(
    ({ state }) =>
      checkCollectorYaml(state.doc.toString()).map(({ from, to, severity, message }) => ({
        from: Math.min(from, state.doc.length),
        to: Math.min(to, state.doc.length),
        severity,
        message,
      })),
    { delay: 300 },
  ),
  // Chromium keeps the looks of a selection that is typed over by a style attribute, which the content security policy refuses and reports.
  EditorView.domEventHandlers({
    beforeinput(event, view) {
      const { inputType, data, isComposing } = event;
      const { state } = view;
      if (inputType !== "insertText" || data === null || isComposing || state.readOnly || state.selection.main.empty)
        return false;
      view.dispatch(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
      return true;
    },
  }),
  keymap.of([
    { key: "Mod-[", run: indentLess },
    { key: "Mod-]", run: indentMore },
    ...defaultKeymap,
    ...historyKeymap,
    ...lintKeymap,
  ]),
];
