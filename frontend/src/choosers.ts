// What every sheet or dialog for choosing a day does: a press beside it closes it, Tab stays within.
import { put } from "./days";

const FOCUSABLE = "button:enabled, select:enabled, [tabindex='0']";
const isChooser = (target: EventTarget | null): target is HTMLElement =>
  target instanceof HTMLElement && target.matches(".chooser");

document.addEventListener("click", ({ target }) => {
  if (isChooser(target)) target.hidePopover();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || !(event.target instanceof Element)) return;
  const stops = [...(event.target.closest(".chooser")?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (!to || event.target !== from) return;
  event.preventDefault();
  to.focus();
});

// What is pressed stands in the field before anything is posted.
document.addEventListener(
  "click",
  ({ target }) => {
    const chooser = target instanceof Element ? target.closest(".chooser") : null;
    const pressed = chooser && (target as Element).closest<HTMLButtonElement>(".done, [id$='-clear'], .month:not(.asks) .day");
    if (!chooser || !pressed) return;
    chooser.dispatchEvent(new CustomEvent("taken"));
    put(chooser, JSON.parse(pressed.getAttribute("hx-vals") ?? "{}").value ?? "");
  },
  true,
);

/** The button that takes what was chosen posts this day from now on; none shuts it. */
export const takes = (chooser: Element, day: string): void => {
  const done = chooser.querySelector<HTMLButtonElement>(".done");
  if (!done) return;
  done.disabled = !day;
  done.setAttribute("hx-vals", JSON.stringify({ ...JSON.parse(done.getAttribute("hx-vals") ?? "{}"), value: day }));
};
