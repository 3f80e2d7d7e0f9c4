// The graph of screens, drawn by the server: problems stand on the screen or the way they are about.
import type { EditorView } from "@codemirror/view";
import { drawConnector, setUpConnecting } from "./connecting";
import { goTo } from "./editor";
import { part } from "./facts";
import { ask, type Problem } from "./language";
import { markScreen, screenAt, screenNamed } from "./screens";

interface Way {
  source: string;
  target: string;
  at: number;
}

let drawnFor = "";

function mark(node: Element | null, problems: Problem[]): void {
  if (!node || problems.length === 0) return;
  node.classList.add(problems.some((one) => one.severity === "error") ? "has-errors" : "has-warnings");
  const title = node.querySelector("title") ?? node.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "title"));
  title.textContent = [title.textContent, ...problems.map((one) => `${one.message} ${one.explanation}`)].filter(Boolean).join("\n");
}

export async function drawGraph(view: EditorView, problems: Problem[]): Promise<void> {
  const panel = part("graph");
  const text = view.state.doc.toString();
  if (panel.closest<HTMLElement>("[role=tabpanel]")?.hidden || drawnFor === text) return;
  drawnFor = text;
  const { svg, ways } = await ask<{ svg: string; ways: Way[] }>({ ask: "graph", text }).catch(() => ({ svg: "", ways: [] }));
  if (!svg || drawnFor !== text) return;
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  parsed.setAttribute("role", "group");
  panel.replaceChildren(document.importNode(parsed, true));
  const quoted = (name: string) => CSS.escape(name);
  for (const screen of new Set(problems.map((one) => one.screen))) {
    if (!screen) continue;
    const here = problems.filter((one) => one.screen === screen);
    mark(panel.querySelector(`.screen[data-screen="${quoted(screen)}"]`), here.filter((one) => !one.leads_to));
    for (const target of new Set(here.map((one) => one.leads_to))) {
      if (!target) continue;
      const way = panel.querySelector(`.edge[data-source="${quoted(screen)}"][data-target="${quoted(target)}"]`);
      mark(way, here.filter((one) => one.leads_to === target));
    }
  }
  for (const edge of panel.querySelectorAll<SVGElement>(".edge")) {
    const { source, target } = edge.dataset;
    const way = ways.find((one) => one.source === source && one.target === target);
    if (!way) continue;
    // The line itself is too thin to be hit.
    const hit = edge.parentNode?.insertBefore(edge.cloneNode() as SVGElement, edge.nextSibling);
    hit?.setAttribute("class", "edge-hit");
    edge.dataset.at = String(way.at);
    hit?.setAttribute("data-at", String(way.at));
    edge.setAttribute("tabindex", "0");
    edge.setAttribute("role", "button");
    edge.setAttribute("aria-label", `What leads from ${source} to ${target}`);
  }
  drawConnector();
  for (const node of panel.querySelectorAll<SVGElement>(".screen")) {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", `Go to ${node.dataset.screen}`);
  }
  markScreen(screenAt(view.state.selection.main.head)?.name);
}

export function setUpGraph(view: EditorView): void {
  setUpConnecting(view);
  const panel = part("graph");
  const jump = (target: EventTarget | null) => {
    const way = (target as Element).closest<SVGElement>("[data-at]")?.dataset.at;
    const name = (target as Element).closest<SVGElement>("[data-screen]")?.dataset.screen;
    const at = way ? Number(way) : name ? screenNamed(name)?.at : undefined;
    if (at === undefined) return;
    document.getElementById("tab-json")?.click();
    goTo(view, at);
  };
  panel.addEventListener("click", (event) => jump(event.target));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") jump(event.target);
  });
}
