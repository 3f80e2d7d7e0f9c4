// A component of the reference, drawn by the phone beside it: the page posts the sample's text to a preview of its own.
import { newKey } from "./keys";

const frame = document.querySelector<HTMLIFrameElement>("[data-sample-frame]");
const text = document.querySelector("[data-sample]")?.textContent;

if (frame && text) {
  const preview = `/previews/${newKey()}`;
  window.addEventListener("message", (event) => {
    if (event.data !== "headrace:preview-open" || event.source !== frame.contentWindow) return;
    void fetch(`${preview}/text`, { method: "POST", body: JSON.parse(text) as string }).catch(() => undefined);
  });
  frame.src = `${preview}/?as=phone`;
}
