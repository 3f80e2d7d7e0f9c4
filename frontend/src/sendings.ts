// The form of sending: it begins with the phone in the dock, and says beforehand whom a message cannot reach.
function note(chooser: HTMLSelectElement): void {
  const line = chooser.form?.querySelector<HTMLElement>("[data-window-note]");
  const words = line?.querySelector<HTMLElement>("[data-window-words]");
  if (!line || !words) return;
  const shut = chooser.selectedOptions[0]?.dataset.shut ?? "";
  line.hidden = !shut;
  words.textContent = shut ? `${shut}. Only a template reaches them now.` : "";
}

document.addEventListener("htmx:after:swap", () => {
  const chooser = document.querySelector<HTMLSelectElement>("#send-phone:not([data-known])");
  if (!(chooser instanceof HTMLSelectElement)) return;
  chooser.dataset.known = "";
  const docked = document.querySelector<HTMLSelectElement>("[data-dock-phone]")?.selectedOptions[0]?.dataset.waId;
  const wasChosen = chooser.querySelector("option[selected]") !== null;
  if (!wasChosen && docked && [...chooser.options].some((option) => option.value === docked)) chooser.value = docked;
  note(chooser);
  chooser.focus();
});

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.id === "send-phone") note(event.target);
});
