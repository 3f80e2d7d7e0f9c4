// A day in words over its input: what was typed or chosen, at once, as the server writes it.
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
export const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

export const inWords = (written: string): string => {
  const day = new Date(`${written}T00:00:00Z`);
  if (!written || Number.isNaN(day.getTime())) return "";
  const month = MONTHS[day.getUTCMonth()]?.slice(0, 3);
  return `${WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()} ${month} ${day.getUTCFullYear()}`;
};

/** The input of the field that a chooser belongs to. */
export const inputOf = (chooser: Element): HTMLInputElement | null =>
  document.querySelector<HTMLInputElement>(
    `.boxed:has(> [popovertarget="${CSS.escape(chooser.id)}"]) > input[type="date"]`,
  );

const tell = (input: HTMLInputElement): void => {
  const words = input.parentElement?.querySelector<HTMLElement>(":scope > .shown");
  if (words) words.textContent = inWords(input.value);
};

/** Puts a chosen day into its field at once: whatever the page posts from now on has it. */
export const put = (chooser: Element, day: string): void => {
  const input = inputOf(chooser);
  if (!input) return;
  input.value = day;
  tell(input);
};

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.type === "date") tell(target);
});
