// The days of a month by keyboard: arrows move by a day or a week, Home and End within the week, Page Up and Page Down
// by a month. Days that cannot be chosen are passed over; past the end of a month its neighbour is drawn. Where the
// month asks, a day is only marked until OK takes it.
import { takes } from "./choosers";
import { inputOf, inWords } from "./days";

const DAY = 86_400_000;
const at = (written: string): number => Date.parse(`${written}T00:00:00Z`);
const written = (time: number): string => new Date(time).toISOString().slice(0, 10);

interface Wish {
  opener: string;
  time: number;
  step: number;
}
let wish: Wish | null = null;

interface Pick {
  month: string;
  day: string;
}
let pick: Pick | null = null;

/** Marks the day that OK would take; a redraw in between knows nothing of it. */
const mark = (): void => {
  const month = pick && document.getElementById(pick.month);
  if (!pick || !month) return;
  for (const day of month.querySelectorAll<HTMLElement>(".day")) {
    day.setAttribute("aria-pressed", String(pick.day !== "" && day.id.endsWith(pick.day)));
  }
  const told = month.querySelector(".head strong");
  if (told) told.textContent = inWords(pick.day);
  takes(month, pick.day);
};

document.addEventListener("click", ({ target }) => {
  const month = target instanceof Element ? target.closest(".month.asks") : null;
  const day = (target as Element).closest(".day");
  if (!month || !day) return;
  pick = { month: month.id, day: day.id.slice(-10) };
  mark();
});

// The year is no answer of the person: it only says which month to draw.
for (const kind of ["input", "change"]) {
  document.addEventListener(
    kind,
    (event) => {
      const year = event.target;
      if (!(year instanceof HTMLSelectElement) || !year.matches(".month .year")) return;
      event.stopPropagation();
      const asked = year.closest(".panel")?.querySelector<HTMLInputElement>(":scope > input");
      if (kind !== "change" || !asked) return;
      asked.value = `${year.value}-${year.dataset.month}`;
      asked.form?.dispatchEvent(new Event("input"));
    },
    true,
  );
}

const dayOf = (opener: string, time: number): HTMLButtonElement | null =>
  document.getElementById(`${opener}-${written(time)}`) as HTMLButtonElement | null;

/** The first day that can be chosen from a time on, step by step, as long as the month shows it. */
const choosable = ({ opener, time, step }: Wish): HTMLButtonElement | null => {
  let found = dayOf(opener, time);
  while (found?.disabled) found = dayOf(opener, (time += step * DAY));
  return found;
};

const turn = (asked: Wish): void => {
  const button = document.getElementById(`${asked.opener}-${asked.step < 0 ? "before" : "after"}`);
  if (!(button instanceof HTMLButtonElement) || button.disabled) return;
  wish = asked;
  button.click();
};

const within = (day: HTMLElement, last: boolean): void => {
  const days = [...(day.closest("tr")?.querySelectorAll<HTMLElement>(".day:enabled") ?? [])];
  days.at(last ? -1 : 0)?.focus();
};

const monthAway = (time: number, months: number): number => {
  const day = new Date(time);
  const longest = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0)).getUTCDate();
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, Math.min(day.getUTCDate(), longest));
};

document.addEventListener("keydown", (event) => {
  const day = event.target;
  if (!(day instanceof HTMLElement) || !day.matches(".month .day")) return;
  const onward = getComputedStyle(day).direction === "rtl" ? -1 : 1;
  const step = { ArrowLeft: -onward, ArrowRight: onward, ArrowUp: -7, ArrowDown: 7 }[event.key];
  const months = { PageUp: -1, PageDown: 1 }[event.key];
  if (step === undefined && months === undefined && event.key !== "Home" && event.key !== "End") return;
  event.preventDefault();
  const opener = day.id.slice(0, -11);
  const time = at(day.id.slice(-10));
  if (months !== undefined) {
    turn({ opener, time: monthAway(time, months), step: months });
  } else if (step === undefined) {
    within(day, event.key === "End");
  } else {
    const asked = { opener, time: time + step * DAY, step };
    const found = choosable(asked);
    if (found) found.focus();
    else turn(asked);
  }
});

/** The chosen day, else today, else the first that can be chosen. */
const enter = (month: HTMLElement): void => {
  const likely = ["[aria-pressed=true]", ".today", ""].map((which) => month.querySelector<HTMLElement>(`.day${which}:enabled`));
  likely.find(Boolean)?.focus();
};

document.addEventListener("htmx:after:swap", () => {
  mark();
  // A redraw that was under way when the month opened must not take the keyboard out of it.
  const open = document.querySelector<HTMLElement>(".month:popover-open");
  if (!wish && open && !open.contains(document.activeElement)) enter(open);
  if (!wish) return;
  const { opener, time, step } = wish;
  wish = null;
  const days = [...document.querySelectorAll<HTMLElement>(`#${CSS.escape(opener)}-month .day:enabled`)];
  (choosable({ opener, time, step }) ?? (step < 0 ? days.at(-1) : days[0]))?.focus();
});

// What was marked and not taken is forgotten.
document.addEventListener(
  "beforetoggle",
  (event) => {
    const month = event.target;
    if (!(month instanceof HTMLElement) || !month.matches(".month")) return;
    pick = null;
    if ((event as ToggleEvent).newState !== "open" || !month.matches(".asks")) return;
    pick = { month: month.id, day: inputOf(month)?.value ?? "" };
    mark();
  },
  true,
);

// A month opens on the chosen day, else on today, else on the first that can be chosen.
document.addEventListener(
  "toggle",
  (event) => {
    const month = event.target;
    if (!(month instanceof HTMLElement) || !month.matches(".month") || (event as ToggleEvent).newState !== "open") return;
    enter(month);
  },
  true,
);
