// Starts `headrace lsp` for JSON files; which of them are Flows the server finds out itself.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("headrace").get("command");
  const files = [{ language: "json" }, { language: "jsonc" }];
  client = new LanguageClient("headrace", "Headrace", { command, args: ["lsp"] }, { documentSelector: files });
  return client.start();
};

exports.deactivate = () => client?.stop();
