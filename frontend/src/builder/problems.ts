// The problems of the text, everywhere in the same words: underlined, in the margin, in a list, with their fixes.
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";
import { applyEdits, goTo } from "./editor";
import { element, facts, part } from "./facts";
import { ask, type Fix, type Problem } from "./language";

let current: Problem[] = [];
let checked = "";
let timer = 0;

function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** The fixes of a problem, as buttons; they come a moment later, since each is tried out by the server. */
function drawFixes(view: EditorView, problem: Problem, row: HTMLElement): void {
  if (!facts.editable) return;
  const text = checked;
  void ask<{ fixes: Record<string, Fix[]> }>({ ask: "fixes", text, problems: [problem.id] })
    .then(({ fixes }) => {
      for (const [number, fix] of (fixes[problem.id] ?? []).entries()) {
        const button = element("button", `button small${number === 0 ? " primary" : ""}`, fix.title) as HTMLButtonElement;
        button.type = "button";
        button.addEventListener("click", () => {
          if (view.state.doc.toString() !== text) return;
          applyEdits(view, fix.edits, "input.fix");
          view.focus();
        });
        row.insertBefore(button, row.querySelector(".explain"));
      }
    })
    .catch(() => undefined);
}

/** One problem with what to do about it. */
function draw(view: EditorView, problem: Problem): HTMLElement {
  const card = element("div", `problem-card ${problem.severity}`);
  card.append(element("strong", "", problem.message));
  if (problem.explanation) card.append(element("p", "", problem.explanation));
  card.append(element("p", "mono soft", problem.code));
  const acts = element("div", "problem-acts");
  if (!problem.rule.startsWith("syntax/")) {
    const explain = element("button", "button small plain explain", "Explain this rule") as HTMLButtonElement;
    explain.type = "button";
    explain.addEventListener("click", () => void showRule(problem.rule));
    acts.append(explain);
  }
  card.append(acts);
  drawFixes(view, problem, acts);
  return card;
}

interface RulePage {
  rule: string;
  meaning: string;
  why: string;
  wrong: string;
  right: string;
}

async function showRule(rule: string): Promise<void> {
  const page = await ask<RulePage>({ ask: "explain", rule });
  part("rule-title").textContent = page.rule;
  const body = part("rule-page");
  body.replaceChildren(element("p", "", page.meaning), element("p", "soft", page.why));
  for (const [title, example] of [["Wrong", page.wrong], ["Right", page.right]] as const) {
    if (!example) continue;
    const well = element("pre", "well", example);
    well.tabIndex = 0;
    body.append(element("h3", "", title), well);
  }
  (document.getElementById("rule-dialog") as HTMLDialogElement).showModal();
}

/** Shows what a check found in this text. */
export function showProblems(view: EditorView, problems: Problem[], text: string): void {
  [current, checked] = [problems, text];
  const length = view.state.doc.length;
  const found = problems.map((problem): Diagnostic => ({
    from: Math.min(problem.from, length),
    to: Math.min(Math.max(problem.to, problem.from), length),
    severity: problem.severity,
    message: problem.message,
    renderMessage: () => draw(view, problem),
  }));
  view.dispatch(setDiagnostics(view.state, found));
  const errors = problems.filter((one) => one.severity === "error").length;
  const warnings = problems.length - errors;
  const words = [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean);
  const count = part("count");
  const said = words.join(", ") || "No problems";
  if (count.textContent !== said) count.textContent = said;
  // Told when the typing pauses, not with every key.
  window.clearTimeout(timer);
  timer = window.setTimeout(() => (part("count-said").textContent = said), 1500);
  count.className = errors ? "errors" : warnings ? "warnings" : "";
  if (!part("problems").hidden) drawList(view);
}

function drawList(view: EditorView): void {
  const drawer = part("problems");
  drawer.replaceChildren();
  if (current.length === 0) drawer.append(element("p", "soft", "Nothing is wrong with this Flow JSON."));
  const list = drawer.appendChild(element("ol"));
  for (const problem of current.slice(0, 200)) {
    const row = list.appendChild(element("li", `problem-row ${problem.severity}`));
    const button = element("button", "where mono", `${problem.line}:${problem.column}`) as HTMLButtonElement;
    button.type = "button";
    button.title = "Go to its place";
    button.addEventListener("click", () => goTo(view, problem.from));
    row.append(button, draw(view, problem));
  }
  if (current.length > 200) drawer.append(element("p", "soft", `and ${current.length - 200} more`));
}

export function setUpProblems(view: EditorView): void {
  const toggle = part<HTMLButtonElement>("problems-toggle");
  toggle.addEventListener("click", () => {
    const drawer = part("problems");
    drawer.hidden = !drawer.hidden;
    toggle.setAttribute("aria-expanded", String(!drawer.hidden));
    if (!drawer.hidden) drawList(view);
  });
}
