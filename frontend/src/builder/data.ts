// The data model of a screen: its fields with type and example.
import type { EditorView } from "@codemirror/view";
import { act, button, type Path } from "./acts";
import { element, facts } from "./facts";
import { drawImage, type Measured } from "./images";
import { choosing, labelled, typing } from "./inspector";
import { drawRows, type Items } from "./items";

export interface DataModel {
  types: { type: string; words: string }[];
  fields: ({ name: string; type: string; kind: string; value: string; items?: Items } & Partial<Measured>)[];
}

type DataField = DataModel["fields"][number];

function drawField(view: EditorView, model: DataModel, field: DataField, path: Path): HTMLElement {
  const row = element("li", "item-row");
  row.setAttribute("aria-label", field.name);
  const change = (what: string) => (value: string) => void act(view, { act: what, path, name: field.name, value, kind: field.kind });
  const line = row.appendChild(element("div", "item-acts"));
  line.append(element("strong", "mono", field.name));
  if (facts.editable) line.append(button("Delete", `Delete ${field.name}`, () => void act(view, { act: "remove_data", path, name: field.name })));
  const pair = row.appendChild(element("div", "item-pair"));
  const types = model.types.map((one): [string, string] => [one.type, one.words]);
  if (!types.some(([type]) => type === field.type)) types.unshift([field.type, "As written in the JSON"]);
  const id = `data-${field.name}`;
  pair.append(
    labelled(`${id}-name`, "Name", typing(field.name, "name", false, change("rename_data")), "A new name is written wherever the old one stands."),
    labelled(`${id}-type`, "Type", choosing(types, field.type, change("retype_data"))),
  );
  if (field.items) row.append(drawRows(view, field.items, `${field.name}'s example`));
  else if (field.kind === "image") {
    const measured = { label: field.name, bindings: [], size: 0, largest: 0, fault: "", ...field };
    row.append(drawImage(measured, `${id}-example`, "Example", change("exemplify_data")));
  } else {
    const set = change("exemplify_data");
    const control = field.kind === "flag"
      ? choosing([["true", "true"], ["false", "false"]], field.value, set)
      : typing(field.value, field.kind, field.kind === "json" || field.value.length > 40, set);
    row.append(labelled(`${id}-example`, "Example", control, "What previews show, and what is sent where nothing else is known."));
  }
  return row;
}

/** The fields of a screen's data, and what adds one. */
export function drawData(view: EditorView, model: DataModel, path: Path): HTMLElement {
  const box = element("section", "data-model");
  box.setAttribute("aria-label", "Data of this screen");
  box.append(element("h3", "", "Data of this screen"));
  const list = box.appendChild(element("ol"));
  list.append(...model.fields.map((field) => drawField(view, model, field, path)));
  if (model.fields.length === 0) box.append(element("p", "soft", "Nothing is handed to this screen yet. Add a field, and bind what is shown to it."));
  if (!facts.editable) return box;
  const form = box.appendChild(element("form", "data-add")) as HTMLFormElement;
  const name = document.createElement("input");
  name.required = true;
  name.autocomplete = "off";
  name.pattern = "[A-Za-z0-9_]+";
  name.title = "Letters, digits and underscores";
  const type = choosing(model.types.map((one): [string, string] => [one.type, one.words]), "string", () => {});
  const add = element("button", "button small", "Add the field") as HTMLButtonElement;
  form.append(labelled("data-new-name", "New field", name), labelled("data-new-type", "Its type", type), add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void act(view, { act: "add_data", path, name: name.value, type: type.value }).then((isDone) => {
      const field = document.getElementById(name.id) as HTMLInputElement | null;
      if (isDone && field) field.value = "";
    });
  });
  return box;
}
