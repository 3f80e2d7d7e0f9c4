// Completion and cards from the catalogue: the server knows what fits, the editor shows and inserts it.
import {
  type Completion, type CompletionContext, type CompletionResult, snippet, startCompletion,
} from "@codemirror/autocomplete";
import { EditorView, hoverTooltip } from "@codemirror/view";
import { element } from "./facts";
import { ask, type Edit } from "./language";
import { drawMarkdown } from "./markdown";

interface Item {
  label: string;
  kind: string;
  from: number;
  to: number;
  snippet: string;
  text: string;
  plain: boolean;
  filter: string;
  detail: string;
  documentation: string;
  outdated: boolean;
  extra: Edit[];
}

const kinds: Record<string, string> = {
  component: "class", property: "property", value: "enum", screen: "namespace", field: "variable", input: "variable",
  action: "function", snippet: "text",
};

/** A snippet of the Language Server Protocol in the words of CodeMirror. */
function template(marked: string): string {
  const literal = (text: string) => text.replace(/[{}]/g, "\\$&");
  const stop = /\\([\\$}])|\$(\d+)|\$\{(\d+)(?::((?:\\.|[^}\\])*)|\|((?:\\.|[^|\\])*)\|)?\}/g;
  let [made, end] = ["", 0];
  for (const found of marked.matchAll(stop)) {
    made += literal(marked.slice(end, found.index));
    end = found.index + found[0].length;
    if (found[1]) {
      made += literal(found[1]);
      continue;
    }
    const number = found[2] ?? found[3];
    const words = (found[4] ?? found[5]?.split(/(?<!\\),/)[0] ?? "").replace(/\\(.)/g, "$1");
    made += /[{}]/.test(words) ? literal(words) : `\${${number}${words ? `:${words}` : ""}}`;
  }
  return made + literal(marked.slice(end));
}

function insert(item: Item, drift: number) {
  return (view: EditorView, completion: Completion, _from: number, to: number) => {
    let start = item.from;
    let end = Math.max(to, item.to + drift);
    if (item.extra.length > 0) {
      const change = view.state.update({ changes: item.extra, userEvent: "input.complete" });
      [start, end] = [change.changes.mapPos(start, 1), change.changes.mapPos(end, 1)];
      view.dispatch(change);
    }
    if (item.plain && !item.text.includes("\n")) {
      const anchor = start + item.text.length;
      view.dispatch({ changes: { from: start, to: end, insert: item.text }, selection: { anchor }, userEvent: "input.complete" });
    } else snippet(template(item.snippet))(view, completion, start, end);
  };
}

function option(item: Item, from: number, text: string, end: number): Completion {
  const made: Completion = {
    label: text.slice(from, item.from) + item.filter,
    displayLabel: item.label,
    type: kinds[item.kind] ?? "text",
    boost: item.outdated ? -50 : 0,
    apply: (view, completion, begun, to) => insert(item, to - end)(view, completion, begun, to),
  };
  if (item.detail) made.detail = item.detail;
  if (item.documentation) made.info = () => drawMarkdown(item.documentation);
  return made;
}

export async function source(context: CompletionContext): Promise<CompletionResult | null> {
  const before = context.state.sliceDoc(context.pos - 1, context.pos);
  if (!context.explicit && !/[\w"$.{:`]/.test(before)) return null;
  const text = context.state.doc.toString();
  const stopped = new AbortController();
  context.addEventListener("abort", () => stopped.abort());
  const { items } = await ask<{ items: Item[] }>({ ask: "complete", text, offset: context.pos }, stopped.signal).catch(
    () => ({ items: [] as Item[] }),
  );
  if (items.length === 0) return null;
  const from = Math.min(context.pos, ...items.map((item) => item.from));
  const options = items.map((item, number) => ({ ...option(item, from, text, context.pos), sortText: String(number).padStart(4, "0") }));
  return { from, options, validFor: /^["\w$.{-]*$/ };
}

/** The list comes up by itself behind the letters after which something is to be chosen. */
export const triggers = EditorView.updateListener.of((update) => {
  if (!update.docChanged || !update.transactions.some((one) => one.isUserEvent("input.type"))) return;
  const at = update.state.selection.main.head;
  if (/["$.{`]/.test(update.state.sliceDoc(at - 1, at))) startCompletion(update.view);
});

export const cards = hoverTooltip(async (view, at) => {
  const asked = view.state.doc;
  const { card } = await ask<{ card: { text: string; from: number; to: number } | null }>({
    ask: "hover", text: asked.toString(), offset: at,
  }).catch(() => ({ card: null }));
  if (!card || view.state.doc !== asked) return null;
  return {
    pos: card.from,
    end: card.to,
    create: () => {
      const dom = element("div", "card-tip");
      dom.append(drawMarkdown(card.text));
      return { dom };
    },
  };
});
