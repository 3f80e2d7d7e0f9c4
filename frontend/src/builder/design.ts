// Visual editing of the same text: the tree of a screen, and the properties of what is chosen. Every act becomes edits of
// the text, so that undoing is the editor's.
import type { EditorView } from "@codemirror/view";
import { applyEdits } from "./editor";
import { element, facts, part, tell } from "./facts";
import { ask, type Edit } from "./language";
import { allScreens, screenAt } from "./screens";

type Path = (string | number)[];

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

interface Field {
  name: string;
  kind: "text" | "number" | "flag" | "choice" | "json" | "action";
  value: string;
  choices: string[];
  required: boolean;
  bindable: boolean;
  limit: number | null;
  default: string;
  about: string;
  leads_to: string | null;
  actions: string[];
}

interface Design {
  tree: { path: Path; id: string; lists: List[] } | null;
  palette: { name: string; components: { type: string; about: string }[] }[];
  inspector: { title: string; about: string; fields: Field[]; path: Path } | null;
}

let chosen: Path = [];
let drawing = 0;
let palette: Design["palette"] = [];
const same = (one: Path, other: Path) => JSON.stringify(one) === JSON.stringify(other);

function button(text: string, title: string, act: () => void, className = "button small"): HTMLButtonElement {
  const made = element("button", className, text) as HTMLButtonElement;
  made.type = "button";
  made.title = title;
  made.setAttribute("aria-label", title);
  made.addEventListener("click", act);
  return made;
}

async function act(view: EditorView, asked: Record<string, unknown>): Promise<boolean> {
  const text = view.state.doc.toString();
  try {
    const done = await ask<{ edits: Edit[]; select: Path | null }>({ ask: "act", text, ...asked });
    if (view.state.doc.toString() !== text) return false;
    if (done.select) chosen = done.select;
    else if (asked.act === "remove") chosen = chosen.slice(0, 2);
    applyEdits(view, done.edits, "input.design");
    if (done.edits.length === 0) void drawDesign(view);
    return true;
  } catch (error) {
    tell((error as Error).message);
    void drawDesign(view);
    return false;
  }
}

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
  const isChosen = same(item.path, chosen);
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
  chosen = path;
  view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
  void drawDesign(view);
}

function input(view: EditorView, field: Field, path: Path): HTMLElement {
  const id = `field-${field.name}`;
  const set = (value: string) => void act(view, { act: "set", path, name: field.name, value, kind: field.kind });
  let control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
  if (field.kind === "action") {
    const chooser = element("select", "control") as HTMLSelectElement;
    chooser.append(new Option(field.value ? "As written in the JSON" : "Nothing", ""));
    if (field.actions.includes("navigate")) {
      for (const screen of allScreens()) if (screen.index !== path[1]) chooser.append(new Option(`Goes to ${screen.name}`, screen.name));
    }
    const words: Record<string, string> = {
      complete: "Ends the Flow", data_exchange: "Asks the endpoint", open_url: "Opens a website", update_data: "Changes data of this screen",
    };
    for (const name of field.actions) if (words[name]) chooser.append(new Option(words[name], `action:${name}`));
    let name = "";
    try {
      name = field.value ? JSON.parse(field.value).name : "";
    } catch {
      name = "";
    }
    chooser.value = field.leads_to ?? (name ? `action:${name}` : "");
    if (chooser.selectedIndex < 0) chooser.value = "";
    chooser.addEventListener("change", () => {
      if (chooser.value) void act(view, { act: "lead", path, name: field.name, to: chooser.value });
    });
    control = chooser;
  } else if (field.kind === "flag" || field.kind === "choice") {
    const chooser = element("select", "control") as HTMLSelectElement;
    const values = field.kind === "flag" ? ["true", "false"] : field.choices;
    chooser.append(new Option(field.default ? `not set (${field.default.replace(/"/g, "")})` : "not set", ""));
    for (const value of values) chooser.append(new Option(value, value));
    chooser.value = field.value;
    chooser.addEventListener("change", () => set(chooser.value));
    control = chooser;
  } else {
    const isLong = field.kind === "json" || field.value.length > 40 || field.value.includes("\n") || field.name === "text";
    const typed = document.createElement(isLong ? "textarea" : "input");
    typed.value = field.value;
    typed.spellcheck = field.kind === "text";
    if (field.kind === "json") typed.className = "mono";
    if (typed instanceof HTMLTextAreaElement) typed.rows = field.kind === "json" ? 5 : 2;
    typed.addEventListener("change", () => set(typed.value));
    control = typed;
  }
  control.id = id;
  control.disabled = !facts.editable;
  const box = element("div", "field");
  const label = element("label", "", `${field.name}${field.required ? "" : ", optional"}${field.limit ? `, up to ${field.limit} characters` : ""}`);
  label.setAttribute("for", id);
  label.title = field.about;
  box.append(label, control);
  return box;
}

function drawInspector(view: EditorView, design: Design): void {
  const panel = part("inspector");
  const focused = document.activeElement?.closest("[data-inspector]") ? document.activeElement.id : "";
  const found = design.inspector;
  if (!found) {
    panel.replaceChildren(element("p", "soft", "Choose something at the left to see what it has."));
    return;
  }
  const isScreen = found.path.length === 2;
  const head = element("div", "inspector-head");
  head.append(element("h2", "", found.title));
  if (!isScreen) head.append(button("Screen", "The properties of the screen", () => {
    chosen = chosen.slice(0, 2);
    void drawDesign(view);
  }, "button small plain"));
  else if (facts.editable) {
    const index = Number(found.path[1]);
    const count = allScreens().length;
    const up = button("↑", "Move the screen up", () => void act(view, { act: "move", path: found.path, to: ["screens", index - 1] }));
    const down = button("↓", "Move the screen down", () => void act(view, { act: "move", path: found.path, to: ["screens", index + 2] }));
    up.disabled = index === 0;
    down.disabled = index === count - 1;
    head.append(up, down, button("Delete", "Delete the screen", () => void act(view, { act: "remove", path: found.path })));
  }
  const body = found.fields.map((field) => input(view, field, found.path));
  panel.replaceChildren(head, ...(found.about ? [element("p", "soft", found.about)] : []), ...body);
  if (focused) document.getElementById(focused)?.focus();
}

/** Draws the screen that the cursor is in, and what is chosen on it. */
export async function drawDesign(view: EditorView): Promise<void> {
  const panel = part("design");
  if (panel.closest<HTMLElement>("[role=tabpanel]")?.hidden) return;
  const number = ++drawing;
  const screen = screenAt(view.state.selection.main.head);
  if (chosen[0] !== "screens" || (screen && chosen[1] !== screen.index)) chosen = ["screens", screen?.index ?? 0];
  const asked = { ask: "design", text: view.state.doc.toString(), screen: chosen[1], path: chosen };
  const design = await ask<Design>(asked).catch(() => null);
  if (!design || number !== drawing) return;
  palette = design.palette;
  const tree = design.tree;
  const scroll = panel.scrollTop;
  if (!tree) panel.replaceChildren(element("p", "soft", "There is no screen here yet."));
  else panel.replaceChildren(element("h2", "mono", tree.id || "A screen without id"), ...tree.lists.map((list) => drawList(view, list)));
  panel.scrollTop = scroll;
  drawInspector(view, design);
}

export function setUpDesign(view: EditorView): void {
  document.querySelector("[data-add-screen]")?.addEventListener("click", async () => {
    if (!(await act(view, { act: "add_screen" }))) return;
    const text = view.state.doc.toString();
    const found = text.lastIndexOf('"A new screen"');
    if (found >= 0) view.dispatch({ selection: { anchor: found }, scrollIntoView: true });
  });
  document.getElementById("tab-design")?.addEventListener("click", () => window.setTimeout(() => void drawDesign(view)));
}
