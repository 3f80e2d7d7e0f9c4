// Visual editing of the same text: the tree of a screen, and the properties of what is chosen. Every act becomes edits of
// the text, so that undoing is the editor's.
import type { EditorView } from "@codemirror/view";
import { act, button, type Path, same, selection } from "./acts";
import { element, facts, part } from "./facts";
import { drawInspector, type Inspector } from "./inspector";
import { ask } from "./language";
import { allScreens, screenAt } from "./screens";

interface Item {
  path: Path;
  type: string;
  shown: string;
  from: number;
  to: number;
  lists: List[];
}

interface List {
  path: Path;
  name: string;
  items: Item[];
}

interface Design {
  tree: { path: Path; id: string; lists: List[] } | null;
  palette: { name: string; components: { type: string; about: string }[] }[];
  inspector: Inspector | null;
}

let drawing = 0;
let palette: Design["palette"] = [];

function adder(view: EditorView, list: List): HTMLElement {
  const chooser = element("select", "control add") as HTMLSelectElement;
  chooser.setAttribute("aria-label", "Add a component");
  chooser.append(new Option("Add a component", ""));
  for (const group of palette) {
    const options = document.createElement("optgroup");
    options.label = group.name;
    for (const one of group.components) {
      const option = new Option(one.type, one.type);
      option.title = one.about;
      options.append(option);
    }
    chooser.append(options);
  }
  chooser.addEventListener("change", () => {
    if (chooser.value) void act(view, { act: "insert", path: list.path, type: chooser.value, index: -1 });
  });
  return chooser;
}

function drawItem(view: EditorView, item: Item, index: number, list: List): HTMLElement {
  const row = element("li", "design-item");
  row.dataset.path = JSON.stringify(item.path);
  const isChosen = same(item.path, selection.path);
  const line = row.appendChild(element("div", isChosen ? "design-line shown" : "design-line"));
  const name = button("", `${item.type} ${item.shown}`, () => choose(view, item.path, item.from), "design-name");
  name.append(element("strong", "", item.type), element("span", "soft", item.shown));
  name.setAttribute("aria-pressed", String(isChosen));
  line.append(name);
  if (facts.editable) {
    line.draggable = true;
    line.addEventListener("dragstart", (event) => {
      event.stopPropagation();
      event.dataTransfer?.setData("application/x-headrace-path", JSON.stringify(item.path));
    });
    if (isChosen) {
      const place = (at: number) => [...list.path, at];
      const up = button("↑", "Move up", () => void act(view, { act: "move", path: item.path, to: place(index - 1) }));
      const down = button("↓", "Move down", () => void act(view, { act: "move", path: item.path, to: place(index + 2) }));
      up.disabled = index === 0;
      down.disabled = index === list.items.length - 1;
      line.append(up, down, button("Delete", `Delete this ${item.type}`, () => void act(view, { act: "remove", path: item.path })));
    }
  }
  for (const inner of item.lists) row.append(drawList(view, inner));
  return row;
}

function drawList(view: EditorView, list: List): HTMLElement {
  const box = element("div", "design-list");
  if (list.name !== "children") box.append(element("p", "soft", list.name));
  const rows = box.appendChild(element("ol"));
  for (const [index, item] of list.items.entries()) {
    const row = rows.appendChild(drawItem(view, item, index, list));
    if (facts.editable) droppable(view, row.firstElementChild as HTMLElement, [...list.path, index]);
  }
  if (facts.editable) {
    const end = box.appendChild(adder(view, list));
    droppable(view, end, [...list.path, list.items.length]);
  }
  return box;
}

function droppable(view: EditorView, target: HTMLElement, to: Path): void {
  const mark = (is: boolean) => target.classList.toggle("drop-here", is);
  target.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("application/x-headrace-path")) return;
    event.preventDefault();
    event.stopPropagation();
    mark(true);
  });
  target.addEventListener("dragleave", () => mark(false));
  target.addEventListener("drop", (event) => {
    mark(false);
    const path = event.dataTransfer?.getData("application/x-headrace-path");
    if (!path) return;
    event.preventDefault();
    event.stopPropagation();
    if (path !== JSON.stringify(to)) void act(view, { act: "move", path: JSON.parse(path), to });
  });
}

function choose(view: EditorView, path: Path, at: number): void {
  selection.path = path;
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  void drawDesign(view);
}

/** Draws the screen that the cursor is in, and what is chosen on it. */
export async function drawDesign(view: EditorView): Promise<void> {
  const panel = part("design");
  if (panel.closest<HTMLElement>("[role=tabpanel]")?.hidden) return;
  const number = ++drawing;
  const screen = screenAt(view.state.selection.main.head);
  const [list, index] = selection.path;
  if (list !== "screens" || (screen && index !== screen.index)) selection.path = ["screens", screen?.index ?? 0];
  const chosen = selection.path;
  const asked = { ask: "design", text: view.state.doc.toString(), screen: chosen[1], path: chosen };
  const design = await ask<Design>(asked).catch(() => null);
  if (!design || number !== drawing) return;
  palette = design.palette;
  const tree = design.tree;
  const scroll = panel.scrollTop;
  if (!tree) panel.replaceChildren(element("p", "soft", "There is no screen here yet."));
  else panel.replaceChildren(element("h2", "mono", tree.id || "A screen without id"), ...tree.lists.map((list) => drawList(view, list)));
  panel.scrollTop = scroll;
  drawInspector(view, design.inspector);
}

export function setUpDesign(view: EditorView): void {
  selection.draw = (drawn) => void drawDesign(drawn);
  document.querySelector("[data-add-screen]")?.addEventListener("click", async () => {
    if (!(await act(view, { act: "add_screen" }))) return;
    const text = view.state.doc.toString();
    const found = text.lastIndexOf('"A new screen"');
    if (found >= 0) view.dispatch({ selection: { anchor: found }, scrollIntoView: true });
  });
  document.getElementById("tab-design")?.addEventListener("click", () => window.setTimeout(() => void drawDesign(view)));
}
