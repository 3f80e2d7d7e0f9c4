// The phone at the right: it gets every text, and goes where the cursor is. A run is another one, which is used.
import type { EditorView } from "@codemirror/view";
import { facts, part, perhaps, preview, running } from "./facts";
import { whole } from "./language";
import { allScreens, type Picture, screenAt, showPictures } from "./screens";

let shownScreen = "";
let isPosting = false;
let waiting: string | null = null;

/** Has the phone show this text; of texts that come quickly only the last one. */
export async function postText(text: string): Promise<void> {
  if (isPosting) {
    waiting = text;
    return;
  }
  isPosting = true;
  try {
    const answer = await fetch(`${preview}/text`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: whole(text),
    });
    if (answer.ok) showPictures(((await answer.json()) as { screens: Picture[] }).screens);
  } catch {
    // The band of the page says that the server is away; the text is posted again when the preview is back.
  } finally {
    isPosting = false;
  }
  if (waiting !== null) {
    const next = waiting;
    waiting = null;
    await postText(next);
  }
}

/** Has the phone show the screen that the cursor is in. */
export function followCursor(view: EditorView): void {
  const name = screenAt(view.state.selection.main.head)?.name;
  if (!name || name === shownScreen) return;
  shownScreen = name;
  void fetch(`${preview}/jump`, { method: "POST", body: new URLSearchParams({ screen: name }) }).catch(() => undefined);
}

function trouble(words: string): void {
  const band = part("run-trouble");
  band.hidden = !words;
  band.textContent = words;
}

async function run(view: EditorView): Promise<void> {
  const typed = part<HTMLTextAreaElement>("run-data").value.trim();
  let data: unknown = null;
  try {
    data = typed ? JSON.parse(typed) : null;
  } catch (error) {
    trouble(`The data of the first screen are no JSON: ${(error as Error).message}`);
    return;
  }
  const wish = {
    text: whole(view.state.doc.toString()),
    screen: part<HTMLSelectElement>("run-screen").value,
    data,
    flow_token: part<HTMLInputElement>("run-token").value,
    app_secret: perhaps<HTMLInputElement>("run-secret")?.value ?? "",
    flow_id: perhaps<HTMLSelectElement>("run-endpoint")?.value ? facts.id : null,
  };
  const answer = await fetch(`${running}/run`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(wish),
  }).catch(() => null);
  if (!answer?.ok) {
    trouble(((await answer?.json().catch(() => null)) as { error?: string } | null)?.error ?? "Headrace does not answer.");
    return;
  }
  trouble("");
  const frame = part<HTMLIFrameElement>("preview");
  frame.title = "Run";
  frame.src = `${running}/?as=run`;
}

function isRunning(): boolean {
  return document.documentElement.hasAttribute("data-running");
}

function begin(view: EditorView): void {
  const chooser = part<HTMLSelectElement>("run-screen");
  const before = chooser.value;
  const names = allScreens().map((screen) => screen.name);
  chooser.replaceChildren(new Option("Where it begins", ""), ...names.map((name) => new Option(`From ${name}`, name)));
  chooser.value = names.includes(before) ? before : "";
  document.documentElement.toggleAttribute("data-running", true);
  document.documentElement.toggleAttribute("data-dock-shown", true);
  document.documentElement.removeAttribute("data-dock-folded");
  part("run-head").hidden = false;
  void run(view);
}

function end(): void {
  document.documentElement.removeAttribute("data-running");
  part("run-head").hidden = true;
  const frame = part<HTMLIFrameElement>("preview");
  frame.title = "Preview";
  frame.src = `${preview}/?as=phone`;
}

export function setUpPreview(view: EditorView): void {
  part<HTMLIFrameElement>("preview").src = `${preview}/?as=phone`;
  part("run").addEventListener("click", () => begin(view));
  part("run-again").addEventListener("click", () => void run(view));
  part("run-close").addEventListener("click", () => {
    end();
    view.focus();
  });
  for (const name of ["run-screen", "run-endpoint"]) perhaps(name)?.addEventListener("change", () => void run(view));
  window.addEventListener("message", (event) => {
    const frame = part<HTMLIFrameElement>("preview");
    if (event.origin !== location.origin || event.source !== frame.contentWindow) return;
    if (event.data !== "headrace:preview-open" || isRunning()) return;
    shownScreen = "";
    void postText(view.state.doc.toString()).then(() => followCursor(view));
  });
}

export function runNow(view: EditorView): boolean {
  begin(view);
  return true;
}
