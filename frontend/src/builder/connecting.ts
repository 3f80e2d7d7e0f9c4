// A way drawn in the graph of screens, by dragging or with the two lists above it: what leads there is chosen where it
// is not plain.
import type { EditorView } from "@codemirror/view";
import { act, type Path } from "./acts";
import { element, facts, part, tell } from "./facts";
import { ask } from "./language";
import { allScreens } from "./screens";

interface Way {
  path: Path;
  slot: string;
  words: string;
  /** Whether it does nothing else yet that would be lost. */
  free: boolean;
}

async function lead(view: EditorView, way: Way, to: string): Promise<void> {
  if (await act(view, { act: "lead", path: way.path, name: way.slot, to })) tell(`${way.words} leads to ${to} now.`);
}

/** Lets something on the one screen lead to the other; asks what, where there are several or it led elsewhere. */
export async function connectScreens(view: EditorView, from: string, to: string): Promise<void> {
  if (!facts.editable || from === to) return;
  const { ways } = await ask<{ ways: Way[] }>({ ask: "ways", text: view.state.doc.toString(), screen: from }).catch(() => ({ ways: [] }));
  const [only] = ways;
  if (!only) tell(`Nothing on ${from} can lead to another screen. Add a Footer to it in Design.`);
  else if (ways.length === 1 && only.free) await lead(view, only, to);
  else {
    const dialog = document.getElementById("connect-dialog") as HTMLDialogElement;
    part("connect-words").textContent = `From ${from} to ${to}`;
    const list = part("connect-ways");
    list.replaceChildren(
      ...ways.map((way) => {
        const button = element("button", "button", way.words) as HTMLButtonElement;
        button.type = "button";
        button.addEventListener("click", () => {
          dialog.close();
          void lead(view, way, to);
        });
        return button;
      }),
    );
    dialog.showModal();
  }
}

/** The lists above the graph. */
export function drawConnector(): void {
  for (const name of ["connect-from", "connect-to"]) {
    const chooser = document.querySelector<HTMLSelectElement>(`[data-${name}]`);
    if (!chooser) return;
    const before = chooser.value;
    chooser.replaceChildren(new Option("Choose a screen", ""), ...allScreens().map((screen) => new Option(screen.name, screen.name)));
    chooser.value = before;
    if (chooser.selectedIndex < 0) chooser.value = "";
  }
}

function pointOf(svg: SVGSVGElement, event: PointerEvent): DOMPoint {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
}

const screenUnder = (event: PointerEvent) => document.elementFromPoint(event.clientX, event.clientY)?.closest<SVGElement>("[data-graph] .screen:not(.missing)");

function drag(view: EditorView, begun: PointerEvent, node: SVGElement): void {
  const svg = node.closest("svg") as SVGSVGElement;
  const from = node.dataset.screen ?? "";
  let line: SVGPathElement | null = null;
  let aim: SVGElement | null | undefined;
  const start = pointOf(svg, begun);
  const move = (event: PointerEvent) => {
    if (!line && Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY) < 6) return;
    if (!line) {
      line = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
      line.setAttribute("class", "edge drawing");
    }
    const now = pointOf(svg, event);
    line.setAttribute("d", `M${start.x} ${start.y}L${now.x} ${now.y}`);
    aim?.classList.remove("aimed-at");
    aim = screenUnder(event);
    if (aim?.dataset.screen !== from) aim?.classList.add("aimed-at");
  };
  const end = (event: PointerEvent) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    aim?.classList.remove("aimed-at");
    if (!line) return;
    line.remove();
    const to = event.type === "pointerup" ? screenUnder(event)?.dataset.screen : undefined;
    if (to) void connectScreens(view, from, to);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}

export function setUpConnecting(view: EditorView): void {
  const form = document.querySelector<HTMLFormElement>("[data-connect]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const [from, to] = ["connect-from", "connect-to"].map((name) => part<HTMLSelectElement>(name).value);
    if (from && to) void connectScreens(view, from, to);
  });
  if (!facts.editable) return;
  part("graph").addEventListener("pointerdown", (event) => {
    const node = (event.target as Element).closest<SVGElement>(".screen:not(.missing)");
    if (node && event.button === 0) drag(view, event, node);
  });
}
