// The widths of the panes: by pointer or arrow keys at the lines between them, kept in this browser.
const KEPT = "headrace.builder.panes";

interface Pane {
  name: string;
  least: number;
  most: number;
  /** A pane at the right grows when its line goes left. */
  grows: 1 | -1;
}

const panes: Pane[] = [
  { name: "side", least: 160, most: 480, grows: 1 },
  { name: "inspector", least: 200, most: 700, grows: -1 },
  { name: "dock", least: 300, most: 720, grows: -1 },
];

function kept(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function keep(name: string, width: number | null): void {
  const all = kept();
  if (width === null) delete all[name];
  else all[name] = width;
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // The widths hold until the page is left.
  }
}

function setUp(line: HTMLElement, pane: Pane): void {
  const root = document.documentElement;
  // The width that was set; what is seen follows it a little later.
  let current: number | null = null;
  const set = (width: number | null) => {
    current = width;
    if (width === null) root.style.removeProperty(`--pane-${pane.name}`);
    else root.style.setProperty(`--pane-${pane.name}`, `${width}px`);
    if (width !== null) line.setAttribute("aria-valuenow", String(width));
  };
  const within = (width: number) => Math.round(Math.min(pane.most, Math.max(pane.least, width)));
  const target = document.getElementById(line.getAttribute("aria-controls") ?? "");
  const now = () => current ?? Math.round(target?.getBoundingClientRect().width ?? 0);
  line.setAttribute("aria-valuemin", String(pane.least));
  line.setAttribute("aria-valuemax", String(pane.most));
  const before = kept()[pane.name];
  if (typeof before === "number") set(within(before));
  else line.setAttribute("aria-valuenow", String(within(now())));
  line.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (event.key === "Enter") {
      set(null);
      keep(pane.name, null);
    } else if (step) {
      const width = within(now() + step * pane.grows);
      set(width);
      keep(pane.name, width);
    } else return;
    event.preventDefault();
  });
  line.addEventListener("dblclick", () => {
    set(null);
    keep(pane.name, null);
  });
  // Without this the browser may begin to drag what is selected near the line.
  line.addEventListener("mousedown", (event) => {
    event.preventDefault();
    line.focus();
  });
  line.addEventListener("pointerdown", (event) => {
    const [start, width] = [event.clientX, now()];
    line.setPointerCapture(event.pointerId);
    // A frame under the pointer would take its moves.
    root.toggleAttribute("data-resizing", true);
    const move = (moved: PointerEvent) => set(within(width + (moved.clientX - start) * pane.grows));
    line.addEventListener("pointermove", move);
    const end = () => {
      line.removeEventListener("pointermove", move);
      root.toggleAttribute("data-resizing", false);
      if (now() !== width) keep(pane.name, within(now()));
    };
    line.addEventListener("lostpointercapture", end, { once: true });
  });
}

export function setUpPanes(): void {
  for (const line of document.querySelectorAll<HTMLElement>("[data-pane]")) {
    const pane = panes.find((one) => one.name === line.dataset.pane);
    if (pane) setUp(line, pane);
  }
}
