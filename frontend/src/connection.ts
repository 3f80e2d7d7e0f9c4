// A band says when the server cannot be reached, and goes when it answers again.
function tell(isLost: boolean): void {
  const band = document.querySelector<HTMLElement>("[data-lost]");
  if (band) band.hidden = !isLost;
}

document.addEventListener("htmx:error", (event) => {
  const error = (event as CustomEvent<{ error?: unknown }>).detail?.error;
  // fetch reports a server that is not there as a TypeError; a reload of the page ends requests the same way.
  if (error instanceof TypeError && document.visibilityState === "visible") tell(true);
});
document.addEventListener("headrace:lost", () => tell(true));
for (const name of ["headrace:found", "htmx:after:request"]) document.addEventListener(name, () => tell(false));

// Whoever is signed out meanwhile keeps the page as it stands, with what was written in it: a band beside it says what to do.
interface Answered {
  ctx: { sourceElement: Element; response: { status: number } };
}

document.addEventListener("htmx:before:response", (event) => {
  const { sourceElement, response } = (event as CustomEvent<Answered>).detail.ctx;
  const band = document.querySelector<HTMLTemplateElement>("template[data-signed-out]");
  if (!band) return;
  if (response.status !== 401) {
    for (const shown of document.querySelectorAll(".signed-out")) shown.remove();
    return;
  }
  event.preventDefault();
  // A dialog lies over the page, so it is told in there.
  const place = sourceElement.closest("form") ?? document.querySelector("dialog[open] [data-content], main .content") ?? document.querySelector("main");
  if (!place || place.querySelector(":scope > .signed-out")) return;
  place.prepend(band.content.cloneNode(true));
});
