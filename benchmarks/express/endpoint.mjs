// An endpoint as people write it with Express and Node's crypto. Usage: node endpoint.mjs PRIVATE.pem FOLDER each|once
// FOLDER is where express is installed. `each` opens the PEM with its password for each request, as WhatsApp's
// documentation shows it; `once` does so when the endpoint starts. Prints its port once it listens.
import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [keyFile, folder, when] = process.argv.slice(2);
const express = createRequire(path.join(path.resolve(folder), "package.json"))("express");
const locked = { type: "pkcs8", format: "pem", cipher: "des-ede3-cbc", passphrase: "password" }; // as openssl genrsa writes
const pem = crypto.createPrivateKey(fs.readFileSync(keyFile, "utf8")).export(locked);
const makeKey = () => crypto.createPrivateKey({ key: pem, passphrase: "password" });
const madeOnce = when === "once" ? makeKey() : null;
const secret = "secret";

function openRequest(body) {
  const [sealed, sealedKey, iv] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"].map((name) =>
    Buffer.from(body[name], "base64"),
  );
  const privateKey = madeOnce ?? makeKey();
  const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
  const key = crypto.privateDecrypt({ key: privateKey, padding, oaepHash: "sha256" }, sealedKey);
  const opener = crypto.createDecipheriv("aes-128-gcm", key, iv).setAuthTag(sealed.subarray(-16));
  const clear = Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]);
  return { request: JSON.parse(clear.toString("utf8")), key, iv };
}

function sealResponse(answer, key, iv) {
  const cipher = crypto.createCipheriv("aes-128-gcm", key, iv.map((byte) => ~byte));
  const parts = [cipher.update(JSON.stringify(answer), "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString("base64");
}

function isSigned(request) {
  const digits = crypto.createHmac("sha256", secret).update(request.rawBody).digest("hex");
  const given = Buffer.from(request.get("x-hub-signature-256") ?? "");
  const expected = Buffer.from(`sha256=${digits}`);
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}

function answerTo({ action }) {
  if (action === "ping") return { data: { status: "active" } };
  return { screen: "A", data: { greeting: "Good morning" } };
}

const app = express();
app.use(express.json({ verify: (request, _response, bytes) => (request.rawBody = bytes) }));
app.post("/", (request, response) => {
  if (!isSigned(request)) return response.status(432).send();
  let opened;
  try {
    opened = openRequest(request.body);
  } catch {
    return response.status(421).send();
  }
  response.send(sealResponse(answerTo(opened.request), opened.key, opened.iv));
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
