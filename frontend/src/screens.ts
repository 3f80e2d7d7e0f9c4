// A new screen takes the keyboard along: Tab goes on at its first field, not behind the phone.
const shownOn = (sheet: Element | null): string => {
  const scroll = sheet?.querySelector(".flow-scroll");
  return scroll ? scroll.id || scroll.className : "";
};

let held: { sheet: string; screen: string } | null = null;
document.addEventListener("htmx:before:swap", () => {
  const sheet = document.activeElement?.closest(".flow-sheet");
  held = sheet ? { sheet: sheet.id, screen: shownOn(sheet) } : null;
});
document.addEventListener("htmx:after:swap", () => {
  const before = held;
  held = null;
  const sheet = before && document.getElementById(before.sheet);
  if (!sheet || shownOn(sheet) === before.screen || sheet.contains(document.activeElement)) return;
  sheet.querySelector<HTMLElement>(".flow-scroll")?.focus({ preventScroll: true });
});
