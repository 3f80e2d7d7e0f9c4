// The Playground: a text that is kept in this browser alone, and shared by a link that holds it behind its #.
import type { EditorView } from "@codemirror/view";
import { replaceText } from "./editor";
import { facts, part, tell } from "./facts";

const KEPT = "headrace.playground";
const MOST = 512 * 1024;

/** Keeps the text for the next visit; `isTold` where somebody asked for it. */
export function keepText(view: EditorView, isTold = true): void {
  try {
    localStorage.setItem(KEPT, view.state.doc.toString());
    if (isTold) tell("Kept in this browser. Share makes a link of it.");
  } catch {
    if (isTold) tell("This browser keeps nothing. Share makes a link of the text.");
  }
}

async function piped(bytes: Uint8Array<ArrayBuffer>, through: ReadableWritablePair<Uint8Array, BufferSource>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  const parts: BlobPart[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > MOST) throw new RangeError("too large");
    parts.push(next.value as Uint8Array<ArrayBuffer>);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A text as letters that an address may hold. */
async function packed(text: string): Promise<string> {
  const bytes = await piped(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function unpacked(letters: string): Promise<string> {
  const bytes = Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(await piped(bytes, new DecompressionStream("deflate-raw")));
}

/** Brings the text that the address holds; whether it holds one that can be read. */
async function bringShared(view: EditorView): Promise<boolean> {
  const letters = new URLSearchParams(location.hash.slice(1)).get("flow");
  if (!letters) return false;
  try {
    replaceText(view, await unpacked(letters), "input.restore");
    return true;
  } catch {
    tell("The Flow in this link cannot be read: the link broke off, or it was changed.");
    return false;
  }
}

async function share(view: EditorView): Promise<void> {
  const text = view.state.doc.toString();
  if (new Blob([text]).size > MOST) {
    tell("A link holds a Flow of at most 512 KB.");
    return;
  }
  const link = new URL(`#flow=${await packed(text)}`, location.origin + location.pathname);
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link.href);
    tell("The link is copied. It holds the whole Flow; nothing is stored on the server.");
  } catch {
    tell("The address of this page is the link now: copy it from there.");
  }
}

async function bringStart(view: EditorView, key: string): Promise<void> {
  const answer = await fetch(`/playground/starts/${encodeURIComponent(key)}`).catch(() => null);
  if (!answer?.ok) {
    tell("Headrace does not answer.");
    return;
  }
  replaceText(view, (await answer.json()).text, "input.restore");
  view.focus();
}

function download(view: EditorView): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([view.state.doc.toString()], { type: "application/json" }));
  link.download = "flow.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

export async function setUpPlayground(view: EditorView): Promise<void> {
  const chooser = part<HTMLSelectElement>("start");
  chooser.addEventListener("change", () => {
    if (chooser.value) void bringStart(view, chooser.value);
  });
  part("share").addEventListener("click", () => void share(view));
  part("download").addEventListener("click", () => download(view));
  window.addEventListener("hashchange", () => void bringShared(view));
  const kept = localStorage.getItem(KEPT);
  if ((await bringShared(view)) || facts.is_chosen || !kept || kept === facts.text) return;
  replaceText(view, kept, "input.restore");
  part("saved").textContent = "What you wrote here last is back.";
  chooser.value = "";
}
