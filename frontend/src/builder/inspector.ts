// The inspector: every property of what is chosen, with the input that fits it.
import type { EditorView } from "@codemirror/view";
import { act, button, type Path, selection } from "./acts";
import { type DataModel, drawData } from "./data";
import { element, facts, part } from "./facts";
import { drawImage } from "./images";
import { drawItems, type Items } from "./items";
import { allScreens } from "./screens";

export interface Field {
  name: string;
  label?: string;
  path: Path;
  kind: "text" | "number" | "flag" | "choice" | "json" | "action" | "image" | "items";
  value: string;
  choices: string[];
  required: boolean;
  bindings: string[];
  limit: number | null;
  default: string;
  about: string;
  leads_to: string | null;
  actions: string[];
  items?: Items | null;
  size?: number;
  largest?: number;
  fault?: string;
}

export interface Inspector {
  title: string;
  about: string;
  fields: Field[];
  path: Path;
  data?: DataModel | null;
}

export const isBinding = (value: string) => value.includes("${") || value.startsWith("`");
const identifier = (field: Field) => `field-${[...field.path.slice(2), field.name].join("-")}`;

/** A text in an input, or in an area where it is long. */
export function typing(value: string, kind: string, isLong: boolean, set: (value: string) => void): HTMLInputElement | HTMLTextAreaElement {
  const typed = document.createElement(isLong ? "textarea" : "input");
  typed.defaultValue = value;
  typed.spellcheck = kind === "text";
  if (kind === "json") typed.className = "mono";
  if (typed instanceof HTMLTextAreaElement) typed.rows = kind === "json" ? 5 : 2;
  typed.addEventListener("change", () => set(typed.value));
  return typed;
}

export function choosing(options: [value: string, words: string][], value: string, set: (value: string) => void): HTMLSelectElement {
  const chooser = element("select", "control") as HTMLSelectElement;
  for (const [one, words] of options) chooser.append(new Option(words, one));
  chooser.value = value;
  if (chooser.selectedIndex < 0) chooser.selectedIndex = 0;
  chooser.addEventListener("change", () => set(chooser.value));
  return chooser;
}

/** A labelled control. */
export function labelled(id: string, words: string, control: HTMLElement, about = ""): HTMLElement {
  const box = element("div", "field");
  const label = element("label", "", words);
  label.setAttribute("for", id);
  label.title = about;
  control.id = id;
  if (!facts.editable) control.setAttribute("disabled", "");
  box.append(label, control);
  return box;
}

function leading(view: EditorView, field: Field): HTMLElement {
  const words: Record<string, string> = {
    complete: "Ends the Flow", data_exchange: "Asks the endpoint", open_url: "Opens a website", update_data: "Changes data of this screen",
  };
  const options: [string, string][] = [["", field.value ? "As written in the JSON" : "Nothing"]];
  if (field.actions.includes("navigate")) {
    for (const screen of allScreens()) if (screen.index !== field.path[1]) options.push([screen.name, `Goes to ${screen.name}`]);
  }
  for (const name of field.actions) if (words[name]) options.push([`action:${name}`, words[name]]);
  let name = "";
  try {
    name = field.value ? JSON.parse(field.value).name : "";
  } catch {
    name = "";
  }
  return choosing(options, field.leads_to ?? (name ? `action:${name}` : ""), (to) => {
    if (to) void act(view, { act: "lead", path: field.path, name: field.name, to });
  });
}

/** One property with its label, its input, and what it can be bound to. */
export function input(view: EditorView, field: Field, isItem = false): HTMLElement {
  const id = identifier(field);
  const set = (value: string) => void act(view, { act: "set", path: field.path, name: field.name, value, kind: field.kind });
  const name = field.label ?? field.name;
  const limit = field.limit ? `up to ${field.limit} characters` : "";
  // In a table of items there is no room for more than the name.
  const words = isItem ? name : [name, field.required ? "" : "optional", limit].filter(Boolean).join(", ");
  if (field.kind === "items") return drawItems(view, field, id, words);
  if (field.kind === "image") return drawImage(field, id, words, set);
  let control: HTMLElement;
  if (field.kind === "action") control = leading(view, field);
  else if (field.kind === "flag" || field.kind === "choice") {
    const values = field.kind === "flag" ? ["true", "false"] : field.choices;
    const unset = field.default ? `not set (${field.default.replace(/"/g, "")})` : "not set";
    control = choosing([["", unset], ...values.map((value): [string, string] => [value, value])], field.value, set);
  } else {
    const isLong = field.kind === "json" || field.value.length > 40 || field.value.includes("\n") || field.name === "text";
    control = typing(field.value, field.kind, isLong, set);
  }
  const box = labelled(id, words, control, isItem ? [field.about, limit].filter(Boolean).join(" ") : field.about);
  if (facts.editable && field.bindings.length > 0) {
    const options: [string, string][] = [["", "Bind to…"], ...field.bindings.map((one): [string, string] => [one, one.slice(2, -1)])];
    const chooser = choosing(options, field.bindings.includes(field.value) ? field.value : "", set);
    chooser.classList.add("binding");
    chooser.id = `${id}-binding`;
    chooser.setAttribute("aria-label", `Bind ${name} to`);
    box.append(chooser);
  }
  return box;
}

function head(view: EditorView, found: Inspector): HTMLElement {
  const line = element("div", "inspector-head");
  line.append(element("h2", "", found.title));
  if (found.path.length > 2) {
    const toScreen = () => {
      selection.path = selection.path.slice(0, 2);
      selection.draw(view);
    };
    line.append(button("Screen", "The properties of the screen", toScreen, "button small plain"));
  } else if (facts.editable) {
    const index = Number(found.path[1]);
    const move = (to: number) => void act(view, { act: "move", path: found.path, to: ["screens", to] });
    const up = button("↑", "Move the screen up", () => move(index - 1));
    const down = button("↓", "Move the screen down", () => move(index + 2));
    up.disabled = index === 0;
    down.disabled = index === allScreens().length - 1;
    line.append(up, down, button("Delete", "Delete the screen", () => void act(view, { act: "remove", path: found.path })));
  }
  return line;
}

/** What is typed and not taken over yet: drawing anew must not lose it. */
function halfTyped(panel: HTMLElement): Map<string, string> {
  const fields = panel.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type=file]), textarea");
  return new Map([...fields].filter((one) => one.value !== one.defaultValue).map((one) => [one.id, one.value]));
}

export function drawInspector(view: EditorView, found: Inspector | null): void {
  const panel = part("inspector");
  const focused = document.activeElement?.closest("[data-inspector]") ? document.activeElement.id : "";
  if (!found) {
    panel.replaceChildren(element("p", "soft", "Choose something at the left to see what it has."));
    return;
  }
  const about = found.about ? [element("p", "soft", found.about)] : [];
  const data = found.data ? [drawData(view, found.data, found.path)] : [];
  const scroll = panel.scrollTop;
  const begun = halfTyped(panel);
  panel.replaceChildren(head(view, found), ...about, ...found.fields.map((field) => input(view, field)), ...data);
  for (const [id, value] of begun) {
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
  }
  panel.scrollTop = scroll;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
