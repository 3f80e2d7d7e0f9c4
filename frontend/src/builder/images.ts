// Images of a Flow: a file is read in this browser, made smaller where phones would not draw it, and written as Base64.
import { element, facts, tell } from "./facts";
import { isBinding, typing } from "./inspector";

const kilobytes = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${Math.ceil(bytes / 1024)} KB`);

async function base64(blob: Blob): Promise<string> {
  const read = new FileReader();
  const done = new Promise<string>((resolve, reject) => {
    read.onload = () => resolve(String(read.result));
    read.onerror = () => reject(read.error);
  });
  read.readAsDataURL(blob);
  return (await done).split(",", 2)[1] ?? "";
}

/** The picture as a JPEG of at most this many bytes: drawn smaller until it fits. */
async function shrunk(picture: ImageBitmap, largest: number): Promise<Blob | null> {
  for (let width = Math.min(picture.width, 1280); width >= 48; width = Math.floor(width * 0.75)) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = Math.max(1, Math.round((picture.height * width) / picture.width));
    const context = canvas.getContext("2d");
    if (!context) return null;
    // A JPEG has no see-through places: they become white.
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
    if (made && made.size <= largest) return made;
  }
  return null;
}

/** What is written into the Flow for a file. Throws in words when the file is no picture. */
async function encoded(file: File, largest: number): Promise<{ text: string; words: string }> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) throw new Error(`${file.name} is no picture that this browser can read. Take a JPEG or a PNG.`);
  if (file.size <= largest && ["image/jpeg", "image/png"].includes(file.type)) {
    return { text: await base64(file), words: `${file.name}: ${kilobytes(file.size)}.` };
  }
  const made = await shrunk(picture, largest);
  if (!made) throw new Error(`${file.name} cannot be made as small as ${kilobytes(largest)}.`);
  return { text: await base64(made), words: `${file.name} had ${kilobytes(file.size)} and was made into a JPEG of ${kilobytes(made.size)}.` };
}

/** What is shown of an image that is there, and how it is called. */
export interface Measured {
  name: string;
  label?: string;
  bindings: string[];
  size?: number;
  largest?: number;
  fault?: string;
}

export function drawImage(field: Measured, id: string, words: string, set: (value: string) => void): HTMLElement {
  const [size, largest] = [field.size ?? 0, field.largest ?? 0];
  const box = element("fieldset", "item-box image-box");
  box.append(element("legend", "", words));
  const scale = document.createElement("meter");
  [scale.min, scale.max, scale.high, scale.value] = [0, largest, largest * 0.8, Math.min(size, largest)];
  scale.setAttribute("aria-label", `Size of ${field.name}`);
  const told = size ? `${kilobytes(size)} of at most ${kilobytes(largest)}` : `No image yet; at most ${kilobytes(largest)}`;
  box.append(scale, element("p", "soft", told));
  if (field.fault) box.append(element("p", "image-fault", field.fault));
  if (!facts.editable) return box;
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.accept = "image/jpeg,image/png,image/webp,image/gif,image/avif";
  chooser.id = id;
  chooser.addEventListener("change", async () => {
    const file = chooser.files?.[0];
    if (!file) return;
    try {
      const { text, words: done } = await encoded(file, largest);
      tell(done);
      set(text);
    } catch (error) {
      tell((error as Error).message);
      chooser.value = "";
    }
  });
  const label = element("label", "", `Choose a file for ${field.label ?? field.name}`);
  label.setAttribute("for", id);
  const file = element("div", "field");
  file.append(label, chooser);
  box.append(file);
  if (field.bindings.length > 0) {
    const typed = typing("", "binding", false, (value) => (isBinding(value) ? set(value) : tell("A binding looks like ${data.picture}.")));
    typed.setAttribute("list", `${id}-bindings`);
    typed.id = `${id}-binding`;
    const known = document.createElement("datalist");
    known.id = `${id}-bindings`;
    known.append(...field.bindings.map((one) => new Option(one, one)));
    const bound = element("div", "field");
    const name = element("label", "", `Or a binding for ${field.label ?? field.name}`);
    name.setAttribute("for", typed.id);
    bound.append(name, typed, known);
    box.append(bound);
  }
  return box;
}
