// A phone in Node's crypto. Usage: node phone.mjs PUBLIC.pem
// Each line of the input is an object: {clear} is sealed as a request and told as {body, key, iv}; {sealed, key, iv} is
// opened as the response to it and told as {clear}. Bytes are hexadecimal digits.
import crypto from "node:crypto";
import fs from "node:fs";
import readline from "node:readline";

const publicKey = fs.readFileSync(process.argv[2], "utf8");

function seal({ clear }) {
  const [key, iv] = [crypto.randomBytes(16), crypto.randomBytes(16)];
  const cipher = crypto.createCipheriv("aes-128-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(Buffer.from(clear, "hex")), cipher.final(), cipher.getAuthTag()]);
  const padding = crypto.constants.RSA_PKCS1_OAEP_PADDING;
  const body = JSON.stringify({
    encrypted_flow_data: sealed.toString("base64"),
    encrypted_aes_key: crypto.publicEncrypt({ key: publicKey, padding, oaepHash: "sha256" }, key).toString("base64"),
    initial_vector: iv.toString("base64"),
  });
  return { body: Buffer.from(body).toString("hex"), key: key.toString("hex"), iv: iv.toString("hex") };
}

function open({ sealed, key, iv }) {
  const content = Buffer.from(sealed, "base64");
  const turned = Buffer.from(iv, "hex").map((byte) => ~byte);
  const opener = crypto.createDecipheriv("aes-128-gcm", Buffer.from(key, "hex"), turned);
  opener.setAuthTag(content.subarray(-16));
  return { clear: Buffer.concat([opener.update(content.subarray(0, -16)), opener.final()]).toString("hex") };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  console.log(JSON.stringify("clear" in asked ? seal(asked) : open(asked)));
}
