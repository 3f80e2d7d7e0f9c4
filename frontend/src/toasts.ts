// An answer with data-toast says what succeeded: its dialog closes and the words stand at the bottom for six seconds,
// or as long as the pointer rests on them.
import { showPhone } from "./dock";

const STAYS = 6000;

function toast(text: string, warns = false): void {
  const note = document.createElement("p");
  note.className = warns ? "toast warns" : "toast";
  note.textContent = text;
  document.querySelector("[data-toasts]")?.append(note);
  let timer = window.setTimeout(() => note.remove(), STAYS);
  note.addEventListener("pointerenter", () => window.clearTimeout(timer));
  note.addEventListener("pointerleave", () => (timer = window.setTimeout(() => note.remove(), STAYS)));
}

document.addEventListener("headrace:toast", (event) => toast(String((event as CustomEvent).detail)));

document.addEventListener("htmx:after:swap", () => {
  for (const answer of document.querySelectorAll<HTMLElement>("[data-toast]")) {
    const { toast: text, phone, warns } = answer.dataset;
    answer.closest("dialog")?.close();
    answer.remove();
    if (text) toast(text, warns !== undefined);
    if (phone) showPhone(phone);
  }
});
