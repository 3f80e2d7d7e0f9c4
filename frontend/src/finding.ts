// Finding anything: Ctrl K opens the box, the arrows move through what was found, Enter goes there.
const dialog = document.getElementById("find-dialog") as HTMLDialogElement | null;
const input = dialog?.querySelector<HTMLInputElement>("input");

function open(): void {
  if (!dialog || !input || dialog.open) return;
  dialog.showModal();
  input.select();
  input.dispatchEvent(new CustomEvent("find"));
}

if (dialog && input) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    if (event.defaultPrevented) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-find]")) open();
  });
  dialog.addEventListener("keydown", (event) => {
    const links = [...dialog.querySelectorAll<HTMLAnchorElement>("a")];
    const now = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === "Enter" && now < 0) {
      event.preventDefault();
      links[0]?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = now + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? input : links[Math.min(next, links.length - 1)])?.focus();
    }
  });
}
