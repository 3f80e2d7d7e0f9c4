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
