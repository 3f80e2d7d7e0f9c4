// A button with data-copy copies that text, or the text of the element that data-copy-from names, and says so.
document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom;
  const text = source ? document.getElementById(source)?.textContent : button.dataset.copy;
  const label = button.querySelector<HTMLElement>("[data-copy-label]");
  const before = label?.textContent ?? "";
  let told = "Copied";
  try {
    await navigator.clipboard.writeText((text ?? "").trim());
  } catch {
    told = "Not copied: the browser does not allow it";
  }
  if (!label || before === told) return;
  // The button keeps its width, so that nothing beside it moves.
  button.style.minWidth = `${button.offsetWidth}px`;
  button.classList.add("told");
  label.textContent = told;
  window.setTimeout(() => {
    label.textContent = before;
    button.classList.remove("told");
    button.style.minWidth = "";
  }, 1600);
});
