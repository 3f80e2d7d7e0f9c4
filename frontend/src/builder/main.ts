// The Builder. Its only state is the text of the editor: everything else on the page is drawn from it.
import { openSearchPanel } from "@codemirror/search";
import { type ChangeDesc, Prec } from "@codemirror/state";
import { EditorView, keymap, type ViewUpdate } from "@codemirror/view";
import { cards } from "./completion";
import { drawDesign, setUpDesign } from "./design";
import { applyEdits, createEditor, goTo } from "./editor";
import { facts, part, perhaps, tell } from "./facts";
import { drawGraph, setUpGraph } from "./graph";
import { ask, type Checked, type Edit, type Problem } from "./language";
import { keepText, setUpPlayground } from "./playground";
import { setUpPanes } from "./panes";
import { followCursor, postText, runNow, setUpPreview } from "./preview";
import { setUpProblems, showProblems } from "./problems";
import { isDirty, keepSoon, save, setUpSaving } from "./saving";
import { drawScreens, markScreen, screenAt, setUpScreens } from "./screens";

const DEBOUNCE = 5;
let problems: Problem[] = [];
let timer = 0;
let isChecking = false;
let isWaiting = false;
/** What was changed since the text that is being checked. */
let drift: ChangeDesc | null = null;

/** Checks the text as it stands; while one check is on its way, of all that is typed only the last waits. */
async function check(): Promise<void> {
  if (isChecking) {
    isWaiting = true;
    return;
  }
  isChecking = true;
  await checkOnce().finally(() => (isChecking = false));
  if (!isWaiting) return;
  isWaiting = false;
  await check();
}

async function checkOnce(): Promise<void> {
  const text = view.state.doc.toString();
  drift = null;
  const posted = postText(text);
  try {
    const found = await ask<Checked>({ ask: "check", text });
    problems = found.problems.map(drifted);
    showProblems(view, problems, text);
    // Of a text that is out of date already the problems are shown at their places, and the next check draws the rest.
    if (isWaiting) return;
    drawScreens(view, found.screens, problems);
    void posted.then(() => followCursor(view));
    await Promise.all([drawGraph(view, problems), drawDesign(view)]);
  } catch (error) {
    part("count").textContent = error instanceof TypeError ? "Headrace does not answer" : (error as Error).message;
  }
}

/** A problem where its place is by now. */
function drifted(one: Problem): Problem {
  return drift ? { ...one, from: drift.mapPos(one.from, 1), to: drift.mapPos(one.to, -1) } : one;
}

function showCursor(): void {
  const head = view.state.selection.main.head;
  const line = view.state.doc.lineAt(head);
  part("cursor").textContent = `Line ${line.number}, column ${head - line.from + 1}`;
  markScreen(screenAt(head)?.name);
}

function showSize(): void {
  const bytes = new Blob([view.state.doc.toString()]).size;
  part("size").textContent = bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function updated(update: ViewUpdate): void {
  if (update.docChanged) {
    drift = drift ? drift.composeDesc(update.changes.desc) : update.changes.desc;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void check(), DEBOUNCE);
    if (!facts.is_playground) keepSoon(update.view);
    else keepText(update.view, false);
    showSize();
  }
  if (update.selectionSet || update.docChanged) {
    showCursor();
    if (!update.docChanged) {
      followCursor(update.view);
      void drawDesign(update.view);
    }
  }
}

async function edit(question: string, event: string, nothing: string): Promise<boolean> {
  const text = view.state.doc.toString();
  const { edits } = await ask<{ edits: Edit[] }>({ ask: question, text }).catch((error) => {
    tell((error as Error).message);
    return { edits: null };
  });
  if (!edits || view.state.doc.toString() !== text) return false;
  if (edits.length === 0) tell(nothing);
  applyEdits(view, edits, event);
  return true;
}

async function toDefinition(): Promise<void> {
  const { at } = await ask<{ at: number | null }>({ ask: "definition", text: view.state.doc.toString(), offset: view.state.selection.main.head });
  if (at !== null) goTo(view, at);
}

const format = () => void edit("format", "input.format", "The text is laid out already, or it is no JSON yet.");
const store = () => (facts.is_playground ? keepText(view) : void save(view));
const keys = Prec.highest(
  keymap.of([
    { key: "Mod-s", run: () => (store(), true), preventDefault: true },
    { key: "Mod-Enter", run: () => runNow(view) },
    { key: "Shift-Alt-f", run: () => (format(), true) },
    { key: "F12", run: () => (void toDefinition(), true) },
  ]),
);

const view: EditorView = createEditor(part("editor"), facts.text.replace(/\r\n?/g, "\n"), facts.editable, [
  keys,
  cards,
  EditorView.updateListener.of(updated),
]);

setUpProblems(view);
setUpPanes();
setUpScreens(view);
setUpGraph(view);
setUpDesign(view);
setUpPreview(view);
if (facts.is_playground) void setUpPlayground(view);
else setUpSaving(view);
showSize();
showCursor();
void check();

perhaps("format")?.addEventListener("click", format);
perhaps("fix-all")?.addEventListener("click", () => void edit("fix_all", "input.fix", "Nothing has a fix that is certain."));
part("search").addEventListener("click", () => openSearchPanel(view));
part("side-toggle").addEventListener("click", () => {
  const isShown = document.documentElement.toggleAttribute("data-side-shown");
  part("side-toggle").setAttribute("aria-expanded", String(isShown));
});
document.getElementById("tab-graph")?.addEventListener("click", () => window.setTimeout(() => void drawGraph(view, problems)));
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || event.defaultPrevented) return;
  event.preventDefault();
  store();
});
window.addEventListener("focus", () => document.documentElement.toggleAttribute("data-dirty", !facts.is_playground && isDirty(view)));
