// The composer is empty again as soon as its text is on the way; a text that is refused comes back with the answer.
document.addEventListener("htmx:before:request", (event) => {
  if (event.target instanceof HTMLFormElement && event.target.id === "composer") event.target.reset();
});
