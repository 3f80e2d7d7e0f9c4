// An element with data-stream follows a stream of events at that address, each dispatched on it under its own name.
// All pages and frames of a browser share one connection, kept by a shared worker (streams-worker.ts): a browser opens
// six to a host. A page that is not looked at follows nothing and draws itself anew when it is looked at again. Where
// there are no shared workers, a page draws itself anew every few seconds.
import htmx from "htmx.org";
import type { FromWorker, ToWorker } from "./streams-worker";

const POLL_MILLISECONDS = 4000;

let port: MessagePort | undefined;
let followed: string[] = [];

function streamed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-stream]")];
}

function dispatch(path: string, event: string): void {
  for (const element of streamed()) if (element.dataset.stream === path) htmx.trigger(element, event, {});
}

function tell(isLost: boolean): void {
  document.dispatchEvent(new CustomEvent(isLost ? "headrace:lost" : "headrace:found"));
}

function receive({ data }: MessageEvent<FromWorker>): void {
  if (data.kind === "event") dispatch(data.path, data.event);
  else if (document.visibilityState === "visible") tell(data.kind === "lost");
}

function connect(): MessagePort | undefined {
  const address = document.querySelector<HTMLMetaElement>("meta[name=streams]")?.content;
  if (!address || typeof SharedWorker === "undefined") return undefined;
  const connected = new SharedWorker(address, { type: "module", name: "streams" }).port;
  connected.addEventListener("message", receive);
  connected.start();
  return connected;
}

function follow(paths: string[]): void {
  if (paths.join("\n") === followed.join("\n")) return;
  followed = paths;
  port ??= connect();
  port?.postMessage({ follow: paths } satisfies ToWorker);
}

function followWhatIsShown(): void {
  const isShown = document.visibilityState === "visible";
  follow(isShown ? [...new Set(streamed().map((element) => element.dataset.stream ?? ""))].sort() : []);
}

document.addEventListener("visibilitychange", followWhatIsShown);
document.addEventListener("htmx:after:swap", followWhatIsShown);
window.addEventListener("pagehide", () => follow([]));
window.addEventListener("pageshow", followWhatIsShown);
followWhatIsShown();

setInterval(() => {
  if (!port) for (const path of followed) dispatch(path, "open");
}, POLL_MILLISECONDS);
