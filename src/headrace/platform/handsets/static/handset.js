// The composer is empty again as soon as its text is on the way; a text that is refused comes back with the answer.
document.addEventListener("htmx:before:request", (event) => {
  if (event.target instanceof HTMLFormElement && event.target.id === "composer") event.target.reset();
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
