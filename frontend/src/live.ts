// A region with data-live is redrawn while one looks at it. A row that is new, or whose data-state is another than
// before, slides in and glows for two seconds; what the topmost of them says is announced once, politely.
const seen = new WeakMap<Element, Map<string, string>>();

function states(region: Element): Map<string, string> {
  const rows = region.querySelectorAll<HTMLElement>("[data-state]");
  return new Map([...rows].map((row) => [row.id, row.dataset.state ?? ""]));
}

function glow(row: HTMLElement, isNew: boolean): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  row.animate({ backgroundColor: ["var(--tint)", "var(--tint)", "transparent"] }, { duration: 2000, easing: "ease-out" });
  if (isNew) row.animate({ opacity: [0, 1], transform: ["translateY(-8px)", "none"] }, { duration: 180, easing: "ease-out" });
}

function compare(region: HTMLElement): void {
  const before = seen.get(region);
  const now = states(region);
  seen.set(region, now);
  if (!before) return;
  const changed = [...now].filter(([id, state]) => before.get(id) !== state);
  for (const [id] of changed) {
    const row = document.getElementById(id);
    if (row) glow(row, !before.has(id));
  }
  const newest = changed.map(([id]) => document.getElementById(id)?.dataset.say).find(Boolean);
  const speaker = document.getElementById(region.dataset.live ?? "");
  if (newest && speaker) speaker.textContent = newest;
}

function compareAll(): void {
  for (const region of document.querySelectorAll<HTMLElement>("[data-live]")) compare(region);
}

compareAll();
document.addEventListener("htmx:after:swap", compareAll);
