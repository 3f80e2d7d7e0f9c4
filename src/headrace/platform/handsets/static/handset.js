// The composer is empty as soon as its text is on the way; a text that is refused comes back to be mended.
let written = "";
document.addEventListener("htmx:before:request", (event) => {
  if (event.target.id !== "composer") return;
  written = event.target.elements.text.value;
  event.target.reset();
});
document.addEventListener("htmx:finally:request", (event) => {
  const text = document.getElementById("composer-text");
  if (event.target.id === "composer" && !(event.detail.ctx.response?.status < 400) && !text.value) text.value = written;
});

// The keyboard follows what lies on top: into a Flow or a dialog that opens, and back to the button it came from.
const onTop = () =>
  ["dialog", "summary", "sheet"].map((layer) => document.querySelector(`#${layer}-slot [aria-modal]`)).find(Boolean);
let opener = "";
let shown = onTop()?.id;

document.addEventListener("submit", (event) => {
  if (event.target.matches(".react form")) event.target.closest("details").open = false;
  if (event.target.matches(".cta")) opener = event.target.querySelector("button").id;
});

// What else can be sent stands in a popover of its own; a message that asks for a place is answered from there, too.
document.addEventListener("click", (event) => {
  const opens = event.target.closest('[popovertarget="more"]');
  if (opens) document.getElementById("more-answers").value = opens.dataset.answers ?? "";
});
document.addEventListener("htmx:finally:request", (event) => {
  if (!event.target.closest?.("#more") || !(event.detail.ctx.response?.status < 400)) return;
  event.target.reset();
  document.getElementById("more").hidePopover();
});

// The summary of a response is this page's own layer: nobody else knows that it is open.
const summary = () => document.getElementById("summary");

document.addEventListener("click", (event) => {
  const button = event.target.closest(".summary-button");
  if (button) opener = button.id;
  if (event.target.closest("[data-summary-close]")) closeSummary();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && summary() && onTop() === summary()) closeSummary();
});

function closeSummary() {
  document.getElementById("summary-slot").replaceChildren();
  document.getElementById("screen").inert = onTop() !== undefined;
  if (!onTop()) document.getElementById(opener)?.focus({ preventScroll: true });
  shown = onTop()?.id;
}

document.addEventListener("htmx:after:swap", () => {
  // A theme that was chosen dresses the whole page; the system's is what is left without a choice.
  const { theme } = document.getElementById("phone").dataset;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  if (summary()) document.getElementById("screen").inert = true;
  const modal = onTop();
  if (modal?.id === shown) return;
  const wanted = modal ? modal.querySelector("button") : document.getElementById(opener);
  const target = wanted && !wanted.disabled ? wanted : document.getElementById("composer-text");
  if (!target || target.closest("[inert]")) return;
  target.focus({ preventScroll: true });
  shown = modal?.id;
});

// Without a connection nothing that is done on a sheet reaches the box: the phone says so, and what was entered stays.
// fetch reports a server that is not there as a TypeError.
document.addEventListener("htmx:error", (event) => {
  const bars = document.querySelector("#sheet-slot .snackbars");
  if (!bars || !(event.detail?.error instanceof TypeError)) return;
  const bar = document.createElement("p");
  bar.className = "snackbar";
  bar.textContent = "No connection. Try again.";
  bars.replaceChildren(bar);
});
