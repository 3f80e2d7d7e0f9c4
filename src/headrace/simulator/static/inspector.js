// The inspector beside a phone opens with its button or the key T, and is drawn anew when something has happened. It asks
// by itself, so that nothing it does can hold up the phone; while it is shut it asks for nothing.
const OPEN = "headrace.inspector.open";
const inspector = document.querySelector("[data-inspector]");
const content = document.getElementById("inspector-content");
let due = 0;

function refresh() {
  if (inspector.hidden) return;
  clearTimeout(due);
  due = setTimeout(() => content.dispatchEvent(new CustomEvent("due")), 40);
}

function show(open) {
  inspector.hidden = !open;
  document.documentElement.toggleAttribute("data-inspector-open", open);
  for (const button of document.querySelectorAll("[data-inspector-toggle]")) button.setAttribute("aria-expanded", String(open));
  refresh();
}

function toggle() {
  show(inspector.hidden);
  localStorage.setItem(OPEN, String(!inspector.hidden));
}

const isTyping = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-inspector-toggle]")) toggle();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "t") toggle();
  // The dock around this page folds with the key P, wherever the focus is.
  else if (key === "p" && window.parent !== window) window.parent.postMessage("headrace:fold-dock", location.origin);
});

// A redraw while someone types stores nothing, so it is nothing to show here.
document.addEventListener("htmx:finally:request", (event) => {
  const { pathname } = new URL(event.detail.ctx.request.action, location.href);
  if (!inspector.contains(event.target) && !pathname.endsWith("/redraw")) refresh();
});

if (localStorage.getItem(OPEN) === "true") show(true);
