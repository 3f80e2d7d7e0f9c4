// The dock holds the phone. Key P or its button folds it; the choice and the chosen phone are remembered.
const FOLDED = "headrace.dock.folded";
const PHONE = "headrace.dock.phone";

function dock(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-dock]");
}

function fold(folded: boolean): void {
  document.documentElement.toggleAttribute("data-dock-folded", folded);
  for (const button of document.querySelectorAll("[data-dock-toggle]")) {
    button.setAttribute("aria-expanded", String(!folded));
  }
}

/** Puts the phone at this address into the dock, if it is one of those to choose from. */
export function showPhone(url: string): void {
  const chooser = document.querySelector<HTMLSelectElement>("[data-dock-phone]");
  if (!chooser || ![...chooser.options].some((option) => option.value === url)) return;
  chooser.value = url;
  sessionStorage.setItem(PHONE, url);
  const frame = dock()?.querySelector<HTMLIFrameElement>("iframe");
  if (frame && new URL(url, location.href).href !== frame.src) frame.src = url;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function toggle(): void {
  const folded = !document.documentElement.hasAttribute("data-dock-folded");
  localStorage.setItem(FOLDED, String(folded));
  fold(folded);
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (target.closest("[data-dock-toggle]")) toggle();
  const tab = target.closest<HTMLElement>("[data-dock-tab]");
  if (tab) document.documentElement.toggleAttribute("data-dock-shown", tab.dataset.dockTab === "phone");
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "p" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (dock()) toggle();
});

// The page in the frame passes the key on.
window.addEventListener("message", (event) => {
  const frame = dock()?.querySelector<HTMLIFrameElement>("iframe");
  if (event.data !== "headrace:fold-dock" || event.origin !== location.origin || event.source !== frame?.contentWindow) return;
  toggle();
  // What is folded away cannot keep the focus.
  if (document.documentElement.hasAttribute("data-dock-folded")) {
    document.querySelector<HTMLElement>("[data-dock-toggle]")?.focus();
  }
});

document.addEventListener("change", (event) => {
  const chooser = (event.target as Element).closest<HTMLSelectElement>("[data-dock-phone]");
  if (chooser) showPhone(chooser.value);
});

if (dock()) {
  fold(localStorage.getItem(FOLDED) === "true");
  showPhone(sessionStorage.getItem(PHONE) ?? "");
}
