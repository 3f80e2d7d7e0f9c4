// <time data-relative> says how long ago; its title keeps the exact moment in the reader's own time zone. <time data-clock>
// is the clock of the box: it goes on from what the server wrote, and it is what "ago" counts from. <time data-exact> is a
// moment to the second, <time data-day> the day it falls on, both where the reader is.
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const shown = document.querySelector<HTMLTimeElement>("time[data-clock]");
const ahead = shown ? new Date(shown.dateTime).getTime() - Date.now() : 0;
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat("en-GB", {
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const date = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", year: "numeric" });

function words(moment: Date, now: number): string {
  const seconds = Math.round((now - moment.getTime()) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return day.format(moment);
}

function update(): void {
  const now = Date.now() + ahead;
  if (shown) shown.textContent = clock.format(now).replace(",", "");
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const text = words(moment, now);
    if (element.textContent !== text) element.textContent = text;
    element.title ||= exact.format(moment);
  }
  for (const element of document.querySelectorAll<HTMLTimeElement>("time:is([data-exact], [data-day])")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const text = ("day" in element.dataset ? date : second).format(moment).replace(",", "");
    if (element.textContent !== text) element.textContent = text;
    element.title ||= exact.format(moment);
  }
}

update();
window.setInterval(update, 5000);
document.addEventListener("htmx:after:swap", update);
