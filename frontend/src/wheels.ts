// Three wheels for day, month and year. Each is a list that snaps; what stands in its middle is chosen. By keyboard: up
// and down turn a wheel, left and right go to the next one, digits and letters go to what they begin. A day that cannot
// be chosen is rolled past.
import { takes } from "./choosers";
import { inputOf, MONTHS } from "./days";

const PARTS = ["Day", "Month", "Year"] as const;
const DAY = 86_400_000;
const REST = 140; // milliseconds without scrolling after which a wheel has come to rest

/** What the wheels that are open show. */
let picked = "";

interface Limits {
  first: number;
  last: number;
  without: Set<string>;
}

const at = (written: string): number => Date.parse(`${written}T00:00:00Z`);
const written = (time: number): string => new Date(time).toISOString().slice(0, 10);
const limitsOf = ({ dataset }: HTMLElement): Limits => ({
  first: at(dataset.first ?? ""),
  last: at(dataset.last ?? ""),
  without: new Set(dataset.without?.split(" ")),
});
const has = ({ first, last, without }: Limits, time: number): boolean =>
  time >= first && time <= last && !without.has(written(time));

/** The next day that can be chosen, in the direction one came in where there is one. */
const settled = (limits: Limits, time: number, direction: number): number | null => {
  const from = Math.min(Math.max(time, limits.first), limits.last);
  for (const way of [direction, -direction]) {
    for (let away = 0; away <= limits.without.size; away++) {
      if (has(limits, from + way * away * DAY)) return from + way * away * DAY;
    }
  }
  return null;
};

const wheelsOf = (chooser: Element): HTMLElement[] => [...chooser.querySelectorAll<HTMLElement>(".wheel")];
const rowsOf = (wheel: Element): HTMLElement[] => [...wheel.children] as HTMLElement[];
const rowHeight = (wheel: Element): number => wheel.firstElementChild?.getBoundingClientRect().height || 1;
const numberOf = (wheel: Element): number => Number(wheel.querySelector<HTMLElement>("[aria-selected=true]")?.dataset.number);

const select = (wheel: HTMLElement, number: number): void => {
  for (const row of rowsOf(wheel)) {
    const isIt = Number(row.dataset.number) === number;
    if (isIt === (row.getAttribute("aria-selected") === "true")) continue;
    row.setAttribute("aria-selected", String(isIt));
    if (isIt) wheel.setAttribute("aria-activedescendant", row.id);
  }
};

/** Where a wheel rolls by itself; on the way it chooses nothing, unless a hand stops it. */
const bound = new WeakMap<HTMLElement, number>();

const roll = (wheel: HTMLElement, behavior: ScrollBehavior): void => {
  const place = rowsOf(wheel).findIndex((row) => row.getAttribute("aria-selected") === "true");
  const top = place * rowHeight(wheel);
  if (Math.abs(wheel.scrollTop - top) < 1) return;
  bound.set(wheel, top);
  wheel.scrollTo({ top, behavior });
};

const isStill = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

const pale = (row: HTMLElement, isPale: boolean): void => {
  row.classList.toggle("out", isPale);
  row.setAttribute("aria-disabled", String(isPale));
};

/** Rows that lead to no day that can be chosen are pale; days that the month does not have are, too. */
const fade = (chooser: HTMLElement, limits: Limits, year: number, month: number): void => {
  const [days, months] = wheelsOf(chooser);
  if (!days || !months) return;
  for (const row of rowsOf(days)) {
    const time = Date.UTC(year, month - 1, Number(row.dataset.number));
    pale(row, new Date(time).getUTCMonth() !== month - 1 || !has(limits, time));
  }
  for (const row of rowsOf(months)) {
    const number = Number(row.dataset.number);
    pale(row, Date.UTC(year, number, 0) < limits.first || Date.UTC(year, number - 1, 1) > limits.last);
  }
};

/** Brings all wheels to a day that can be chosen, near what they show. */
const settle = (chooser: HTMLElement, direction: number, behavior: ScrollBehavior): void => {
  const [day = 1, month = 1, year = 1] = wheelsOf(chooser).map(numberOf);
  const longest = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const limits = limitsOf(chooser);
  const time = settled(limits, Date.UTC(year, month - 1, Math.min(day, longest)), direction);
  if (time !== null) {
    const date = new Date(time);
    const numbers = [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCFullYear()];
    wheelsOf(chooser).forEach((wheel, place) => select(wheel, numbers[place] ?? 0));
    fade(chooser, limits, date.getUTCFullYear(), date.getUTCMonth() + 1);
  }
  for (const wheel of wheelsOf(chooser)) roll(wheel, isStill() ? "instant" : behavior);
  picked = time === null ? "" : written(time);
  takes(chooser, picked);
};

const turned = (wheel: HTMLElement): void => {
  const top = bound.get(wheel);
  if (top !== undefined) {
    if (Math.abs(wheel.scrollTop - top) < 1) bound.delete(wheel);
    return;
  }
  const row = rowsOf(wheel)[Math.round(wheel.scrollTop / rowHeight(wheel))];
  const before = numberOf(wheel);
  if (!row) return;
  const number = Number(row.dataset.number);
  if (number !== before) select(wheel, number);
  const chooser = wheel.closest<HTMLElement>(".chooser");
  clearTimeout(resting.get(wheel));
  const direction = Math.sign(number - before) || 1;
  resting.set(wheel, window.setTimeout(() => chooser && settle(chooser, direction, "smooth"), REST));
};
const resting = new WeakMap<HTMLElement, number>();

const wheelOf = (turning: HTMLElement, part: string, numbers: [number, string][]): HTMLElement => {
  const wheel = document.createElement("ul");
  wheel.className = "wheel";
  wheel.tabIndex = 0;
  wheel.role = "listbox";
  wheel.ariaLabel = part;
  for (const [number, words] of numbers) {
    const row = document.createElement("li");
    row.id = `${turning.id}-${part}-${number}`;
    row.role = "option";
    row.ariaSelected = "false";
    row.dataset.number = String(number);
    row.textContent = words;
    wheel.append(row);
  }
  wheel.addEventListener("scroll", () => turned(wheel), { passive: true });
  for (const hand of ["wheel", "pointerdown", "touchstart"]) {
    wheel.addEventListener(hand, () => bound.delete(wheel), { passive: true });
  }
  return wheel;
};

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(last - first + 1, 1) }, (_, place) => first + place);

const build = (chooser: HTMLElement, turning: HTMLElement): void => {
  const year = (written: string | undefined): number => Number(written?.slice(0, 4));
  const years = range(year(chooser.dataset.first), year(chooser.dataset.last));
  const plain = (number: number): [number, string] => [number, String(number)];
  turning.replaceChildren(
    wheelOf(turning, PARTS[0], range(1, 31).map(plain)),
    wheelOf(turning, PARTS[1], MONTHS.map((name, place): [number, string] => [place + 1, name])),
    wheelOf(turning, PARTS[2], years.map(plain)),
  );
};

const isWheels = (target: EventTarget | null): target is HTMLElement =>
  target instanceof HTMLElement && target.matches(".chooser.wheels");

document.addEventListener(
  "toggle",
  (event) => {
    const chooser = event.target;
    const turning = isWheels(chooser) ? chooser.querySelector<HTMLElement>(".turning") : null;
    if (!isWheels(chooser) || !turning || (event as ToggleEvent).newState !== "open") return;
    build(chooser, turning);
    const [year = 0, month = 0, day = 0] = (inputOf(chooser)?.value || chooser.dataset.day || "").split("-").map(Number);
    wheelsOf(chooser).forEach((wheel, place) => select(wheel, [day, month, year][place] ?? 0));
    settle(chooser, 1, "instant");
    wheelsOf(chooser)[0]?.focus({ preventScroll: true });
  },
  true,
);

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element)) return;
  const row = target.closest<HTMLElement>(".wheel > li");
  const chooser = target.closest<HTMLElement>(".chooser.wheels");
  if (row?.parentElement && chooser) {
    select(row.parentElement, Number(row.dataset.number));
    settle(chooser, 1, "smooth");
  }
});

// Whoever is quick presses Done while a wheel still turns: what it shows then counts.
document.addEventListener("taken", ({ target }) => isWheels(target) && settle(target, 1, "instant"), true);

// A redraw knows nothing of what the wheels show.
document.addEventListener("htmx:after:swap", () => {
  const chooser = document.querySelector<HTMLElement>(".chooser.wheels:popover-open");
  if (chooser) takes(chooser, picked);
});

let typed = "";
let last = 0;
let typedAt: HTMLElement | null = null;

/** The row that what is typed begins. */
const typedTo = (wheel: HTMLElement, key: string): HTMLElement | undefined => {
  const now = Date.now();
  typed = now - last > 900 || typedAt !== wheel ? key : typed + key;
  last = now;
  typedAt = wheel;
  const begins = (row: HTMLElement): boolean => (row.textContent ?? "").toLowerCase().startsWith(typed.toLowerCase());
  return rowsOf(wheel).find((row) => row.textContent === typed) ?? rowsOf(wheel).find(begins);
};

document.addEventListener("keydown", (event) => {
  const wheel = event.target;
  if (!(wheel instanceof HTMLElement) || !wheel.matches(".wheel") || event.ctrlKey || event.metaKey || event.altKey) return;
  const chooser = wheel.closest<HTMLElement>(".chooser");
  if (!chooser) return;
  const rows = rowsOf(wheel);
  const now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const onward = getComputedStyle(wheel).direction === "rtl" ? -1 : 1;
  const beside = { ArrowLeft: -onward, ArrowRight: onward }[event.key];
  const moved = { ArrowUp: now - 1, ArrowDown: now + 1, PageUp: now - 5, PageDown: now + 5, Home: 0, End: rows.length - 1 }[event.key];
  if (beside !== undefined) {
    const all = wheelsOf(chooser);
    all[all.indexOf(wheel) + beside]?.focus();
  } else if (event.key === "Enter") {
    chooser.querySelector<HTMLElement>(".done")?.click();
  } else {
    const place = moved === undefined ? -1 : Math.min(Math.max(moved, 0), rows.length - 1);
    const row = moved === undefined ? event.key.length === 1 && event.key !== " " && typedTo(wheel, event.key) : rows[place];
    if (!row) return;
    select(wheel, Number(row.dataset.number));
    settle(chooser, place >= 0 && place < now ? -1 : 1, "instant");
  }
  event.preventDefault();
});
