// The little Markdown of cards: paragraphs, lists, code, bold. It builds nodes; nothing of a text becomes HTML.
import { element } from "./facts";

function inline(text: string, into: HTMLElement): void {
  for (const piece of text.split(/(`[^`]+`|\*\*[^*]+\*\*)/)) {
    if (piece.startsWith("`") && piece.length > 2) into.append(element("code", "", piece.slice(1, -1)));
    else if (piece.startsWith("**") && piece.length > 4) into.append(element("strong", "", piece.slice(2, -2)));
    else into.append(piece.replace(/\\([\\`*_{}[\]()#+.!|<>-])/g, "$1"));
  }
}

export function drawMarkdown(text: string): HTMLElement {
  const drawn = element("div", "markdown");
  for (const block of text.split(/(```[\s\S]*?```)/)) {
    if (block.startsWith("```")) {
      drawn.append(element("pre", "well", block.replace(/^```\w*\n?|\n?```$/g, "")));
      continue;
    }
    for (const paragraph of block.split(/\n{2,}/).filter((one) => one.trim())) {
      const lines = paragraph.trim().split("\n");
      const isList = lines.every((line) => /^[-*] /.test(line));
      const holder = element(isList ? "ul" : "p");
      for (const line of isList ? lines : [lines.join(" ")]) {
        const row = isList ? holder.appendChild(element("li")) : holder;
        inline(isList ? line.slice(2) : line, row);
      }
      drawn.append(holder);
    }
  }
  return drawn;
}
