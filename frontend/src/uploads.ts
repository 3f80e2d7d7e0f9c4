// An input of files is empty again as soon as they are on their way: other posts do not carry them along, and the same
// file can be chosen once more.
document.addEventListener("htmx:before:request", (event) => {
  const input = event.target;
  if (input instanceof HTMLInputElement && input.type === "file") input.value = "";
});

// Where a file was taken out, the keyboard goes on at the picker.
let picker = "";
document.addEventListener("htmx:before:request", (event) => {
  const field = (event.target as Element).closest(".file")?.closest(".uploads");
  if (field) picker = field.id;
});
document.addEventListener("htmx:after:swap", () => {
  const field = picker ? document.getElementById(picker) : null;
  picker = "";
  if (field && document.activeElement === document.body) field.querySelector<HTMLElement>(".pick input")?.focus();
});
