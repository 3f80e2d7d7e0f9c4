// The editor of a connector: which line one is on, going to a problem's line, an example of the data that is tried.
const editor = document.querySelector<HTMLTextAreaElement>("[data-connector]");
const place = document.querySelector<HTMLElement>("[data-connector-line]");
const asked = document.querySelector<HTMLSelectElement>("[data-try-asked]");
const data = document.querySelector<HTMLTextAreaElement>("[data-try-data]");

function tellLine(): void {
  if (!editor || !place) return;
  place.textContent = `Line ${editor.value.slice(0, editor.selectionStart).split("\n").length}`;
}

function goTo(number: number): void {
  if (!editor) return;
  const lines = editor.value.split("\n");
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  editor.focus();
  editor.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
  const height = parseFloat(getComputedStyle(editor).lineHeight) || 20;
  editor.scrollTop = Math.max(0, (number - 6) * height);
  tellLine();
}

if (editor) {
  for (const kind of ["keyup", "click", "input", "focus"]) editor.addEventListener(kind, tellLine);
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-go-to-line]");
    if (button) goTo(Number(button.dataset.goToLine));
  });
  asked?.addEventListener("change", () => {
    if (data) data.value = asked.selectedOptions[0]?.dataset.example ?? "{}";
  });
}
