// An endpoint as people write it in Node, with one mistake, chosen by the path. Usage: node endpoint.mjs PRIVATE.pem
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";

const privateKey = fs.readFileSync(process.argv[2], "utf8");
const secret = "secret";

function answer(mistake, raw, header) {
  const body = JSON.parse(raw);
  const signed = mistake === "rewritten" ? JSON.stringify(body) : raw;
  if (header !== "sha256=" + crypto.createHmac("sha256", secret).update(signed).digest("hex")) return [432, ""];
  const [sealed, sealedKey, iv] = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"].map((name) =>
    mistake === "vector" && name === "initial_vector" ? Buffer.from(body[name]) : Buffer.from(body[name], "base64"),
  );
  let key;
  try {
    const options = { key: privateKey, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING };
    key = crypto.privateDecrypt(mistake === "oaep" ? options : { ...options, oaepHash: "sha256" }, sealedKey);
    const opener = crypto.createDecipheriv("aes-128-gcm", key, iv).setAuthTag(sealed.subarray(-16));
    Buffer.concat([opener.update(sealed.subarray(0, -16)), opener.final()]);
  } catch {
    return [421, ""];
  }
  const turned = mistake === "turn" ? iv : iv.map((byte) => ~byte);
  const cipher = crypto.createCipheriv("aes-128-gcm", key, turned);
  const reply = { data: { status: "active" } };
  const parts = [cipher.update(mistake === "object" ? String(reply) : JSON.stringify(reply)), cipher.final()];
  if (mistake === "apart") return [200, Buffer.concat(parts).toString("base64") + cipher.getAuthTag().toString("base64")];
  const text = Buffer.concat(mistake === "tag" ? parts : [...parts, cipher.getAuthTag()]).toString("base64");
  return [200, mistake === "json" ? JSON.stringify({ encrypted_response: text }) : text];
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const raw = Buffer.concat(chunks).toString();
    const [status, text] = answer(request.url.slice(1), raw, request.headers["x-hub-signature-256"]);
    response.writeHead(status).end(text);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
