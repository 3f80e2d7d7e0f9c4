// Creating a Flow: what is chosen to begin with is on the phone before anything is made.
import { newKey } from "./keys";

const form = document.querySelector<HTMLFormElement>("[data-creating]");
const frame = document.querySelector<HTMLIFrameElement>("[data-start-preview]");
const preview = `/previews/${newKey()}`;
const hidden = form?.querySelector<HTMLInputElement>("[data-start-text]");
let text = "";

function show(): void {
  if (frame) void fetch(`${preview}/text`, { method: "POST", body: text }).catch(() => undefined);
}

async function bring(key: string): Promise<void> {
  const answer = await fetch(`/flows/new/starts/${encodeURIComponent(key)}`).catch(() => null);
  text = answer?.ok ? (await answer.json()).text : "";
  show();
}

async function chosen(): Promise<void> {
  const start = form?.querySelector<HTMLInputElement>("input[name=start]:checked");
  if (!form || !start) return;
  for (const row of form.querySelectorAll<HTMLElement>("[data-for]")) row.hidden = row.dataset.for !== start.value;
  if (start.value === "file") {
    const file = form.querySelector<HTMLInputElement>("[data-start-file]")?.files?.[0];
    text = file ? await file.text() : "";
    if (hidden) hidden.value = text;
    const name = form.querySelector<HTMLInputElement>("[name=name]");
    if (file && name && !name.value) name.value = file.name.replace(/(\.flow)?\.json$/i, "");
    show();
  } else if (start.value === "copy") await bring(form.querySelector<HTMLSelectElement>("[data-start-flow]")?.value ?? "");
  else if (start.value === "empty") {
    text = "{}";
    show();
  } else {
    // A template says what it is for, as long as nobody has said otherwise.
    const ticks = [...form.querySelectorAll<HTMLInputElement>("[name=categories]")];
    if (!ticks.some((tick) => tick.checked && !tick.dataset.guessed)) {
      for (const tick of ticks) {
        tick.checked = tick.value === start.dataset.category;
        if (tick.checked) tick.dataset.guessed = "";
      }
    }
    await bring(start.value);
  }
}

if (form) {
  form.addEventListener("change", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches("[name=categories]")) delete target.dataset.guessed;
    if (target.matches("[name=start], [data-start-file], [data-start-flow]")) void chosen();
  });
  window.addEventListener("message", (event) => {
    if (event.data === "headrace:preview-open" && event.source === frame?.contentWindow && text) show();
  });
  if (frame) frame.src = `${preview}/?as=phone`;
  void chosen();
}
