// A menu is a popover: it opens below its button, its arrows move, and choosing closes it.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
    const button = document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(menu.id)}"]`);
    const isOpen = (event as ToggleEvent).newState === "open";
    button?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || !button) return;
    const [place, size] = [button.getBoundingClientRect(), menu.getBoundingClientRect()];
    const below = place.bottom + 4 + size.height <= innerHeight;
    menu.style.top = `${below ? place.bottom + 4 : Math.max(8, place.top - size.height - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(place.right - size.width, innerWidth - size.width - 8))}px`;
    menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  },
  true,
);

document.addEventListener("click", (event) => {
  (event.target as Element).closest("[role=menuitem]")?.closest<HTMLElement>(".menu[popover]")?.hidePopover();
});

document.addEventListener("keydown", (event) => {
  const item = event.target instanceof Element ? event.target.closest<HTMLElement>(".menu [role=menuitem]") : null;
  const items = [...(item?.closest(".menu")?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const here = items.indexOf(item as HTMLElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
  if (!item || next === undefined) return;
  event.preventDefault();
  items[(next + items.length) % items.length]?.focus();
});
