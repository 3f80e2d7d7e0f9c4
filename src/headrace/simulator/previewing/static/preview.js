// Answers may overtake one another: one that was drawn before the last that was taken in is left aside, and a sheet
// that is there already is not put there again, since somebody may have typed on it.
let newest = 0;
document.addEventListener("htmx:before:swap", (event) => {
  const { tasks } = event.detail;
  const serial = Number(tasks.map((task) => task.fragment.querySelector?.("#shown")?.dataset.serial).find(Boolean) ?? 0);
  if (!serial) return;
  if (serial < newest) tasks.length = 0;
  newest = Math.max(newest, serial);
  for (const task of [...tasks]) {
    const sheet = task.fragment.querySelector?.(".flow-sheet");
    if (sheet && document.getElementById(sheet.id)) tasks.splice(tasks.indexOf(task), 1);
  }
});

// A problem that was chosen is shown where it stands, once its screen is there.
let wanted = "";

function point() {
  const found = wanted && document.querySelector(`#sheet-slot [id$="-finding-${wanted}"]`);
  if (!found) return;
  wanted = "";
  found.scrollIntoView({ block: "center" });
  found.classList.remove("pointed-at");
  void found.offsetWidth;
  found.classList.add("pointed-at");
  found.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("[data-finding]");
  if (!chosen) return;
  wanted = chosen.dataset.finding;
  const isShown = document.getElementById("show-findings");
  if (isShown && !isShown.checked) isShown.checked = true;
});
document.addEventListener("htmx:after:swap", point);

// The screen that is shown stays in sight in the strip.
let shown = "";
document.addEventListener("htmx:after:swap", () => {
  const entry = document.querySelector("#strip [aria-current]");
  if (!entry || entry.id === shown) return;
  shown = entry.id;
  // Only the strip moves: on a narrow page it lies below the phone.
  const strip = document.getElementById("strip");
  const [seen, box] = [strip, entry.parentElement].map((one) => one.getBoundingClientRect());
  strip.scrollLeft += Math.max(box.right - seen.right, 0) || Math.min(box.left - seen.left, 0);
});

// How the phone is set beyond what the server draws: theme of the page, direction and size of text.
document.addEventListener("change", (event) => {
  const { form, name, value } = event.target;
  const slot = document.getElementById("sheet-slot");
  if (form?.id !== "switches") return;
  if (name === "theme") {
    if (value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
  }
  if (name === "direction") slot.dir = value;
  if (name === "text_size") slot.style.setProperty("--type", value / 100);
});

// Whoever frames this page is told when it follows its preview, so that the text is posted that belongs here.
if (window.parent !== window) {
  document.getElementById("events").addEventListener("open", () => window.parent.postMessage("headrace:preview-open", location.origin));
}
