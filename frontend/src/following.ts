// A scrolling element with data-follow stays at its end while new things come in, unless the reader has scrolled up.
const NEAR = 48;
const watched = new WeakSet<Element>();

function watch(element: HTMLElement): void {
  if (watched.has(element)) return;
  watched.add(element);
  let following = true;
  element.addEventListener("scroll", () => {
    following = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
  });
  const toEnd = () => {
    if (following) element.scrollTop = element.scrollHeight;
  };
  new MutationObserver(toEnd).observe(element, { childList: true, subtree: true, characterData: true });
  new ResizeObserver(toEnd).observe(element);
  toEnd();
}

function watchAll(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-follow]")) watch(element);
}

watchAll();
document.addEventListener("htmx:after:swap", watchAll);
