// "Book an eye test" once more, as a plain HTTP service in Node: it answers JSON with JSON, and `headrace relay` before it
// speaks to WhatsApp. It offers the same as endpoint.py, and bookings are kept in memory, too.
//
//     node service.mjs [PORT] [TODAY]
//     headrace relay http://127.0.0.1:3000/ --app-secret SECRET

import crypto from "node:crypto";
import http from "node:http";

const [port = "3000", today] = process.argv.slice(2);
const BOOKABLE_DAYS = 28;
const STEP = 30;

const SERVICES = [
  { id: "eye_test", title: "Eye test", description: "30 minutes", length: 30 },
  { id: "contact_lenses", title: "Contact lenses", description: "60 minutes, with a trial pair", length: 60 },
  { id: "childs_eye_test", title: "Child's eye test", description: "30 minutes, up to 16 years", length: 30 },
  { id: "hearing_check", title: "Hearing check", description: "30 minutes", length: 30 },
];

// Opening hours in minutes since midnight, from Sunday to Saturday; null is a day off.
const week = (sunday, monday, tuesdayToFriday, saturday) => [sunday, monday, ...Array(4).fill(tuesdayToFriday), saturday];
const SHOPS = [
  {
    id: "canal_street",
    title: "Canal Street",
    description: "12 Canal Street, by the lock",
    services: ["eye_test", "contact_lenses", "childs_eye_test"],
    hours: week(null, [540, 1050], [540, 1050], [540, 960]),
  },
  {
    id: "market_row",
    title: "Market Row",
    description: "3 Market Row, closed on Mondays",
    services: ["eye_test", "childs_eye_test", "hearing_check"],
    hours: week(null, null, [570, 1080], [600, 960]),
  },
  {
    id: "station_road",
    title: "Station Road",
    description: "88 Station Road, early and late",
    services: ["eye_test", "contact_lenses", "hearing_check"],
    hours: week(null, [450, 1140], [450, 1140], [540, 780]),
  },
];

const booked = new Set();
const choices = new Map();
const finished = new Set();

const two = (number) => String(number).padStart(2, "0");
const at = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const clock = (minutes) => `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
const text = (data, name) => (typeof data[name] === "string" ? data[name].trim() : "");
const option = ({ id, title, description }) => ({ id, title, description });

function day(offset) {
  const moment = today ? new Date(`${today}T00:00:00Z`) : new Date(new Date().toISOString().slice(0, 10));
  moment.setUTCDate(moment.getUTCDate() + offset);
  return moment.toISOString().slice(0, 10);
}
const inWords = (date, part) => new Date(`${date}T00:00:00Z`).toLocaleDateString("en-GB", { timeZone: "UTC", ...part });
const weekday = (date) => inWords(date, { weekday: "long" });
const hoursOf = (shop, date) => shop.hours[new Date(`${date}T00:00:00Z`).getUTCDay()];

// Some times are taken from the start, always the same ones for the same shop and day.
function isTaken(shop, date, minutes) {
  const digest = crypto.createHash("sha256").update(`${shop.id} ${date} ${at(minutes)}:00`).digest();
  return digest[0] % 4 === 0 || booked.has(`${shop.id} ${date} ${minutes}`);
}
const halfHours = (begins, service) => Array.from({ length: service.length / STEP }, (_, n) => begins + n * STEP);

function freeTimes(service, shop, date) {
  const hours = date >= day(1) && date <= day(BOOKABLE_DAYS) ? hoursOf(shop, date) : null;
  if (!hours) return [];
  const times = [];
  for (let begins = hours[0]; begins + service.length <= hours[1]; begins += STEP) {
    if (!halfHours(begins, service).some((minutes) => isTaken(shop, date, minutes))) times.push(begins);
  }
  return times;
}

// What does not exist or is not offered counts as not chosen.
function choiceOf(data) {
  const service = SERVICES.find(({ id }) => id === text(data, "service"));
  const shop = SHOPS.find(({ id, services }) => id === text(data, "shop") && services.includes(service?.id));
  const date = text(data, "date");
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(`${date}T00:00:00Z`));
  return { service, shop, date: shop && isDay ? date : undefined };
}

function appointmentOf(data) {
  const { service, shop, date } = choiceOf(data);
  if (!date) return undefined;
  const begins = freeTimes(service, shop, date).find((minutes) => at(minutes) === text(data, "time"));
  if (begins === undefined) return undefined;
  const when = `${weekday(date)}, ${Number(date.slice(8))} ${inWords(date, { month: "long" })} at ${clock(begins)}`;
  return { service, shop, date, begins, words: `${service.title} at ${shop.title}\n${when}` };
}

function firstScreen({ service, shop, date }) {
  const days = Array.from({ length: BOOKABLE_DAYS }, (_, number) => day(number + 1));
  const times = date ? freeTimes(service, shop, date) : [];
  const hours = date && hoursOf(shop, date);
  const instead = date ? "No free time on this day" : "Choose a date first";
  return {
    services: SERVICES.map(option),
    shops: SHOPS.filter(({ services }) => !service || services.includes(service.id)).map(option),
    is_shop_enabled: service !== undefined,
    min_date: day(1),
    max_date: day(BOOKABLE_DAYS),
    unavailable_dates: shop ? days.filter((one) => freeTimes(service, shop, one).length === 0) : [],
    is_date_enabled: shop !== undefined,
    hours: !date
      ? ""
      : hours
        ? `${shop.title} is open on ${weekday(date)} from ${clock(hours[0])} to ${clock(hours[1])}.`
        : `${shop.title} is closed on ${weekday(date)}.`,
    is_hours_visible: date !== undefined,
    times: times.length
      ? times.map((minutes) => ({ id: at(minutes), title: clock(minutes) }))
      : [{ id: "none", title: instead }],
    is_time_enabled: times.length > 0,
  };
}

const carried = (data) => Object.fromEntries(["service", "shop", "date", "time"].map((name) => [name, text(data, name)]));
const person = (data) => ({
  ...Object.fromEntries(["name", "email", "phone", "note"].map((name) => [name, text(data, name)])),
  reminder: data.reminder === true,
});

function notFree(data) {
  const chosen = text(data, "time").replace(/^0/, "");
  return chosen ? `${chosen} is no longer free. Choose another time.` : "Choose a time.";
}

function book(appointment, token) {
  const { shop, date, begins, service } = appointment;
  for (const minutes of halfHours(begins, service)) booked.add(`${shop.id} ${date} ${minutes}`);
  choices.delete(token);
  if (token !== "unused") finished.add(token); // the token of messages without one stands for many people
}

// The answer to one request: a status and an object.
function answer({ action, screen, data, flow_token: token }) {
  if (finished.has(token)) return [427, { error_msg: "This appointment is booked. Write to us if you want to change it." }];
  const show = (name, values) => [200, { screen: name, data: values }];
  if (action === "INIT") return show("APPOINTMENT", firstScreen({}));
  if (action === "BACK") return show("APPOINTMENT", choices.has(token) ? firstScreen(choices.get(token)) : {});
  const appointment = appointmentOf(data);
  if (screen === "APPOINTMENT") {
    const choice = choiceOf(data);
    if (token !== "unused") choices.set(token, choice);
    if (data.trigger !== "continue") return show("APPOINTMENT", firstScreen(choice));
    if (!appointment) return show("APPOINTMENT", { ...firstScreen(choice), error_message: notFree(data) });
    return show("DETAILS", { ...carried(data), appointment: appointment.words });
  }
  if (!appointment) return show(screen, { error_message: notFree(data) });
  const who = person(data);
  if (screen === "DETAILS") {
    if (!who.name || !who.email.includes("@")) return show("DETAILS", { error_message: "Give your name and your email." });
    const contact = [who.name, who.email, who.phone].filter(Boolean).join("\n");
    return show("SUMMARY", {
      ...carried(data),
      ...who,
      appointment: appointment.words,
      contact,
      has_note: who.note !== "",
    });
  }
  book(appointment, token);
  const params = { flow_token: token, ...carried(data), ...who };
  return show("SUCCESS", { extension_message_response: { params } });
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const [status, body] = answer(JSON.parse(Buffer.concat(chunks)));
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
});
server.listen(Number(port), "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${server.address().port}/`));
