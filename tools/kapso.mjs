// Calls the whole surface of Kapso's TypeScript client against a box: node kapso.mjs URL TOKEN WABA PHONE_NUMBER_ID TO
import { TemplateDefinition, WhatsAppClient, buildTemplateSendPayload } from "@kapso/whatsapp-cloud-api";

const [baseUrl, accessToken, wabaId, phoneNumberId, to] = process.argv.slice(2);
const client = new WhatsAppClient({ accessToken, baseUrl });
const { flows, media, messages, phoneNumbers, templates } = client;
const message = { phoneNumberId, to };
let wrong = 0;

/** What a call answers; a refusal is told and counted. */
async function call(name, ask) {
  try {
    const answer = await ask();
    console.log(`ok     ${name}`);
    return answer;
  } catch (error) {
    wrong += 1;
    console.log(`wrong  ${name}: ${error.code ?? ""} ${error.message} ${JSON.stringify(error.raw ?? "")}`);
    return {};
  }
}

const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture = new Blob([Buffer.from(dot, "base64")], { type: "image/png" });
const paper = new Blob([Buffer.from("%PDF-1.4\n%%EOF")], { type: "application/pdf" });
const { id: pictureId } = await call("media.upload", () => media.upload({ phoneNumberId, type: "image/png", file: picture, fileName: "dot.png" }));
const { id: paperId } = await call("media.upload, a paper", () => media.upload({ phoneNumberId, type: "application/pdf", file: paper, fileName: "paper.pdf" }));
await call("media.get", () => media.get({ mediaId: pictureId, phoneNumberId }));
await call("media.download", async () => {
  if ((await media.download({ mediaId: pictureId, phoneNumberId, auth: "always" })).byteLength !== picture.size) throw new Error("other bytes");
});

const sent = await call("messages.sendText", () => messages.sendText({ ...message, body: "Hello" }));
await call("messages.sendImage", () => messages.sendImage({ ...message, image: { id: pictureId, caption: "A dot" } }));
await call("messages.sendDocument", () => messages.sendDocument({ ...message, document: { id: paperId, filename: "paper.pdf" } }));
await call("messages.sendLocation", () => messages.sendLocation({ ...message, location: { latitude: 51.5, longitude: -0.1, name: "Here", address: "Mill lane" } }));
await call("messages.sendContacts", () => messages.sendContacts({ ...message, contacts: [{ name: { formattedName: "Amara O", firstName: "Amara" }, phones: [{ phone: "+447700900101", type: "WORK" }] }] }));
await call("messages.sendReaction", () => messages.sendReaction({ ...message, reaction: { messageId: sent.messages[0].id, emoji: "👍" } }));
await call("messages.sendInteractiveButtons", () => messages.sendInteractiveButtons({ ...message, bodyText: "Well?", buttons: [{ id: "yes", title: "Yes" }] }));
await call("messages.sendInteractiveList", () => messages.sendInteractiveList({ ...message, bodyText: "Which?", buttonText: "Open", sections: [{ title: "All", rows: [{ id: "one", title: "One" }] }] }));
await call("messages.sendInteractiveCtaUrl", () => messages.sendInteractiveCtaUrl({ ...message, bodyText: "More", parameters: { displayText: "Go", url: "https://example.org" } }));
await call("messages.sendInteractiveLocationRequest", () => messages.sendInteractiveLocationRequest({ ...message, bodyText: "Where?", parameters: { requestMessage: "Where?" } }));
await call("messages.sendRaw", () => messages.sendRaw({ phoneNumberId, payload: { messaging_product: "whatsapp", to, type: "text", text: { body: "Raw" } } }));

const choices = { type: "RadioButtonsGroup", name: "rating", label: "Rate us", required: true, dataSource: [{ id: "up", title: "Up" }, { id: "down", title: "Down" }] };
const footer = { type: "Footer", label: "Send", onClickAction: { name: "complete", payload: { rating: "${form.rating}" } } };
const flowJson = { version: "7.2", screens: [{ id: "RATE", title: "Rate us", terminal: true, layout: { type: "SingleColumnLayout", children: [choices, footer] } }] };
const opening = { flowCta: "Open", flowToken: "token", flowAction: "navigate", flowActionPayload: { screen: "RATE" } };
const { flowId } = await call("flows.deploy", () => flows.deploy(flowJson, { wabaId, name: "By Kapso", preview: true, categories: ["SURVEY"] }));
await call("flows.deploy, again", () => flows.deploy(flowJson, { wabaId, name: "By Kapso", flowId, forceAssetUpload: true, preview: { interactive: true } }));
await call("flows.updateAsset", () => flows.updateAsset({ flowId, json: flowJson }));
await call("flows.get", () => flows.get({ flowId, fields: "id,name,status,validation_errors,preview.invalidate(false)" }));
await call("flows.list", () => flows.list({ wabaId, limit: 5 }));
await call("messages.sendInteractiveFlow, a draft", () => messages.sendInteractiveFlow({ ...message, bodyText: "Rate us", parameters: { ...opening, flowId, mode: "draft" } }));
await call("flows.publish", () => flows.publish({ flowId }));
await call("flows.preview", () => flows.preview({ flowId, interactive: true }));
await call("messages.sendInteractiveFlow", () => messages.sendInteractiveFlow({ ...message, bodyText: "Rate us", parameters: { ...opening, flowId } }));
const other = await call("flows.create", () => flows.create({ wabaId, name: "Another by Kapso", categories: ["OTHER"], flowJson, publish: true }));
await call("flows.deprecate", () => flows.deprecate({ flowId: other.id }));
await call("flows.create, with a mistake", async () => {
  const made = await flows.create({ wabaId, name: "Wrong", categories: ["OTHER"], flowJson: { ...flowJson, version: "9.9" } });
  if (!made.validationErrors?.length) throw new Error("no validation errors");
});

const definition = TemplateDefinition.buildTemplateDefinition({
  name: "kapso_thanks",
  language: "en_US",
  category: "UTILITY",
  parameterFormat: "NAMED",
  components: [
    { type: "BODY", text: "Thank you, {{first_name}}! It is on its way.", example: { bodyTextNamedParams: [{ paramName: "first_name", example: "Amara" }] } },
    { type: "BUTTONS", buttons: [{ type: "FLOW", text: "Rate us", flowId, flowAction: "navigate", navigateScreen: "RATE" }] },
  ],
});
await call("templates.create", () => templates.create({ businessAccountId: wabaId, ...definition }));
const listed = () => templates.list({ businessAccountId: wabaId, name: definition.name });
await call("templates.list", async () => {
  for (let tries = 0; (await listed()).data[0]?.status !== "APPROVED"; tries += 1) {
    if (tries === 100) throw new Error("the review does not end");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
const button = { type: "button", subType: "flow", index: 0, parameters: [{ type: "action", action: { flow_token: "token", flow_action_data: {} } }] };
const template = buildTemplateSendPayload({ name: definition.name, language: "en_US", body: [{ type: "text", text: "Amara", parameterName: "first_name" }], buttons: [button] });
await call("messages.sendTemplate", () => messages.sendTemplate({ ...message, template }));
await call("templates.delete", () => templates.delete({ businessAccountId: wabaId, name: definition.name }));

await call("phoneNumbers.businessProfile.update", () => phoneNumbers.businessProfile.update({ phoneNumberId, about: "Spectacles" }));
await call("phoneNumbers.businessProfile.get", () => phoneNumbers.businessProfile.get({ phoneNumberId }));
await call("phoneNumbers.register", () => phoneNumbers.register({ phoneNumberId, pin: "123456" }));
await call("phoneNumbers.requestCode", () => phoneNumbers.requestCode({ phoneNumberId, codeMethod: "SMS", language: "en_US" }));
await call("media.delete", () => media.delete({ mediaId: pictureId, phoneNumberId }));
console.log(`${wrong} wrong`);
process.exitCode = wrong ? 1 : 0;
