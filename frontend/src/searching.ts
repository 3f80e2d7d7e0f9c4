// The search box over the options of a long list: only what fits stays, and the arrows move through it. Nothing of it
// reaches the session: what is searched for is no answer.
const isBox = (target: EventTarget | null): target is HTMLInputElement =>
  target instanceof HTMLInputElement && target.matches(".options > input[type=search]");

const plain = (text: string): string =>
  text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();

const filter = (sheet: Element, text: string): void => {
  const words = plain(text).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of sheet.querySelectorAll<HTMLElement>("li")) {
    const own = plain(row.textContent ?? "");
    row.hidden = !words.every((word) => own.includes(word));
    found += row.hidden ? 0 : 1;
  }
  const nothing = sheet.querySelector<HTMLElement>(".nothing");
  if (nothing) nothing.hidden = found > 0;
};

for (const kind of ["input", "change"]) {
  document.addEventListener(
    kind,
    (event) => {
      if (!isBox(event.target)) return;
      event.stopPropagation();
      filter(event.target.parentElement as Element, event.target.value);
    },
    true,
  );
}

document.addEventListener(
  "toggle",
  (event) => {
    const sheet = event.target;
    const box = sheet instanceof HTMLElement ? sheet.querySelector(":scope.options > input") : null;
    if (!isBox(box) || (event as ToggleEvent).newState === "open") return;
    box.value = "";
    filter(box.parentElement as Element, "");
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const sheet = event.target instanceof Element ? event.target.closest<HTMLElement>(".options") : null;
  if (!sheet) return;
  const rows = [...sheet.querySelectorAll<HTMLButtonElement>("li:not([hidden]) > button:enabled")];
  if (event.key === "Enter" && isBox(event.target)) {
    event.preventDefault();
    rows.filter((row) => !row.matches(".clear"))[0]?.click();
    return;
  }
  const now = rows.indexOf(event.target as HTMLButtonElement);
  if (isBox(event.target) && event.key !== "ArrowDown") return;
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  (next < 0 ? sheet.querySelector<HTMLElement>("input") : rows[next])?.focus();
});
