// The items of a list as a table: written in the list itself, or in the data that it is bound to.
import type { EditorView } from "@codemirror/view";
import { act, button, type Path } from "./acts";
import { element, facts } from "./facts";
import { choosing, type Field, input, isBinding, labelled } from "./inspector";

export interface Items {
  path: Path;
  rows: { path: Path; title: string; fields: Field[] }[];
  more: number;
}

const opened = new Set<string>();
const first = new Set(["id", "title", "main-content title", "src"]);

function drawRow(view: EditorView, items: Items, index: number): HTMLElement {
  const found = items.rows[index] as Items["rows"][number];
  const row = element("li", "item-row");
  const name = found.title || `Item ${index + 1}`;
  row.setAttribute("aria-label", name);
  if (facts.editable) {
    const move = (to: number) => void act(view, { act: "move", path: found.path, to: [...items.path, to] });
    const up = button("↑", `Move ${name} up`, () => move(index - 1));
    const down = button("↓", `Move ${name} down`, () => move(index + 2));
    up.disabled = index === 0;
    down.disabled = index === items.rows.length + items.more - 1;
    const key = found.path.slice(2).join("-");
    up.id = `up-${key}`;
    down.id = `down-${key}`;
    const line = row.appendChild(element("div", "item-acts"));
    line.append(element("strong", "", name), up, down, button("Delete", `Delete ${name}`, () => void act(view, { act: "remove", path: found.path })));
  }
  const shown = found.fields.filter((field) => first.has(field.label ?? field.name));
  const others = found.fields.filter((field) => !shown.includes(field));
  const pair = row.appendChild(element("div", "item-pair"));
  pair.append(...shown.map((field) => input(view, field, true)));
  if (others.length > 0) {
    const key = JSON.stringify(found.path);
    const details = row.appendChild(element("details")) as HTMLDetailsElement;
    const set = others.filter((field) => field.value || field.size).length;
    const summary = element("summary", "", set ? `More (${set} set)` : "More");
    summary.setAttribute("aria-label", `More of ${name}`);
    details.open = opened.has(key);
    details.addEventListener("toggle", () => (details.open ? opened.add(key) : opened.delete(key)));
    details.append(summary, ...others.map((field) => input(view, field, true)));
  }
  return row;
}

/** The rows of a list, with what adds one. */
export function drawRows(view: EditorView, items: Items, name: string): HTMLElement {
  const box = element("div", "items");
  const list = box.appendChild(element("ol"));
  list.setAttribute("aria-label", name);
  list.append(...items.rows.map((_, index) => drawRow(view, items, index)));
  if (items.more) box.append(element("p", "soft", `and ${items.more} more, in the JSON`));
  if (facts.editable) {
    const add = button("+ Add an item", `Add an item to ${name}`, () => void act(view, { act: "add_item", path: items.path }), "button small plain");
    add.id = `add-${items.path.slice(2).join("-")}`;
    box.append(add);
  }
  return box;
}

export function drawItems(view: EditorView, field: Field, id: string, words: string): HTMLElement {
  const bind = (to: string) => void act(view, { act: "bind", path: field.path, name: field.name, to });
  const options: [string, string][] = [["here", "Written here"]];
  for (const one of field.bindings) options.push([one, `Data: ${one.slice(2, -1)}`]);
  const isBound = isBinding(field.value);
  if (isBound && !field.bindings.includes(field.value)) options.push([field.value, `Data: ${field.value}`]);
  if (!isBound && field.items && field.items.rows.length > 0) options.push(["data", "New data of this screen"]);
  const chooser = choosing(options, isBound ? field.value : "here", bind);
  const box = element("fieldset", "item-box");
  box.append(element("legend", "", words), labelled(id, "Where the items come from", chooser, field.about));
  if (field.items) box.append(drawRows(view, field.items, field.name));
  else if (facts.editable && !isBound) box.append(button("Begin with two items", `Begin ${field.name} with two items`, () => bind("here"), "button small plain"));
  return box;
}
