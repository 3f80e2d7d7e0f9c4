// A button with data-open opens the <dialog> of that id; one with data-close closes the dialog it stands in.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    // What it showed the last time must not be taken for what is being asked for now.
    const waiting = dialog.querySelector<HTMLTemplateElement>("template[data-waiting]");
    waiting?.parentElement?.querySelector("[data-content]")?.replaceChildren(waiting.content.cloneNode(true));
    dialog.showModal();
    return;
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  // A press on the backdrop is a press on the dialog itself.
  if (target instanceof HTMLDialogElement && target.dataset.light !== undefined) target.close();
});
