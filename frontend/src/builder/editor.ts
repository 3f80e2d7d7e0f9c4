// The editor of the JSON: what it looks like, and what the keyboard does in it.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching, codeFolding, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
  placeholder, rectangularSelection,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { source, triggers } from "./completion";
import type { Edit } from "./language";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--ink)" },
  { tag: tags.string, color: "var(--published)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--accent)" },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: "var(--soft)" },
]);

/** The blanks by which the text is indented; two where nothing is. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text.slice(0, 10_000))?.[1] ?? "  ";
}

export function createEditor(parent: HTMLElement, text: string, editable: boolean, more: Extension[]): EditorView {
  const shown: Extension[] = [
    lineNumbers(),
    foldGutter(),
    codeFolding(),
    lintGutter(),
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    indentOnInput(),
    indentUnit.of(unitOf(text)),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    search({ top: true }),
    json(),
    syntaxHighlighting(colours),
    autocompletion({ override: [source], maxRenderedOptions: 60 }),
    triggers,
    placeholder("Ctrl Space offers a whole Flow to begin with."),
    EditorState.readOnly.of(!editable),
    EditorView.contentAttributes.of({ "aria-label": "Flow JSON", spellcheck: "false", tabindex: "0" }),
    keymap.of([
      ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, ...foldKeymap, ...historyKeymap,
      ...defaultKeymap, ...(editable ? [indentWithTab] : []),
    ]),
  ];
  return new EditorView({ parent, state: EditorState.create({ doc: text, extensions: [...more, ...shown] }) });
}

/** Makes edits of the text as one step of the history. */
export function applyEdits(view: EditorView, edits: Edit[], event: string): void {
  if (edits.length === 0) return;
  view.dispatch({ changes: edits, userEvent: event, scrollIntoView: false });
}

/** Makes the text another one, changing only what differs at its middle: cursor and folds elsewhere stay. */
export function replaceText(view: EditorView, text: string, event: string): void {
  const before = view.state.doc.toString();
  const after = text.replace(/\r\n?/g, "\n");
  if (before === after) return;
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let [end, last] = [before.length, after.length];
  while (end > start && last > start && before[end - 1] === after[last - 1]) [end, last] = [end - 1, last - 1];
  view.dispatch({ changes: { from: start, to: end, insert: after.slice(start, last) }, userEvent: event });
}

/** Puts the cursor at a place and shows it. */
export function goTo(view: EditorView, at: number): void {
  const place = Math.min(at, view.state.doc.length);
  view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
  view.focus();
}
