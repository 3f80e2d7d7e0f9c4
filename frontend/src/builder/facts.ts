// What the server says about the Flow that is worked on, and the elements of the page.
export interface Facts {
  id: string;
  name: string;
  text: string;
  base: string;
  editable: boolean;
  has_address: boolean;
  preview: string;
  run: string;
}

export const facts: Facts = JSON.parse(document.getElementById("builder-facts")?.textContent ?? "{}");

/** The element with this data attribute; the page has it. */
export function part<E extends HTMLElement = HTMLElement>(name: string): E {
  return document.querySelector<E>(`[data-${name}]`) as E;
}

/** The same where the page may lack it. */
export function perhaps<E extends HTMLElement = HTMLElement>(name: string): E | null {
  return document.querySelector<E>(`[data-${name}]`);
}

/** A line about something that succeeded, for six seconds. */
export function tell(text: string): void {
  document.dispatchEvent(new CustomEvent("headrace:toast", { detail: text }));
}

export function element(tag: string, className = "", text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
