// Questions about a text. The server answers them with the checks and the assistance that the command line has, too.
import { facts } from "./facts";

export interface Edit {
  from: number;
  to: number;
  insert: string;
}

export interface Problem {
  id: number;
  from: number;
  to: number;
  line: number;
  column: number;
  severity: "error" | "warning";
  rule: string;
  code: string;
  message: string;
  explanation: string;
  screen: string | null;
  leads_to: string | null;
}

export interface Entry {
  name: string;
  detail: string;
  kind: string;
  from: number;
  to: number;
  at: number;
  children: Entry[];
}

export interface Screen extends Entry {
  index: number;
  inputs: number;
  entry: boolean;
  terminal: boolean;
  reachable: boolean;
}

export interface Checked {
  problems: Problem[];
  screens: Screen[];
  version: string | null;
  is_json: boolean;
}

export interface Fix {
  title: string;
  edits: Edit[];
}

/** A question that was refused, in words fit to be shown. */
export class Refused extends Error {}

/** The text with a sign in place of every half character; it is as long as before. */
export function whole(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

export async function ask<T>(question: Record<string, unknown>, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(facts.language, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    // Half a character, as some pastes bring, is no text that could be sent.
    body: JSON.stringify(question, (_key, value) => (typeof value === "string" ? whole(value) : value)),
    signal: signal ?? null,
  });
  if (!answer.ok) {
    const told = await answer.json().catch(() => null);
    throw new Refused(told?.error ?? `Headrace answered with status ${answer.status}.`);
  }
  return answer.json();
}
