// Acts of visual editing: each becomes edits of the text, so that undoing is the editor's. What is chosen is kept here.
import type { EditorView } from "@codemirror/view";
import { applyEdits } from "./editor";
import { element, tell } from "./facts";
import { ask, type Edit } from "./language";

export type Path = (string | number)[];

/** The path of what is chosen, and who draws it anew. */
export const selection = { path: [] as Path, draw: (_view: EditorView) => {} };

export const same = (one: Path, other: Path) => JSON.stringify(one) === JSON.stringify(other);

export function button(text: string, title: string, act: () => void, className = "button small"): HTMLButtonElement {
  const made = element("button", className, text) as HTMLButtonElement;
  made.type = "button";
  made.title = title;
  made.setAttribute("aria-label", title);
  made.addEventListener("click", act);
  return made;
}

let last: Promise<unknown> = Promise.resolve();

/** Does an act after those that are under way: leaving a field by pressing a button is two at once. */
export function act(view: EditorView, asked: Record<string, unknown>): Promise<boolean> {
  const done = last.then(() => perform(view, asked));
  last = done;
  return done;
}

async function perform(view: EditorView, asked: Record<string, unknown>): Promise<boolean> {
  const text = view.state.doc.toString();
  try {
    const done = await ask<{ edits: Edit[]; select: Path | null }>({ ask: "act", text, ...asked });
    if (view.state.doc.toString() !== text) return false;
    if (done.select && asked.act !== "set") selection.path = done.select;
    else if (asked.act === "remove" && same(asked.path as Path, selection.path)) selection.path = selection.path.slice(0, 2);
    applyEdits(view, done.edits, "input.design");
    if (done.edits.length === 0) selection.draw(view);
    return true;
  } catch (error) {
    tell((error as Error).message);
    selection.draw(view);
    return false;
  }
}
