// What the server says about the Flow that is worked on, and the elements of the page.
export interface Facts {
  id: string;
  name: string;
  text: string;
  base: string;
  editable: boolean;
  has_address: boolean;
  /** Where questions about a text are asked, and below which address previews are. */
  language: string;
  previews: string;
  /** The Playground saves nothing; `is_chosen` where its address says what it begins with. */
  is_playground: boolean;
  is_chosen: boolean;
}

export const facts: Facts = JSON.parse(document.getElementById("builder-facts")?.textContent ?? "{}");

const key = [...crypto.getRandomValues(new Uint8Array(15))].map((byte) => byte.toString(36).padStart(2, "0")).join("");

/** Where the phone of this page is, and the one of its runs: nobody else can guess it. */
export const [preview, running] = [`${facts.previews}/${key}`, `${facts.previews}/${key}-run`];

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
