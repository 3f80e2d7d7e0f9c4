// The one connection of all pages of a browser: it follows what any of them follows, and hands each event to those that
// follow its address. A page that begins to follow hears "open" first, and draws itself anew: what changed before that
// is not missed. When what is followed changes, the next connection is open before the last one ends.
export type ToWorker = { follow: string[] };
export type FromWorker = { kind: "event"; path: string; event: string } | { kind: "lost" } | { kind: "found" };

const SETTLE_MILLISECONDS = 30;
const pages = new Map<MessagePort, Set<string>>();
let source: EventSource | undefined;
let next: EventSource | undefined;
let open = new Set<string>();
let address = "";
let isLost = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function post(port: MessagePort, message: FromWorker): void {
  port.postMessage(message);
}

function hand(path: string, event: string): void {
  for (const [port, paths] of pages) if (paths.has(path)) post(port, { kind: "event", path, event });
}

function tell(lost: boolean): void {
  if (!lost && !isLost) return; // that it is still lost is told with every try
  isLost = lost;
  for (const port of pages.keys()) post(port, { kind: lost ? "lost" : "found" });
}

function connect(): void {
  timer = undefined;
  const wanted = [...new Set([...pages.values()].flatMap((paths) => [...paths]))].sort();
  const wantedAddress = wanted.length ? `/live?${wanted.map((path) => `path=${encodeURIComponent(path)}`).join("&")}` : "";
  if (wantedAddress === address) return;
  address = wantedAddress;
  next?.close();
  next = undefined;
  if (!address) {
    source?.close();
    source = undefined;
    open = new Set();
    return;
  }
  const opened = new EventSource(address);
  next = opened;
  opened.addEventListener("message", ({ data }: MessageEvent<string>) => {
    const [path, event] = JSON.parse(data) as [string, string];
    if (event !== "open" || !open.has(path)) hand(path, event);
    if (event === "open") open.add(path);
  });
  opened.addEventListener("open", () => {
    if (next === opened) {
      source?.close();
      [source, next] = [opened, undefined];
      open = new Set([...open].filter((path) => wanted.includes(path)));
    }
    tell(false);
  });
  opened.addEventListener("error", () => {
    open = new Set(); // what changes meanwhile is not heard
    tell(true);
    if (opened.readyState !== EventSource.CLOSED) return; // it tries again by itself
    setTimeout(() => {
      if (source !== opened && next !== opened) return;
      [source, next, address] = [undefined, undefined, ""];
      connect();
    }, 1000);
  });
}

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  if (!port) return;
  pages.set(port, new Set());
  port.addEventListener("message", ({ data: { follow } }: MessageEvent<ToWorker>) => {
    const before = pages.get(port) ?? new Set();
    pages.set(port, new Set(follow));
    for (const path of follow) {
      if (!before.has(path) && open.has(path)) post(port, { kind: "event", path, event: "open" });
    }
    if (isLost && follow.length) post(port, { kind: "lost" });
    timer ??= setTimeout(connect, SETTLE_MILLISECONDS);
  });
  port.start();
};
