// The screens at the side, each as a live picture with what stands on it; and the one that the cursor is in.
import type { EditorView } from "@codemirror/view";
import { act } from "./acts";
import { goTo } from "./editor";
import { element, facts as page, part } from "./facts";
import type { Entry, Problem, Screen } from "./language";

export interface Picture {
  screen: string;
  url: string;
}

let screens: Screen[] = [];
const pictures = new Map<string, string>();
const opened = new Set<string>();

/** The screen around a place of the text; the first one where there is none. */
export function screenAt(place: number): Screen | undefined {
  return screens.find((screen) => screen.from <= place && place <= screen.to) ?? screens[0];
}

export function screenNamed(name: string): Screen | undefined {
  return screens.find((screen) => screen.name === name);
}

export function allScreens(): Screen[] {
  return screens;
}

function facts(screen: Screen, problems: Problem[]): HTMLElement {
  const errors = problems.filter((one) => one.screen === screen.name && one.severity === "error").length;
  const warnings = problems.filter((one) => one.screen === screen.name && one.severity === "warning").length;
  if (errors) return element("span", "errors", `${errors} error${errors === 1 ? "" : "s"}`);
  if (warnings) return element("span", "warnings", `${warnings} warning${warnings === 1 ? "" : "s"}`);
  const words = [
    screen.entry && "Entry", screen.terminal && "Terminal", !screen.reachable && "Nothing leads here",
    screen.inputs && `${screen.inputs} input${screen.inputs === 1 ? "" : "s"}`,
  ].filter(Boolean);
  return element("span", "soft", words.join(" · "));
}

function tree(view: EditorView, entries: Entry[]): HTMLElement {
  const list = element("ul", "outline");
  for (const entry of entries) {
    const row = list.appendChild(element("li"));
    const button = row.appendChild(element("button", `entry ${entry.kind}`)) as HTMLButtonElement;
    button.type = "button";
    button.append(element("span", "mono", entry.name), element("span", "soft", entry.detail));
    button.addEventListener("click", () => goTo(view, entry.at));
    if (entry.children.length > 0) row.append(tree(view, entry.children));
  }
  return list;
}

export function drawScreens(view: EditorView, found: Screen[], problems: Problem[]): void {
  screens = found;
  const list = part("screens");
  const known = new Map([...list.children].map((row) => [(row as HTMLElement).dataset.screen ?? "", row as HTMLElement]));
  const rows = found.map((screen) => {
    const row = known.get(screen.name) ?? element("li", "screen-row");
    known.delete(screen.name);
    row.dataset.screen = screen.name;
    row.dataset.index = String(screen.index);
    row.draggable = page.editable;
    let picture = row.querySelector<HTMLElement>("flow-miniature");
    if (!picture) {
      picture = document.createElement("flow-miniature");
      picture.setAttribute("inert", "");
      picture.setAttribute("aria-hidden", "true");
    }
    const button = element("button", "screen-name") as HTMLButtonElement;
    button.type = "button";
    button.append(element("strong", "mono", screen.name), element("span", "", screen.detail), facts(screen, problems));
    if (page.editable) button.title = "Drag to another place, or press Alt with an arrow key";
    button.addEventListener("click", () => goTo(view, screen.at));
    const details = element("details", "parts") as HTMLDetailsElement;
    details.open = opened.has(screen.name);
    details.addEventListener("toggle", () => {
      if (details.open) opened.add(screen.name);
      else opened.delete(screen.name);
    });
    const summary = element("summary", "", "Outline");
    summary.setAttribute("aria-label", `Outline of ${screen.name}`);
    details.append(summary, tree(view, screen.children));
    row.replaceChildren(picture, button, details);
    return row;
  });
  list.replaceChildren(...rows);
  placePictures();
  markScreen(screenAt(view.state.selection.main.head)?.name);
}

/** Screens are put into another order by dragging them, or with Alt and an arrow key. */
export function setUpScreens(view: EditorView): void {
  if (!page.editable) return;
  const [list, kind] = [part("screens"), "application/x-headrace-screen"];
  const rowOf = (event: Event) => (event.target as Element).closest<HTMLElement>(".screen-row");
  const move = (from: number, to: number) => act(view, { act: "move", path: ["screens", from], to: ["screens", to] });
  const clear = () => {
    for (const row of list.querySelectorAll(".drop-before, .drop-behind")) row.classList.remove("drop-before", "drop-behind");
  };
  const isBehind = (event: DragEvent, row: HTMLElement) => {
    const box = row.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  };
  list.addEventListener("dragstart", (event) => event.dataTransfer?.setData(kind, rowOf(event)?.dataset.index ?? ""));
  list.addEventListener("dragover", (event) => {
    const row = rowOf(event);
    if (!row || !event.dataTransfer?.types.includes(kind)) return;
    event.preventDefault();
    clear();
    row.classList.add(isBehind(event, row) ? "drop-behind" : "drop-before");
  });
  list.addEventListener("dragleave", clear);
  list.addEventListener("drop", (event) => {
    clear();
    const [row, from] = [rowOf(event), Number.parseInt(event.dataTransfer?.getData(kind) ?? "", 10)];
    if (!row || Number.isNaN(from)) return;
    event.preventDefault();
    const to = Number(row.dataset.index) + (isBehind(event, row) ? 1 : 0);
    if (to !== from && to !== from + 1) void move(from, to);
  });
  list.addEventListener("keydown", async (event) => {
    const [row, step] = [rowOf(event), { ArrowUp: -1, ArrowDown: 2 }[event.key]];
    if (!row || !event.altKey || !step) return;
    event.preventDefault();
    const [from, name] = [Number(row.dataset.index), row.dataset.screen];
    if (from + step < 0 || from + step > screens.length) return;
    await move(from, from + step);
    window.setTimeout(() => list.querySelector<HTMLElement>(`[data-screen="${CSS.escape(name ?? "")}"] .screen-name`)?.focus(), 200);
  });
}

function placePictures(): void {
  for (const row of part("screens").children) {
    const picture = row.querySelector<HTMLElement>("flow-miniature");
    const url = pictures.get((row as HTMLElement).dataset.screen ?? "");
    if (picture && url && picture.dataset.url !== url) picture.dataset.url = url;
  }
}

export function showPictures(found: Picture[]): void {
  pictures.clear();
  for (const one of found) pictures.set(one.screen, one.url);
  placePictures();
}

export function markScreen(name: string | undefined): void {
  for (const row of part("screens").children) {
    const isShown = (row as HTMLElement).dataset.screen === name;
    row.classList.toggle("shown", isShown);
    row.querySelector(".screen-name")?.setAttribute("aria-current", String(isShown));
  }
  for (const node of document.querySelectorAll<SVGElement>("[data-graph] .screen")) {
    node.classList.toggle("shown", node.dataset.screen === name);
  }
}
