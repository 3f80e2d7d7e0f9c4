// The key of a preview: who opens a page makes it up, and nobody else can guess it.
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(15))].map((byte) => byte.toString(36).padStart(2, "0")).join("");
}
