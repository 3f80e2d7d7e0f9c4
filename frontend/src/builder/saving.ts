// Saving, and not losing anything: what is not saved is kept in this browser, and what others saved is not overwritten
// unseen.
import type { EditorView } from "@codemirror/view";
import { replaceText } from "./editor";
import { facts, part, perhaps, tell } from "./facts";
import { whole } from "./language";

const KEPT = `headrace.builder.${facts.id}`;

interface Kept {
  base: string;
  text: string;
  at: string;
}

// Line ends that the author wrote stay: the editor itself knows one kind only.
const ends = (facts.text.match(/\r\n/g)?.length ?? 0) * 2 > (facts.text.match(/\n/g)?.length ?? 0) ? "\r\n" : "\n";
let base = facts.base;
let saved = facts.text.replace(/\r\n?/g, "\n");
let theirs = { text: "", base: "" };

function textOf(view: EditorView): string {
  const text = view.state.doc.toString();
  return ends === "\n" ? text : text.replaceAll("\n", ends);
}

export function isDirty(view: EditorView): boolean {
  return facts.editable && view.state.doc.toString() !== saved;
}

let timer = 0;

export function keepSoon(view: EditorView): void {
  document.documentElement.toggleAttribute("data-dirty", isDirty(view));
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    try {
      if (!isDirty(view)) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, JSON.stringify({ base, text: view.state.doc.toString(), at: new Date().toISOString() }));
    } catch {
      // A browser may be out of room or forbid it; saving still works.
    }
  }, 400);
}

function bringBack(view: EditorView): void {
  let kept: Kept | null = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  } catch {
    kept = null;
  }
  if (!kept || typeof kept.text !== "string" || kept.text === saved) return;
  replaceText(view, kept.text, "input.restore");
  const at = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(new Date(kept.at));
  const words = kept.base === facts.base
    ? `What you had not saved at ${at} is back.`
    : `What you had not saved at ${at} is back; the Flow was changed since, and saving asks before it replaces that.`;
  if (kept.base !== facts.base) base = kept.base;
  part("brought-back-words").textContent = words;
  part("brought-back").hidden = false;
  part("discard").addEventListener("click", () => {
    base = facts.base;
    replaceText(view, facts.text, "input.restore");
    part("brought-back").hidden = true;
    view.focus();
  });
}

function say(words: string, isTrouble = false): void {
  const line = part("saved");
  line.textContent = words;
  line.classList.toggle("stopped", isTrouble);
}

export async function save(view: EditorView, note = ""): Promise<boolean> {
  if (!facts.editable) return false;
  if (whole(view.state.doc.toString()) !== view.state.doc.toString()) {
    say("Not saved: the text holds half a character, which no file can hold. Take it out.", true);
    return false;
  }
  const button = perhaps<HTMLButtonElement>("save");
  if (button?.classList.contains("htmx-request")) return false;
  button?.classList.add("htmx-request");
  const [text, shown] = [textOf(view), view.state.doc.toString()];
  try {
    const answer = await fetch(`/flows/${encodeURIComponent(facts.id)}/save`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ text, base, note }),
    });
    const told = await answer.json().catch(() => ({ error: `Not saved: Headrace answered with status ${answer.status}. Your text is kept in this browser.` }));
    if (answer.status === 409) {
      theirs = { text: told.theirs, base: told.base };
      part("conflict-words").textContent = told.error;
      (document.getElementById("conflict-dialog") as HTMLDialogElement).showModal();
      return false;
    }
    if (!answer.ok) {
      say(told.error, true);
      return false;
    }
    [base, saved] = [told.base, shown];
    part("brought-back").hidden = true;
    const errors = told.errors ? `, ${told.errors} error${told.errors === 1 ? "" : "s"}` : "";
    say(`Version ${told.number}, saved just now by ${told.by}${errors}`);
    keepSoon(view);
    return true;
  } catch {
    say("Not saved: Headrace does not answer. Your text is kept in this browser.", true);
    return false;
  } finally {
    button?.classList.remove("htmx-request");
  }
}

async function restore(view: EditorView, number: string): Promise<void> {
  const answer = await fetch(`/flows/${encodeURIComponent(facts.id)}/versions/${number}`).catch(() => null);
  if (!answer?.ok) return;
  const { text } = await answer.json();
  replaceText(view, text, "input.restore");
  (document.getElementById("act-dialog") as HTMLDialogElement).close();
  tell(`Version ${number} is in the editor. Save it to bring it to WhatsApp.`);
  view.focus();
}

export function setUpSaving(view: EditorView): void {
  if (facts.editable) bringBack(view);
  perhaps("save")?.addEventListener("click", () => void save(view));
  const noteDialog = document.getElementById("note-dialog") as HTMLDialogElement;
  perhaps("save-note")?.addEventListener("click", () => noteDialog.showModal());
  part("note-form").addEventListener("submit", () => {
    const input = document.getElementById("note-text") as HTMLInputElement;
    void save(view, input.value.trim());
    input.value = "";
  });
  const conflict = document.getElementById("conflict-dialog") as HTMLDialogElement;
  part("take-theirs").addEventListener("click", () => {
    base = theirs.base;
    saved = theirs.text.replace(/\r\n?/g, "\n");
    replaceText(view, theirs.text, "input.restore");
    conflict.close();
  });
  part("save-mine").addEventListener("click", () => {
    base = theirs.base;
    conflict.close();
    void save(view);
  });
  perhaps("publish")?.addEventListener("click", async () => {
    if (isDirty(view) && !(await save(view))) return;
    part("publish-now").click();
  });
  document.addEventListener("click", (event) => {
    const chosen = (event.target as Element).closest<HTMLElement>("[data-restore]");
    if (chosen && facts.editable) void restore(view, chosen.dataset.restore ?? "");
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty(view)) event.preventDefault();
  });
}
