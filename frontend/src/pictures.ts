// A list with data-pictures shows every screen of a Flow as it is drawn by the phone: the text goes to a preview, which
// answers where the pictures are.
import { newKey } from "./keys";

for (const list of document.querySelectorAll<HTMLElement>("[data-pictures]")) {
  const text: unknown = JSON.parse(document.getElementById(list.dataset.pictures ?? "")?.textContent ?? "null");
  if (typeof text !== "string") continue;
  void fetch(`/previews/${newKey()}/text`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: text,
  })
    .then((answer) => (answer.ok ? answer.json() : { screens: [] }))
    .then(({ screens }: { screens: { screen: string; url: string }[] }) => {
      const urls = new Map(screens.map((one) => [one.screen, one.url]));
      for (const item of list.querySelectorAll<HTMLElement>("[data-screen]")) {
        const picture = item.querySelector<HTMLElement>("flow-miniature");
        const url = urls.get(item.dataset.screen ?? "");
        if (picture && url) picture.dataset.url = url;
      }
    })
    .catch(() => undefined);
}
