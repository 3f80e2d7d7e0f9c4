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
const onTop = () => document.querySelector("#dialog-slot [aria-modal]") ?? document.querySelector("#sheet-slot [aria-modal]");
let opener = "";
let shown = onTop()?.id;

document.addEventListener("submit", (event) => {
  if (event.target.matches(".cta")) opener = event.target.querySelector("button").id;
});

document.addEventListener("htmx:after:swap", () => {
  const modal = onTop();
  if (modal?.id === shown) return;
  const wanted = modal ? modal.querySelector("button") : document.getElementById(opener);
  const target = wanted && !wanted.disabled ? wanted : document.getElementById("composer-text");
  if (!target || target.closest("[inert]")) return;
  target.focus({ preventScroll: true });
  shown = modal?.id;
});
